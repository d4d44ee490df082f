//! The arguments of `completions` and `man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::path;

#[derive(Args, Debug)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Args, Debug)]
pub(crate) struct ManArguments {
    /// Write one page per subcommand to this folder
    #[arg(long, value_name = "FOLDER", value_parser = path())]
    pub(crate) out: PathBuf,
}

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  tenancy completions bash > ~/.local/share/bash-completion/completions/tenancy
  tenancy completions zsh > ~/.zfunc/_tenancy    # with ~/.zfunc in $fpath
  tenancy completions fish > ~/.config/fish/completions/tenancy.fish
  tenancy completions powershell >> $PROFILE";
