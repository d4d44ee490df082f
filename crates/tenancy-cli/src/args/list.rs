//! The arguments of `list`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tenancy::Status;

use super::accounts::AccountsArguments;
use super::fail_on::FailOn;
use super::fields::OfField;
use super::requests::{PagesArguments, RequestsArguments};
use super::{example, path};
use crate::exit::Failure;
use crate::output::ListFormat;
use crate::select::field::Field;
use crate::select::filter::Filter;
use crate::select::query::{Program, Query};
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
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "What to list")]
pub(crate) struct SelectionArguments {
    /// Only tenants with this status: active, suspended, archived or a provider's own word; may be repeated
    #[arg(long, value_name = "S", value_parser = status)]
    pub(crate) status: Vec<Status>,
    /// Only tenants that match, e.g. balance<10; if repeated, all filters must match. See below
    #[arg(long, value_name = "FIELD=VALUE", value_parser = OfField(Filter::parse), hide_possible_values = true)]
    pub(crate) filter: Vec<Filter>,
    /// One row per user instead of one per tenant
    #[arg(long, conflicts_with = "raw")]
    pub(crate) members: bool,
    /// Sort by these fields; -FIELD sorts in descending order. Nothing is written before the whole list has arrived
    #[arg(long, value_name = "FIELD,-FIELD", value_delimiter = ',', value_parser = OfField(SortKey::parse), hide_possible_values = true, allow_hyphen_values = true)]
    pub(crate) sort: Vec<SortKey>,
    /// Stop after N rows that match. Accounts are then listed one at a time, in configured order. With --sort, write the
    /// first N rows of the whole list
    #[arg(long, value_name = "N", value_parser = limit)]
    pub(crate) limit: Option<u64>,
    /// Resume the list whose --report wrote this file, without repeating its tenants
    #[arg(long, value_name = "FILE", value_parser = path(), conflicts_with = "demo")]
    pub(crate) resume: Option<PathBuf>,
}

/// How a row is written.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
pub(crate) struct RowArguments {
    /// The output format; by default from the extension of the output file, else table on a terminal and ndjson elsewhere
    #[arg(long, value_enum)]
    pub(crate) format: Option<ListFormat>,
    /// The columns of a table or csv, or the fields of json, ndjson or yaml, e.g. id,name,contact.email
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', value_parser = OfField(Field::parse), hide_possible_values = true)]
    pub(crate) columns: Vec<Field>,
    /// Add each tenant's record as the provider sent it, secrets redacted; with json or ndjson
    #[arg(long, conflicts_with = "columns")]
    pub(crate) raw: bool,
    /// Write the results of a query in jq's language, one line each, e.g. 'select(.members) | .id'. Its input is what ndjson
    /// has on a line: a tenant, or with --members a user
    #[arg(long, value_name = "EXPR", value_parser = Query::parse, conflicts_with_all = ["columns", "format"])]
    pub(crate) query: Option<Query>,
}

impl RowArguments {
    /// The query to be run.
    pub(crate) fn program(&self) -> Result<Option<Program>, Failure> {
        let program = self.query.as_ref().map(Query::compile).transpose();
        program.map_err(Failure::usage)
    }
}

/// How the list is written.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    #[command(flatten)]
    pub(crate) rows: RowArguments,
    /// Write to this file instead of standard output. The file is replaced when the list ends or is interrupted, and left
    /// alone if nothing could be listed
    #[arg(short, long, value_name = "FILE", conflicts_with = "resume")]
    pub(crate) output: Option<PathBuf>,
    /// Write a JSON report to this file: what is complete, what is missing and why
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(crate) report: Option<PathBuf>,
    /// What else makes the exit code 3
    #[arg(long, value_name = "KIND,KIND", value_enum, value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// Log each request to standard error, with its account and address, without secrets
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Hide progress and the summary of complete accounts
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl OutputArguments {
    /// The file to write to; `-` is standard output, as in other programs.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.output
            .as_deref()
            .filter(|path| *path != Path::new("-"))
    }
}

impl ListArguments {
    /// The filters, as written.
    pub(crate) fn filters(&self) -> Vec<String> {
        let filters = self.selection.filter.iter();
        filters.map(ToString::to_string).collect()
    }

