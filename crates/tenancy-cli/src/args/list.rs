//! The arguments of `list`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tenancy::Status;

use super::{AccountsArguments, PagesArguments, RequestsArguments};
use crate::exit::Failure;
use crate::select::field::Field;
use crate::select::filter::Filter;
use crate::select::sort::SortKey;

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
    /// Only tenants of which this is true, e.g. balance<10; given several times, all have to be. See below
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Filter::parse)]
    pub(crate) filter: Vec<Filter>,
    /// One row a user instead of one a tenant
    #[arg(long, conflicts_with = "raw")]
    pub(crate) members: bool,
    /// Sort by these fields, -FIELD from the largest. Nothing is written before the whole list is there
    #[arg(long, value_name = "FIELD,-FIELD", value_delimiter = ',', value_parser = SortKey::parse, allow_hyphen_values = true)]
    pub(crate) sort: Vec<SortKey>,
    /// At most this many, from all accounts together, counted after --filter; with --sort the first of the whole list
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
    /// How tenants are written: as the file's name ends, else table on a terminal and ndjson elsewhere
    #[arg(long, value_enum)]
    pub(crate) format: Option<ListFormat>,
    /// The columns of a table or csv, e.g. id,name,contact.email
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', value_parser = Field::parse)]
    pub(crate) columns: Vec<Field>,
    /// With json or ndjson: each tenant with its record as the provider sent it, secrets redacted
    #[arg(long)]
    pub(crate) raw: bool,
    /// Write to this file instead of standard output. It is replaced once the list is there, and stays as it is if nothing
    /// could be listed
    #[arg(short, long, value_name = "FILE", conflicts_with = "resume")]
    pub(crate) output: Option<PathBuf>,
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

impl ListArguments {
    /// The filters, as they were given.
    pub(crate) fn filters(&self) -> Vec<String> {
        self.selection
            .filter
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// The format, if the other arguments go with it.
    pub(crate) fn format(&self) -> Result<ListFormat, Failure> {
        let (selection, output) = (&self.selection, &self.output);
        let format = output.format.unwrap_or_else(|| self.usual_format());
        let has_columns = matches!(format, ListFormat::Table | ListFormat::Csv);
        let misfit = if has_columns && output.raw {
            Some("--raw goes with --format json or ndjson")
        } else if !has_columns && !output.columns.is_empty() {
            Some("--columns goes with --format table or csv")
        } else {
            None
        };
        if let Some(misfit) = misfit {
            return Err(Failure::usage(format!(
                "{misfit}, and the format is {}",
                format.name()
            )));
        }
        let named = selection.filter.iter().map(Filter::field);
        let named = named.chain(selection.sort.iter().map(SortKey::field));
        let mut named = named.chain(output.columns.iter().copied());
        match named.find(Field::is_of_member) {
            Some(field) if !selection.members => Err(Failure::usage(format!(
                "`{}` is a field of users: it goes with --members",
                field.name()
            ))),
            _ => Ok(format),
        }
    }

    fn usual_format(&self) -> ListFormat {
        let ending = self
            .output
            .output
            .as_deref()
            .map(|path| path.extension().and_then(|ending| ending.to_str()));
        match ending {
            Some(Some("csv")) => ListFormat::Csv,
            Some(Some("json")) => ListFormat::Json,
            Some(Some("txt")) => ListFormat::Table,
            None if io::stdout().is_terminal() => ListFormat::Table,
            _ => ListFormat::Ndjson,
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

Filters: FIELD=VALUE, with = != < <= > >= ~ (contains, in any case) or !~.
Fields are named as in the JSON: balance.amount, metadata.plan, permissions.sms.
Numbers are compared to the last digit, money by its amount whatever the
currency. A date is that whole day; a time without a zone is taken as UTC.
What a tenant does not have matches no filter but FIELD= (is empty), not even
FIELD!=VALUE: the summary says how many tenants were not judged for that.

Examples:
  tenancy list --demo
  tenancy list --provider layers --status suspended
  tenancy list --filter 'balance<10' --sort balance --limit 20
  tenancy list --filter name~acme --filter 'created_at>=2026-06-01'
  tenancy list --members --filter member.active=false --output users.csv
  tenancy list --columns id,name,metadata.plan,balance --sort -balance
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
