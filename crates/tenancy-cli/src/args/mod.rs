//! The command's arguments, one file per subcommand.

mod accounts;
mod changes;
mod check;
mod completions;
mod config;
mod diff;
pub(crate) mod example;
mod fail_on;
mod fields;
mod get;
mod list;
mod providers;
mod reconcile;
mod report;
mod requests;
mod runs;
mod schema;
mod sync;

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{ColorChoice, Parser, Subcommand};

pub(crate) use accounts::AccountsArguments;
pub(crate) use changes::ChangesArguments;
pub(crate) use check::CheckArguments;
pub(crate) use completions::{CompletionsArguments, ManArguments};
pub(crate) use config::{ConfigArguments, ConfigCommand, InitArguments};
pub(crate) use diff::DiffArguments;
pub(crate) use fail_on::FailOn;
pub(crate) use get::GetArguments;
pub(crate) use list::{ListArguments, SelectionArguments};
pub(crate) use providers::ProvidersArguments;
pub(crate) use reconcile::{Difference, ReconcileArguments};
pub(crate) use report::{MatchingArguments, ReportArguments, ReportFormat, Threshold};
pub(crate) use requests::RequestsArguments;
pub(crate) use runs::RunsArguments;
pub(crate) use schema::{Described, SchemaArguments};
pub(crate) use sync::{
    EditArguments, ForgetArguments, RenameArguments, SyncArguments, SyncCommand,
};

/// Reads the path of a file or a folder.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.as_os_str() == "-" {
        true => {
            Err("only --output and --changes take `-`, for standard output; write ./- for a file of that name")
        }
        false => Ok(path),
    })
}

/// Lists every child tenant of every reseller account exactly once, in one shape, or reports what is missing.
#[derive(Debug, Parser)]
#[command(name = "tenancy", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colors; `auto` heeds NO_COLOR and CLICOLOR
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    color: ColorChoice,
}

impl Arguments {
    /// Sets whether output is colored from now on.
    pub(crate) fn apply_color(&self) {
        match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the child tenants of all configured accounts
    #[command(after_help = list::examples())]
    List(Box<ListArguments>),
    /// Show the tenants with an ID or alias, of all configured accounts
    #[command(after_help = get::EXAMPLES)]
    Get(Box<GetArguments>),
    /// Check whether each account can be listed, and say what to do if not
    #[command(after_help = check::EXAMPLES)]
    Check(CheckArguments),
    /// Record the tenants of all accounts in a database, with a history of changes
    #[command(after_help = sync::EXAMPLES)]
    Sync(Box<SyncArguments>),
    /// Write the changes recorded since a run, as events
    #[command(after_help = changes::EXAMPLES)]
    Changes(ChangesArguments),
    /// Show the runs that a database has, and what they recorded
    #[command(after_help = runs::EXAMPLES)]
    Runs(RunsArguments),
    /// Compare two lists, or a database at two points in time
    #[command(after_help = diff::EXAMPLES)]
    Diff(DiffArguments),
    /// Compare tenants with your customers: what belongs to whom, and what to nobody
    #[command(after_help = reconcile::examples())]
    Reconcile(Box<ReconcileArguments>),
    /// Write a page about the accounts, and what happened to their tenants
    #[command(after_help = report::EXAMPLES)]
    Report(Box<ReportArguments>),
    /// Write a configuration file to start from, or print its path
    #[command(after_help = config::EXAMPLES)]
    Config(ConfigArguments),
    /// Show the supported providers and what their lists can do
    #[command(after_help = providers::EXAMPLES)]
    Providers(ProvidersArguments),
    /// Print the JSON Schema of a tenant, a user or the report
    #[command(after_help = schema::EXAMPLES)]
    Schema(SchemaArguments),
    /// Print shell completions
    #[command(after_help = completions::COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArguments),
    /// Write the manual pages
    #[command(hide = true)]
    Man(ManArguments),
}

const EXAMPLES: &str = "\
Examples:
  tenancy list --demo     try it out; needs no account
  tenancy config init     write a configuration file to start from
  tenancy list            list all tenants of all configured accounts
  tenancy check           check that all accounts can be listed
  tenancy list --help     more examples, and how to configure accounts";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use client_runtime::Options;
    use tenancy::Query;

    use super::*;

    #[test]
    fn the_arguments_are_consistent_and_state_the_true_defaults() {
        let mut command = Arguments::command();
        command.clone().debug_assert();
        let help = command
            .find_subcommand_mut("list")
            .unwrap()
            .render_long_help()
            .to_string();
        let usual = Options::default();
        for default in [
            usual.idle_timeout.as_secs().to_string(),
            usual.max_retries.to_string(),
            Query::default().concurrency.to_string(),
        ] {
            assert!(help.contains(&format!("[default: {default}]")), "{default}");
        }
    }
}
