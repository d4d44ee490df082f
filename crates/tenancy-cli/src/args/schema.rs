//! The arguments of `schema`.

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct SchemaArguments {
    /// What to describe
    #[arg(long, value_enum, default_value_t = Described::Tenant)]
    pub(crate) of: Described,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Described {
    /// One line of `list --format ndjson`
    Tenant,
    /// One line of `list --members --format ndjson`
    Member,
    /// The file of `list --report`
    Report,
    /// Where an interrupted list resumes: `checkpoint` in the report
    Checkpoint,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  tenancy schema > tenant.schema.json
  tenancy schema --of report | jq .properties";
