//! `cargo xtask`: the workspace's own tasks.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xtask::codegen::{StandAlone, codegen_stand_alone, codegen_workspace, workspace_root};
use xtask::dist::dist;
use xtask::error::Error;
use xtask::explain::explain_since;
use xtask::scaffold::new_provider;

/// The workspace's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Generate the clients under crates/clients from specs, or a crate of its own from any document.
    #[command(override_usage = USAGE)]
    Codegen(Codegen),
    /// Write the spec, client, mapping and simulator of a new provider, and register them.
    NewProvider(NewProvider),
    /// Build the command for release into dist/, with its completions and manual pages.
    Dist,
}

/// Two uses that share no argument, which clap would print as one.
const USAGE: &str = "cargo xtask codegen [--check]
       cargo xtask codegen --explain <REV>
       cargo xtask codegen --spec <FILE> --operations <ID[,ID…]> --name <CRATE> --out <DIR> [--overlay <FILE>] [--license <SPDX>] [--strict]";

#[derive(Args)]
struct NewProvider {
    /// The provider's name: its folder under specs and crates/clients.
    name: String,
    /// The provider's document.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// The operations, by `operationId` or as "METHOD /path".
    #[arg(long, value_name = "ID[,ID…]", value_delimiter = ',', required = true)]
    operations: Vec<String>,
}

#[derive(Args)]
struct Codegen {
    /// Compare with the tree instead of writing; a difference is printed as a diff and is an error.
    #[arg(long, conflicts_with = "StandAlone")]
    check: bool,
    /// Say in Markdown what each change of the specs since a git revision means for lists; an unaccepted breaking change is an
    /// error.
    #[arg(long, value_name = "REV", conflicts_with_all = ["check", "StandAlone"])]
    explain: Option<String>,
    #[command(flatten)]
    stand_alone: Option<StandAlone>,
}

fn main() -> ExitCode {
    let root = workspace_root();
    let done = match Command::parse().task {
        Task::Codegen(Codegen {
            check,
            explain,
            stand_alone,
        }) => match (stand_alone, explain) {
            (Some(arguments), _) => codegen_stand_alone(&root, &arguments),
            (None, Some(revision)) => explained(&root, &revision),
            (None, None) => codegen_workspace(&root, check),
        },
        Task::NewProvider(new) => {
            new_provider(&root, &new.name, &new.spec, &new.operations).map(|next| print!("{next}"))
        }
        Task::Dist => dist(&root).map(|summary| print!("{summary}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Error::Stale { diff } = &error {
                print!("{diff}");
                eprintln!("{}", error.to_string().trim_start_matches(diff.as_str()));
            } else {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn explained(root: &Path, revision: &str) -> Result<(), Error> {
    let (report, pending) = explain_since(root, revision)?;
    print!("{report}");
    match pending {
        0 => Ok(()),
        pending => Err(Error::Breaking(pending)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(line: &str) -> bool {
        Command::try_parse_from(line.split(' ')).is_ok()
    }

    #[test]
    fn codegen_takes_no_arguments_or_a_whole_stand_alone_crate() {
        let command = Command::try_parse_from(["xtask", "codegen"]);
        let task = command.unwrap_or_else(|error| panic!("{error}")).task;
        let Task::Codegen(Codegen {
            check, stand_alone, ..
        }) = task
        else {
            panic!("not codegen");
        };
        assert!(!check && stand_alone.is_none());
        let whole = "xtask codegen --spec a.json --operations list --name a --out b";
        assert!(parses(whole) && parses("xtask codegen --check"));
        assert!(!parses(&format!("{whole} --check")));
        for argument in ["--spec a.json", "--operations list", "--name a", "--out b"] {
            let partial = whole.replace(&format!(" {argument}"), "");
            assert!(!parses(&partial), "{partial}");
        }
        for alone in ["--spec a.json", "--overlay o.yaml", "--strict", "--name a"] {
            assert!(!parses(&format!("xtask codegen {alone}")), "{alone}");
        }
    }
}
