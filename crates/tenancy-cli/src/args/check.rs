//! The arguments of `check`.

use clap::{Args, ValueEnum};

use super::{AccountsArguments, RequestsArguments};

#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) accounts: AccountsArguments,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = CheckFormat::Table, help_heading = "Output")]
    pub(crate) format: CheckFormat,
    /// Show each request on standard error, without secrets
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) requests: RequestsArguments,
}

/// How the result of the checks is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// A line an account, and below it what to do
    Table,
    /// One array
    Json,
}

pub(super) const EXAMPLES: &str = "\
What is checked, with one request an account:
  configuration  the account can be set up, its secrets can be read
  reachability   the provider answers
  credentials    it takes them
  scope          they may list tenants
  page           the first page of the list can be read (OmniDim: all of it)
  drift          its records are what the provider's document says
  clock          this machine's clock agrees with the provider's
Drift and clock are warnings: they do not make an account fail.

Examples:
  tenancy check --demo
  tenancy check --account agency-eu --verbose
  tenancy check --format json | jq '.[] | select(.usable | not)'

Exit codes:
  0  every account can be listed
  1  no account can be listed
  2  wrong usage or configuration file
  3  some accounts can be listed";
