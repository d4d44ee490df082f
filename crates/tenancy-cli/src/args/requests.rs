//! Arguments that say how requests are sent.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;

/// How one request is sent.
#[derive(Args, Debug)]
#[command(next_help_heading = "Requests")]
pub(crate) struct RequestsArguments {
    /// Give up on an answer that does not go on for this long [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
    /// How often to repeat a request that failed [default: 5]
    #[arg(long, value_name = "N")]
    pub(crate) max_retries: Option<u32>,
}

impl RequestsArguments {
    /// How long an answer may be silent, if that was stated.
    pub(crate) fn idle_timeout(&self) -> Option<Duration> {
        self.timeout.map(Duration::from_secs)
    }
}

/// How a list is cut into requests.
#[derive(Args, Debug)]
#[command(next_help_heading = "Requests")]
pub(crate) struct PagesArguments {
    /// How many records to ask for in one page, within what the provider allows
    #[arg(long, value_name = "N")]
    pub(crate) page_size: Option<NonZeroU32>,
    /// How many requests of one account may be under way at once [default: 4]
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<NonZeroU32>,
}
