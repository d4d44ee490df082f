//! The command `tenancy`, as a library of its binary and of the fuzz targets.

mod args;
mod commands;
mod config;
mod exit;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzz;
mod matching;
mod output;
mod select;
mod signals;
mod suggest;
mod worker;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use commands::{
    changes, check, completions, diff, get, list, providers, reconcile, report, runs, schema, sync,
};
use exit::{Exit, Failure};

/// Runs the command with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let exit = match Arguments::try_parse() {
        Ok(arguments) => {
            arguments.apply_color();
            run(&arguments.command)
        }
        Err(error) => {
            // Nobody is left to tell that standard error is closed.
            let _ = error.print();
            Ok(if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Complete
            })
        }
    };
    exit.unwrap_or_else(|failure| {
        output::message::failure(&failure);
        failure.exit
    })
    .into()
}

fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Get(arguments) => get::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Sync(arguments) => sync::run(arguments),
        Command::Changes(arguments) => changes::run(arguments),
        Command::Runs(arguments) => runs::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Reconcile(arguments) => reconcile::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Config(arguments) => commands::config::run(arguments),
        Command::Providers(arguments) => providers::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
        Command::Man(arguments) => completions::man(arguments),
    }
}
