//! `cargo xtask`: the workspace's own tasks.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use xtask::dist::dist;
use xtask::scaffold::new_provider;
use xtask::tasks::{StandAlone, TaskError, codegen_stand_alone, codegen_workspace, workspace_root};

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
    Codegen(Codegen),
    /// Start the folder of a new provider under specs, from its document.
    NewProvider(NewProvider),
    /// Build the command for release into dist/, with its completions and manual pages.
    Dist,
}

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
    #[arg(long, conflicts_with = "spec")]
    check: bool,
    /// The document: YAML or JSON; Swagger 2.0, OpenAPI 3.0 or 3.1.
    #[arg(long, value_name = "FILE", requires_all = ["operations", "name", "out"])]
    spec: Option<PathBuf>,
    /// Corrections to the document: an OpenAPI Overlay 1.0.
    #[arg(long, value_name = "FILE", requires = "spec")]
    overlay: Option<PathBuf>,
    /// The operations, by `operationId` or as "METHOD /path".
    #[arg(
        long,
        value_name = "ID[,ID…]",
        value_delimiter = ',',
        requires = "spec"
    )]
    operations: Vec<String>,
    /// The crate's name.
    #[arg(long, value_name = "CRATE", requires = "spec")]
    name: Option<String>,
    /// The crate's folder.
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// Types exactly as the document states them: closed enumerations, no isolated records, times with a zone.
    #[arg(long, requires = "spec")]
    strict: bool,
}

fn main() -> ExitCode {
    let root = workspace_root();
    let done = match Command::parse().task {
        Task::Codegen(arguments) => codegen(arguments),
        Task::NewProvider(new) => {
            new_provider(&root, &new.name, &new.spec, &new.operations).map(|next| print!("{next}"))
        }
        Task::Dist => dist(&root).map(|told| print!("{told}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let TaskError::Stale { diff } = &error {
                print!("{diff}");
                eprintln!("{}", error.to_string().trim_start_matches(diff.as_str()));
            } else {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn codegen(arguments: Codegen) -> Result<(), TaskError> {
    let root = workspace_root();
    match (arguments.spec, arguments.name, arguments.out) {
        (Some(spec), Some(name), Some(out)) => {
            let ask = StandAlone {
                spec,
                overlay: arguments.overlay,
                operations: arguments.operations,
                name,
                out,
                strict: arguments.strict,
            };
            codegen_stand_alone(&root, &ask)
        }
        _ => codegen_workspace(&root, arguments.check),
    }
}
