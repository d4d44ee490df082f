//! The `tenancy` command: one list of every child tenant of every reseller account.

mod accounts;
mod args;
mod check;
mod config;
mod configure;
mod database;
mod demo;
mod diff;
mod environment;
mod escape;
mod exit;
mod field;
mod filter;
mod generated;
mod keyring;
mod kind;
mod list;
mod log;
mod message;
mod output;
mod privacy;
mod progress;
mod providers;
mod reading;
mod replacement;
mod report_file;
mod resume;
mod rows;
mod schema;
mod secrets;
mod select;
mod setup;
mod sink;
mod sort;
mod suggest;
mod summary;
mod sync;

use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use exit::{Exit, Failure};

fn main() -> ExitCode {
    let exit = match Arguments::try_parse() {
        Ok(arguments) => {
            arguments.apply_color();
            run(&arguments.command)
        }
        Err(error) => {
            // Where nobody reads it, there is nobody to tell.
            let _ = error.print();
            Ok(if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Complete
            })
        }
    };
    exit.unwrap_or_else(|failure| {
        message::failure(&failure);
        failure.exit
    })
    .into()
}

fn run(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Sync(arguments) => sync::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Config(arguments) => configure::run(arguments),
        Command::Providers(arguments) => providers::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => generated::completions(arguments),
        Command::Man(arguments) => generated::man(arguments),
    }
}
