//! The arguments of `diff`.

use clap::Args;

use crate::output::DocumentFormat;

#[derive(Args, Debug)]
pub(crate) struct DiffArguments {
    /// The tenants before: a file of `list --format ndjson`, or a database. See below
    #[arg(value_name = "A")]
    pub(crate) old: String,
    /// The tenants after
    #[arg(value_name = "B")]
    pub(crate) new: String,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DocumentFormat,
    /// Hide the summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

pub(super) const EXAMPLES: &str = "\
A side is a file of `tenancy list --format ndjson` (or json), `-` for standard
input, or a database of `tenancy sync`: an SQLite file, or
postgres://USER@HOST/DATABASE. Append @run:3, @2026-11-01T08:00:00Z or
@2026-11-01 (midnight UTC) to a database to read its tenants as of then; without
one, the latest are read.

Examples:
  tenancy diff monday.ndjson tuesday.ndjson
  tenancy diff tenants.db@run:1 tenants.db
  tenancy diff tenants.db@2026-11-01 tenants.db@2026-12-01 --format json
  tenancy diff tenants.db today.ndjson

Exit codes:
  0  the sides are equal
  1  the sides differ
  2  a side could not be read";
