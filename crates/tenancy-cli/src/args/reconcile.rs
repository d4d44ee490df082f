//! The arguments of `reconcile`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::path;
use crate::matching::{FORMS, Rule, SUFFIXES};
use crate::output::ListFormat;

#[derive(Args, Debug)]
pub(crate) struct ReconcileArguments {
    /// The tenants: a file of `tenancy list --format ndjson`, `-` for standard input, or a database, optionally at a run or time
    #[arg(value_name = "TENANTS")]
    pub(crate) tenants: String,
    /// The report of the `tenancy list` that wrote TENANTS, which says whether the list is complete; a database needs none
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(crate) report: Option<PathBuf>,
    /// Your customers: CSV with a header, ndjson or JSON (`-` for standard input), or a database with --query. Rows with the same customer ID are one customer
    #[arg(long, value_name = "FILE")]
    pub(crate) customers: String,
    /// The SELECT that reads the customers from the database that --customers names: an SQLite file or postgres://...
    #[arg(long, value_name = "SQL")]
    pub(crate) query: Option<String>,
    /// The column with the customer ID; by default `id`, or the first column if none is named `id`
    #[arg(long, value_name = "COLUMN")]
    pub(crate) customer_id: Option<String>,
    /// Match a field of tenants with a column of customers, exactly; FIELD~COLUMN compares normalised text. Repeatable: for each
    /// tenant, the first rule that finds a customer decides
    #[arg(long = "match", value_name = "FIELD=COLUMN", value_parser = Rule::parse, required_unless_present = "pins")]
    pub(crate) rules: Vec<Rule>,
    /// Manual matches, which override all rules: CSV with the columns provider, account, id (of the tenant) and customer
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(crate) pins: Option<PathBuf>,
    /// Treat lists that are only assumed to be complete as complete
    #[arg(long)]
    pub(crate) accept_assumed: bool,
    /// The kinds of rows that cause exit code 1
    #[arg(long, value_name = "KIND,KIND", value_enum, value_delimiter = ',', default_values_t = Difference::value_variants().to_vec())]
    pub(crate) fail_on: Vec<Difference>,
    /// The output format; a table shows only what is not matched
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
    /// Hide the summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Difference {
    /// A tenant matches several customers, or is pinned to several
    Conflict,
    /// A tenant belongs to no customer
    Unmatched,
    /// A customer has no tenant
    NoTenant,
    /// A pin names no tenant, or no customer
    Pin,
}

pub(super) fn examples() -> String {
    let suffixes = textwrapped(&SUFFIXES.join(", "));
    format!(
        "\
FIELD is a field of the JSON output, such as id, aliases, name, contact.email or
metadata.KEY. Empty values match nothing. A customer may have many tenants; a
tenant that matches several customers is a conflict.

Normalised text ignores case, punctuation, white space, the form of Unicode
characters (NFKC), and these company suffixes at the end:
{suffixes},
or {} at either end.

A customer or pin without a tenant is `no-tenant` or `pin` if every list is
complete and its certainty is proved or agreed, or assumed with --accept-assumed.
Otherwise it is `undecided`: the tenant may be missing from a list. --verify of
`tenancy list` and `tenancy sync` reads assumed lists again, and confirms most.

{EXAMPLES}",
        FORMS.join(", ")
    )
}

/// Breaks a list of words into lines.
fn textwrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last().map_or(0, String::len);
        if last + word.len() > 78 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if line.is_empty() { "  " } else { " " });
            line.push_str(word);
        }
    }
    lines.join("\n")
}

const EXAMPLES: &str = "\
Examples:
  tenancy reconcile tenants.db --customers c.csv --match id=tenant_id
  tenancy reconcile tenants.db@run:3 --customers c.json --match name~company
  tenancy reconcile tenants.db --customers c.csv --match id=id --pins p.csv
  tenancy reconcile tenants.db --customers c.csv --match id=id --fail-on conflict
  tenancy reconcile t.db --customers crm.db --query 'SELECT * FROM crm' --match id=id
  tenancy list --output t.ndjson --report r.json
  tenancy reconcile t.ndjson --report r.json --customers c.csv --match id=id

Exit codes:
  0  no row is of a kind in --fail-on
  1  a row is of a kind in --fail-on
  2  wrong usage, or a file could not be read
  3  a list is not known to be complete; or a row is `undecided`";
