//! Arguments that say which accounts are asked.

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::config::kind::Kind;

#[derive(Args, Debug)]
#[command(next_help_heading = "Accounts")]
pub(crate) struct AccountsArguments {
    /// Only this account; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Vec<String>,
    /// Only accounts at this provider; may be given several times
    #[arg(long, value_name = "P", value_parser = PossibleValuesParser::new(Kind::names()))]
    pub(crate) provider: Vec<String>,
    /// The file that configures the accounts
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Simulated providers in this process, without any account
    #[arg(long, conflicts_with = "config")]
    pub(crate) demo: bool,
}
