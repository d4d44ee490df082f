//! The arguments of `runs`.

use clap::Args;

use crate::output::ListFormat;

#[derive(Args, Debug)]
pub(crate) struct RunsArguments {
    /// The database: an SQLite file, or postgres://USER@HOST/DATABASE; by default that of `tenancy sync`
    #[arg(value_name = "DATABASE")]
    pub(crate) database: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
}

pub(super) const EXAMPLES: &str = "\
`complete` and `incomplete` count accounts by whether their list was complete.
A run that renamed or forgot an account has no lists. A run without an end is
still running, or was killed.

Examples:
  tenancy runs
  tenancy runs tenants.db --format csv

Exit codes:
  0  the runs were printed
  1  the database failed
  2  wrong usage, or a database that this command cannot read";
