//! The command's arguments.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use tenancy::Status;

use crate::kind::Kind;
use crate::output::Column;

/// One list of every child tenant of every reseller account: each exactly once, in one shape, or a report that says what is
/// missing.
#[derive(Debug, Parser)]
#[command(name = "tenancy", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the child tenants of all configured accounts
    #[command(after_help = LIST_EXAMPLES)]
    List(Box<ListArguments>),
    /// Show the providers and what their lists can do
    Providers(ProvidersArguments),
    /// Print the JSON Schema of a tenant or of the report
    Schema(SchemaArguments),
}

#[derive(Args, Debug)]
pub(crate) struct ListArguments {
    /// Only this account; may be given several times
    #[arg(long, value_name = "NAME", help_heading = "What to list")]
    pub(crate) account: Vec<String>,
    /// Only accounts at this provider; may be given several times
    #[arg(long, value_name = "P", value_parser = PossibleValuesParser::new(Kind::names()), help_heading = "What to list")]
    pub(crate) provider: Vec<String>,
    /// Only tenants of this status: active, suspended, archived or a provider's own word; may be given several times
    #[arg(long, value_name = "S", value_parser = status, help_heading = "What to list")]
    pub(crate) status: Vec<Status>,
    /// At most this many tenants, from all accounts together
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "What to list")]
    pub(crate) limit: Option<u64>,

    /// How tenants are written: table on a terminal, ndjson elsewhere, unless stated
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<ListFormat>,
    /// The columns of a table or csv, e.g. id,name,contact.email
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', value_parser = Column::parse, help_heading = "Output")]
    pub(crate) columns: Vec<&'static Column>,
    /// With json or ndjson: each tenant with its record as the provider sent it, secrets redacted
    #[arg(long, help_heading = "Output")]
    pub(crate) raw: bool,
    /// Write to this file, as JSON, what is complete and what is missing and why
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// Go on where an earlier list ended: the file that its --report wrote. What that one listed is not listed again
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "demo",
        help_heading = "What to list"
    )]
    pub(crate) resume: Option<PathBuf>,
    /// Read lists that only the provider's cursors vouch for again, until two reads agree
    #[arg(long, help_heading = "What to list")]
    pub(crate) verify: bool,
    /// Show each request on standard error, without secrets
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// No progress, and no summary of complete accounts
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// How many records to ask for in one page, within what the provider allows
    #[arg(long, value_name = "N", help_heading = "Requests")]
    pub(crate) page_size: Option<NonZeroU32>,
    /// How many requests of one account may be under way at once [default: 4]
    #[arg(long, value_name = "N", help_heading = "Requests")]
    pub(crate) concurrency: Option<NonZeroU32>,
    /// Give up on an answer that does not go on for this long [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Requests")]
    pub(crate) timeout: Option<u64>,
    /// How often to repeat a request that failed [default: 5]
    #[arg(long, value_name = "N", help_heading = "Requests")]
    pub(crate) max_retries: Option<u32>,

    /// The file that configures the accounts
    #[arg(long, value_name = "FILE", help_heading = "Accounts")]
    pub(crate) config: Option<PathBuf>,
    /// List from simulated providers in this process, without any account
    #[arg(long, conflicts_with = "config", help_heading = "Accounts")]
    pub(crate) demo: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ProvidersArguments {
    /// How they are written
    #[arg(long, value_enum, default_value_t = ProvidersFormat::Table)]
    pub(crate) format: ProvidersFormat,
}

#[derive(Args, Debug)]
pub(crate) struct SchemaArguments {
    /// What to describe
    #[arg(long, value_enum, default_value_t = Described::Tenant)]
    pub(crate) of: Described,
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

/// How the providers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProvidersFormat {
    Table,
    Json,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Described {
    /// One line of `list --format ndjson`
    Tenant,
    /// The file of `list --report`
    Report,
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

const EXAMPLES: &str = "\
Examples:
  tenancy list --demo     look at a demonstration, without any account
  tenancy list            list all tenants of all configured accounts
  tenancy list --help     more examples, and how accounts are configured";

const LIST_EXAMPLES: &str = "\
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
    use clap::CommandFactory;
    use client_runtime::Options;
    use tenancy::Query;

    use super::*;

    #[test]
    fn the_arguments_are_consistent_and_state_the_true_defaults() {
        let mut command = Arguments::command();
        command.clone().debug_assert();
        let help = command
            .find_subcommand_mut("list")
            .unwrap()
            .render_long_help()
            .to_string();
        let usual = Options::default();
        for default in [
            usual.idle_timeout.as_secs().to_string(),
            usual.max_retries.to_string(),
            Query::default().concurrency.to_string(),
        ] {
            assert!(help.contains(&format!("[default: {default}]")), "{default}");
        }
    }

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
