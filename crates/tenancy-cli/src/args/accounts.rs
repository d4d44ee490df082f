//! The arguments that choose accounts.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use tenancy::providers;

use super::path;

#[derive(Args, Debug)]
#[command(next_help_heading = "Accounts")]
pub(crate) struct AccountsArguments {
    /// Only this account; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Vec<String>,
    /// All accounts but this one; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) exclude_account: Vec<String>,
    /// Only accounts at this provider; may be repeated
    #[arg(long, value_name = "P", value_parser = provider_names())]
    pub(crate) provider: Vec<String>,
    /// The configuration file
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(crate) config: Option<PathBuf>,
    /// Use simulated providers in this process; needs no account
    #[arg(long, conflicts_with = "config")]
    pub(crate) demo: bool,
}

fn provider_names() -> PossibleValuesParser {
    providers::ALL.iter().map(|provider| provider.name).into()
}
