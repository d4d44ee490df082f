//! The arguments of `report`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use tenancy_store::Point;

use super::path;
use crate::matching::Rule;
use crate::select::field::Number;

#[derive(Args, Debug)]
pub(crate) struct ReportArguments {
    /// The database: an SQLite file, or postgres://USER@HOST/DATABASE; by default that of `tenancy sync`
    #[arg(value_name = "DATABASE")]
    pub(crate) database: Option<String>,
    /// The start of the period: a time, or a date (00:00 UTC); by default 30 days before --to
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) from: Option<Timestamp>,
    /// The end of the period; by default the time of the last recorded list
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) to: Option<Timestamp>,
    /// List the tenants whose balance is below N, by currency
    #[arg(long, value_name = "N", value_parser = Threshold::parse, allow_hyphen_values = true)]
    pub(crate) balance_below: Option<Threshold>,
    #[command(flatten)]
    pub(crate) matching: MatchingArguments,
    /// The maximum number of rows per table; the page says how many more there are
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) rows: usize,
    /// The output format; by default markdown if the file's name ends with .md, else html
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// Write to this file instead of standard output; an existing file is replaced at the end
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Hide the summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl ReportArguments {
    pub(crate) fn format(&self) -> ReportFormat {
        let file = self.output.as_deref();
        let extension = file.and_then(Path::extension);
        self.format
            .unwrap_or(match extension.is_some_and(|extension| extension == "md") {
                true => ReportFormat::Markdown,
                false => ReportFormat::Html,
            })
    }

    /// The file to write to; `-` is standard output, as in other programs.
    pub(crate) fn file(&self) -> Option<&Path> {
        let file = self.output.as_deref();
        file.filter(|path| *path != Path::new("-"))
    }
}

/// The customers that tenants are compared with, as by `reconcile`.
#[derive(Args, Debug)]
pub(crate) struct MatchingArguments {
    /// Show which tenants and customers do not match. This and the next four options are those of `tenancy reconcile`
    #[arg(long, value_name = "FILE")]
    pub(crate) customers: Option<String>,
    /// The SELECT that reads the customers from a database
    #[arg(long, value_name = "SQL", requires = "customers")]
    pub(crate) query: Option<String>,
    /// The column with the customer ID
    #[arg(long, value_name = "COLUMN", requires = "customers")]
    pub(crate) customer_id: Option<String>,
    /// Match a field of tenants with a column of customers
    #[arg(long = "match", value_name = "FIELD=COLUMN", value_parser = Rule::parse, requires = "customers")]
    pub(crate) rules: Vec<Rule>,
    /// Manual matches, which override all rules
    #[arg(long, value_name = "FILE", value_parser = path(), requires = "customers")]
    pub(crate) pins: Option<PathBuf>,
}

/// The formats of `report`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// One page that loads nothing and runs nothing
    Html,
    /// For a pull request or a chat
    Markdown,
}

/// An exact number, as written.
#[derive(Clone, Debug)]
pub(crate) struct Threshold {
    pub(crate) text: String,
    pub(crate) number: Number,
}

impl Threshold {
    fn parse(text: &str) -> Result<Self, String> {
        let number =
            Number::read(text).ok_or("it is not a number: write, for example, 10 or -0.5")?;
        let text = text.to_owned();
        Ok(Self { text, number })
    }
}

/// Parses a time or a day.
fn time(text: &str) -> Result<Timestamp, String> {
    match text.parse() {
        Ok(Point::Time(time)) => Ok(time),
        _ => Err(
            "it is not a time: write, for example, 2026-11-01 or 2026-11-01T08:00:00Z".to_owned(),
        ),
    }
}

pub(super) const EXAMPLES: &str = "\
The report shows how complete each account's list is, how many tenants there
were over time, who came, went and was suspended, and what providers sent that
their documents do not declare. It reads the database of `tenancy sync`, and
changes nothing.

Examples:
  tenancy report -o report.html
  tenancy report --from 2026-11-01 --to 2026-12-01 -o november.html
  tenancy report --balance-below 10 --format markdown
  tenancy report postgres://billing@db.example.com/tenants -o report.html

Exit codes:
  0  the report is written, and every account's list is complete
  1  the database failed, or the report could not be written
  2  wrong usage, or a database that cannot be read
  3  the report is written, and says which lists are not known to be complete";
