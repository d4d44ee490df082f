//! The arguments of `providers`.

use clap::Args;

use crate::output::DocumentFormat;

#[derive(Args, Debug)]
pub(crate) struct ProvidersArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DocumentFormat,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  tenancy providers
  tenancy providers --format json | jq '.[] | select(.tells_total)'";