    /// The statuses, as words.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let statuses = self.selection.status.iter();
        statuses.map(|status| status.as_str().to_owned()).collect()
    }

    /// The options that shape the rows.
    pub(crate) fn shape(&self, format: ListFormat) -> String {
        let mut shape = format!("--format {}", format.name());
        let columns = self.output.rows.columns.iter().map(|field| field.name);
        let columns = columns.collect::<Vec<_>>().join(",");
        if !columns.is_empty() {
            shape.push_str(&format!(" --columns {columns}"));
        }
        for (is_given, option) in [
            (self.selection.members, " --members"),
            (self.output.rows.raw, " --raw"),
        ] {
            shape.push_str(if is_given { option } else { "" });
        }
        if let Some(query) = &self.output.rows.query {
            shape.push_str(&format!(" --query {}", query.text()));
        }
        shape
    }

    /// The output format.
    ///
    /// # Errors
    /// Another argument does not go with it.
    pub(crate) fn format(&self) -> Result<ListFormat, Failure> {
        let (selection, rows) = (&self.selection, &self.output.rows);
        let format = match rows.format {
            Some(format) => format,
            None if rows.query.is_some() => ListFormat::Ndjson,
            None => self.default_format()?,
        };
        if rows.raw && !format.has_raw() {
            let name = format.name();
            return Err(Failure::usage(format!(
                "--raw needs --format json or ndjson, but the format is {name}"
            )));
        }
        let filtered = selection.filter.iter().map(Filter::field);
        let sorted = selection.sort.iter().map(SortKey::field);
        let mut fields = filtered.chain(sorted).chain(rows.columns.iter().copied());
        match fields.find(Field::is_of_member) {
            Some(field) if !selection.members => Err(Failure::usage(format!(
                "`{}` is a field of users; add --members",
                field.name
            ))),
            _ => Ok(format),
        }
    }

    fn default_format(&self) -> Result<ListFormat, Failure> {
        let Some(path) = self.output.file() else {
            let terminal = io::stdout().is_terminal();
            return Ok(if terminal {
                ListFormat::Table
            } else {
                ListFormat::Ndjson
            });
        };
        let formats = ListFormat::value_variants();
        let mut names = formats.iter().map(|format| format.name());
        if let Some(name) = names.find(|name| path == Path::new(name)) {
            return Err(Failure::usage(format!(
                "--output takes a file, and `{name}` is a format; use --format {name}, or ./{name} for a file of that name"
            )));
        }
        let Some(extension) = path.extension() else {
            return Ok(ListFormat::Ndjson);
        };
        let extension = extension.to_string_lossy().to_lowercase();
        let has_it = |format: &&ListFormat| format.extensions().contains(&extension.as_str());
        formats.iter().find(has_it).copied().ok_or_else(|| {
            let known: Vec<_> = formats.iter().flat_map(|format| format.extensions()).collect();
            let known = known.iter().map(|known| format!(".{known}")).collect::<Vec<_>>().join(", ");
            Failure::usage(format!(
                "cannot tell the format from `.{extension}`: end the name of --output in one of {known}, or add --format"
            ))
        })
    }
}

fn limit(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) => Err(
            "the limit is at least 1; `tenancy check` tries the accounts without listing them"
                .to_owned(),
        ),
        Ok(limit) => Ok(limit),
        Err(_) => Err("the limit is a whole number, at least 1".to_owned()),
    }
}

/// Reads a status: in lower case, unless it is a provider's own word.
fn status(word: &str) -> Result<Status, String> {
    if word.trim().is_empty() {
        return Err("a status cannot be empty".to_owned());
    }
    Ok(match Status::from(word.to_lowercase().as_str()) {
        Status::Other(_) => Status::from(word),
        known => known,
    })
}

pub(super) fn examples() -> String {
    format!(
        "\
Accounts are configured in a file: --config, else $TENANCY_CONFIG, else
tenancy/config.toml in the platform's configuration folder:

{account}
If there is no such account, these environment variables configure one account at
each provider:

{variables}
{EXAMPLES}",
        account = example::account(),
        variables = example::variables(),
    )
}

const EXAMPLES: &str = "\
Filters: FIELD=VALUE, with = != < <= > >= ~ (contains, ignoring case) or !~, or
FIELD in (VALUE, \"VALUE, with a comma\"), which equals one of the values.
Fields are named as in the JSON: balance.amount, metadata.plan, permissions.sms.
Numbers are compared exactly, money by its amount whatever the currency. A date
means the whole day; a time without a zone is taken as UTC; 36h, 7d and 2w, with
< <= > or >=, are hours, days and weeks before now. A missing field matches no
filter except FIELD= (is empty), not even FIELD!=VALUE; the summary counts the
tenants that lack the field.

Examples:
  tenancy list --demo
  tenancy list --account my-account --status suspended
  tenancy list --filter 'balance<10' --sort balance --limit 20
  tenancy list --filter name~acme --filter 'created_at>=2026-06-01'
  tenancy list --filter 'created_at>=7d' --filter 'status in (suspended, archived)'
  tenancy list --members --filter member.active=false --output users.csv
  tenancy list --columns id,name,metadata.plan,balance --sort -balance
  tenancy list --query 'select(.limits) | [.id, .limits.concurrent_calls]'
  tenancy list --format ndjson --report report.json > t.ndjson
  tenancy list --resume report.json --report report.json >> t.ndjson

Exit codes:
  0  everything was listed
  1  nothing could be listed
  2  wrong usage or configuration
  3  something is missing, and the report says what; or --fail-on found something
  129, 130, 143  ended by SIGHUP, Ctrl-C or SIGTERM; the report says what is missing";

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
