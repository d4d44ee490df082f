//! The arguments of `list`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tenancy::Status;

use super::{AccountsArguments, PagesArguments, RequestsArguments};
use crate::output::Column;

#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) accounts: AccountsArguments,
    #[command(flatten)]
    pub(crate) selection: SelectionArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    #[command(flatten)]
    pub(crate) pages: PagesArguments,
    #[command(flatten)]
    pub(crate) requests: RequestsArguments,
}

/// Which tenants are listed.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to list")]
pub(crate) struct SelectionArguments {
    /// Only tenants of this status: active, suspended, archived or a provider's own word; may be given several times
    #[arg(long, value_name = "S", value_parser = status)]
    pub(crate) status: Vec<Status>,
    /// At most this many tenants, from all accounts together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Go on where an earlier list ended: the file that its --report wrote. What that one listed is not listed again
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub(crate) resume: Option<PathBuf>,
    /// Read lists that only the provider's cursors vouch for again, until two reads agree
    #[arg(long)]
    pub(crate) verify: bool,
}

/// How the list is written, and what is said of it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// How tenants are written: table on a terminal, ndjson elsewhere, unless stated
    #[arg(long, value_enum)]
    pub(crate) format: Option<ListFormat>,
    /// The columns of a table or csv, e.g. id,name,contact.email
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', value_parser = Column::parse)]
    pub(crate) columns: Vec<&'static Column>,
    /// With json or ndjson: each tenant with its record as the provider sent it, secrets redacted
    #[arg(long)]
    pub(crate) raw: bool,
    /// Write to this file, as JSON, what is complete and what is missing and why
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Show each request on standard error, without secrets
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// No progress, and no summary of complete accounts
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Columns for people, once all tenants are there
    Table,
    /// One array
    Json,
    /// One tenant a line, as it arrives
    Ndjson,
    /// Columns for spreadsheets
    Csv,
}

impl ListFormat {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// A status in lower case, unless it is a provider's own word.
fn status(word: &str) -> Result<Status, String> {
    if word.trim().is_empty() {
        return Err("a status is not empty".to_owned());
    }
    Ok(match Status::from(word.to_lowercase().as_str()) {
        Status::Other(_) => Status::from(word),
        known => known,
    })
}

pub(super) const EXAMPLES: &str = "\
Accounts are configured in the file of --config, else of $TENANCY_CONFIG,
else in tenancy/config.toml in the platform's configuration folder:

  [[account]]
  name = \"agency-eu\"
  provider = \"vobiz\"
  auth_id = \"MA_XXXXXXXX\"
  auth_token = { env = \"VOBIZ_AUTH_TOKEN\" }

Else by OMNIDIM_API_KEY, LAYERS_API_KEY, VOBIZ_AUTH_ID with VOBIZ_AUTH_TOKEN.

Examples:
  tenancy list --demo
  tenancy list --provider layers --status suspended
  tenancy list --format csv --columns id,name,balance.amount > t.csv
  tenancy list --format ndjson --report report.json > t.ndjson
  tenancy list --resume report.json --report report.json >> t.ndjson

Exit codes:
  0  everything that was asked for was listed
  1  nothing could be listed
  2  wrong usage or configuration
  3  something is missing, and the report says what";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_status_may_be_written_in_capitals_and_a_providers_own_word_is_kept() {
        assert_eq!(status("Active"), Ok(Status::Active));
        assert_eq!(
            status("Pending_Review"),
            Ok(Status::Other("Pending_Review".to_owned()))
        );
        assert!(status(" ").is_err());
    }
}
