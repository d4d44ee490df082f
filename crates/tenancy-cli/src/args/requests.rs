//! The arguments that control requests.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;
use client_runtime::Options;
use tenancy::Query;

/// How one request is sent.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Requests")]
pub(crate) struct RequestsArguments {
    /// Give up on a response that sends nothing for this long [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
    /// How often to retry a failed request [default: 5]
    #[arg(long, value_name = "N")]
    max_retries: Option<u32>,
}

impl RequestsArguments {
    /// The transport's options.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.user_agent = concat!("tenancy/", env!("CARGO_PKG_VERSION")).to_owned();
        let timeout = self.timeout.map(Duration::from_secs);
        options.idle_timeout = timeout.unwrap_or(options.idle_timeout);
        options.max_retries = self.max_retries.unwrap_or(options.max_retries);
        options
    }
}

/// How a list is cut into requests.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Requests")]
pub(crate) struct PagesArguments {
    /// How many records to request per page, within the provider's limits
    #[arg(long, value_name = "N")]
    page_size: Option<NonZeroU32>,
    /// How many requests per account may be in flight at once [default: 4]
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroU32>,
    /// Read a list again if one read cannot prove it complete, until two reads agree
    #[arg(long)]
    pub(crate) verify: bool,
}

impl PagesArguments {
    /// A query for every tenant; `list` and `sync` narrow it.
    pub(crate) fn base_query(&self) -> Query {
        let mut query = Query::default();
        query.page_size = self.page_size;
        query.concurrency = self.concurrency.unwrap_or(query.concurrency);
        query.verify = self.verify;
        query
    }
}
