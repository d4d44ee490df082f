//! The arguments that choose accounts.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use tenancy::providers;

use super::path;
use crate::config::shard::Shard;

#[derive(Args, Clone, Debug)]
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
    /// Only the accounts of shard K of N, from 0/N to N-1/N: each account is in one of them, and stays there
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,
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
