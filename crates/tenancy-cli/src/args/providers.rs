//! The arguments of `providers`.

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct ProvidersArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = ProvidersFormat::Table)]
    pub(crate) format: ProvidersFormat,
}

/// The formats of `providers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProvidersFormat {
    Table,
    Json,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  tenancy providers
  tenancy providers --format json | jq '.[] | select(.tells_total)'";
