//! The arguments of `config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::path;

#[derive(Args, Debug)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Write a configuration file to start from; only you can read it
    #[command(after_help = INIT_EXAMPLES)]
    Init(InitArguments),
    /// Print the path of the configuration file
    #[command(after_help = PATH_EXAMPLES)]
    Path,
}

#[derive(Args, Debug)]
pub(crate) struct InitArguments {
    /// Write to this path instead of the one that `tenancy config path` prints
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(crate) path: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  tenancy config init
  $EDITOR \"$(tenancy config path)\"
  tenancy check";

const INIT_EXAMPLES: &str = "\
Examples:
  tenancy config init
  tenancy config init --path ./tenancy.toml
  tenancy list --config ./tenancy.toml";

const PATH_EXAMPLES: &str = "\
The file is $TENANCY_CONFIG, else tenancy/config.toml in the platform's
configuration folder.

Examples:
  $EDITOR \"$(tenancy config path)\"";
