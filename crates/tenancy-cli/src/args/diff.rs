//! The arguments of `diff`.

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct DiffArguments {
    /// The tenants before: a file of `list --format ndjson`, or a database, see below
    #[arg(value_name = "A")]
    pub(crate) old: String,
    /// The tenants after
    #[arg(value_name = "B")]
    pub(crate) new: String,
    /// How what differs is written
    #[arg(long, value_enum, default_value_t = DiffFormat::Table)]
    pub(crate) format: DiffFormat,
    /// Write nothing but what differs
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How differences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// One line a tenant, or a field that changed
    Table,
    /// One document: created, gone and changed
    Json,
}

pub(super) const EXAMPLES: &str = "\
A side is a file of `tenancy list --format ndjson`, or a database of `tenancy
sync`: a file of SQLite, or postgres://USER@HOST/DATABASE. After a database may
stand from when its tenants are: @run:3, @2026-11-01T08:00:00Z or @2026-11-01
(its first moment in UTC); else they are its latest.

Examples:
  tenancy diff monday.ndjson tuesday.ndjson
  tenancy diff tenants.db@run:1 tenants.db
  tenancy diff tenants.db@2026-11-01 tenants.db@2026-12-01 --format json
  tenancy diff tenants.db today.ndjson

Exit codes:
  0  nothing differs
  1  something differs
  2  a side could not be read";
