//! The arguments of `check`.

use clap::Args;

use super::accounts::AccountsArguments;
use super::requests::RequestsArguments;
use crate::output::DocumentFormat;

#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) accounts: AccountsArguments,
    /// The output format
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: DocumentFormat,
    /// Log each request to standard error, with its account and address, without secrets
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) requests: RequestsArguments,
}

pub(super) const EXAMPLES: &str = "\
Checks, with one request per account:
  configuration  the configuration is valid and its secrets can be read
  reachability   the provider responds
  credentials    the provider accepts them
  scope          they may list tenants
  page           the first page of the list can be read (the whole list, if it
                 has no pages)
  drift          its records match the provider's documentation
  clock          this machine's clock agrees with the provider's
Drift and clock only warn: an account with such a warning can be listed.

Examples:
  tenancy check --demo
  tenancy check --account my-account --verbose
  tenancy check --format json | jq '.[] | select(.usable | not)'

Exit codes:
  0  every account can be listed
  1  no account can be listed
  2  wrong usage or configuration
  3  some accounts can be listed";
