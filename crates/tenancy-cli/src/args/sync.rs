//! The arguments of `sync`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::SignedDuration;
use tenancy_store::MaxGone;

use super::accounts::AccountsArguments;
use super::fail_on::FailOn;
use super::path;
use super::requests::{PagesArguments, RequestsArguments};
use crate::select::filter::{self, Filter};

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SyncArguments {
    #[command(subcommand)]
    pub(crate) command: Option<SyncCommand>,
    #[command(flatten)]
    pub(crate) accounts: AccountsArguments,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
    #[command(flatten)]
    pub(crate) recording: RecordingArguments,
    /// Write a JSON report to this file: what is complete, what is missing and why
    #[arg(long, value_name = "FILE", value_parser = path(), help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// Write the recorded changes to this file (`-` for standard output), as `tenancy changes` does. See below
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) changes: Option<PathBuf>,
    /// Write metrics to this file, for the textfile collector of Prometheus' node exporter
    #[arg(long, value_name = "FILE", value_parser = path(), help_heading = "Output")]
    pub(crate) metrics: Option<PathBuf>,
    /// What else makes the exit code 3
    #[arg(
        long,
        value_name = "KIND,KIND",
        value_enum,
        value_delimiter = ',',
        help_heading = "Output"
    )]
    pub(crate) fail_on: Vec<FailOn>,
    /// Log each request to standard error, with its account and address, without secrets
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// Hide progress and the summary of complete accounts
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) pages: PagesArguments,
    #[command(flatten)]
    pub(crate) requests: RequestsArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// Rename an account in the database, after it was renamed in the configuration
    #[command(after_help = RENAME_EXAMPLES)]
    Rename(RenameArguments),
    /// Mark all tenants of an account gone, after it was removed from the configuration
    #[command(after_help = FORGET_EXAMPLES)]
    Forget(ForgetArguments),
}

#[derive(Args, Debug)]
pub(crate) struct RenameArguments {
    /// The account's name in the database
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The account's name in the configuration
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    /// Delete what is already recorded under the new name
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) edit: EditArguments,
}

#[derive(Args, Debug)]
pub(crate) struct ForgetArguments {
    /// The account's name in the database
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) edit: EditArguments,
}

/// Which account of which database is edited, and whether it really is.
#[derive(Args, Debug)]
pub(crate) struct EditArguments {
    /// The account's provider, if the database has accounts of this name at several
    #[arg(long, value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// Say what would be done, but do not do it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Use the database of `sync --demo`
    #[arg(long, conflicts_with = "to")]
    pub(crate) demo: bool,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
}

/// Which database is written, and how long to wait for it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseArguments {
    /// The database: an SQLite file, or postgres://USER@HOST/DATABASE. See below
    #[arg(long, value_name = "DATABASE")]
    pub(crate) to: Option<String>,
    /// Give up if another program keeps the database locked for this long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    lock_timeout: u64,
}

/// What is recorded.
#[derive(Args, Debug)]
#[command(next_help_heading = "Database")]
pub(crate) struct RecordingArguments {
    /// If another sync is working on an account, wait for it instead of skipping the account
    #[arg(long)]
    pub(crate) wait: bool,
    /// Skip accounts whose list was complete less than this long ago: 12h, 2d or 1w
    #[arg(long, value_name = "TIME", value_parser = fresh)]
    pub(crate) fresh: Option<SignedDuration>,
    /// Mark no tenant of an account gone if that would exceed this share and this number. See below
    #[arg(long, value_name = "PERCENT%,NUMBER", default_value = "10%,5", value_parser = max_gone)]
    pub(crate) max_gone: MaxGone,
    /// Neither update nor add tenants that match; if repeated, one match is enough. See below
    #[arg(long, value_name = "FIELD=VALUE", value_parser = exclude)]
    pub(crate) exclude: Vec<Filter>,
}

/// Parses a filter for tenants.
fn exclude(text: &str) -> Result<Filter, String> {
    let filter = Filter::parse(text)?;
    let field = filter.field();
    if field.is_of_member() {
        let name = field.name;
        return Err(format!(
            "`{name}` is a field of users, and only tenants can be excluded"
        ));
    }
    Ok(filter)
}

/// Parses `10%,5`, `10%` or `5`. A limit that is not given is zero: the other alone decides.
fn fresh(text: &str) -> Result<SignedDuration, String> {
    let seconds = filter::seconds(text).flatten();
    let seconds = seconds
        .ok_or("it is not a number of hours, days or weeks: write, for example, 12h, 2d or 1w")?;
    Ok(SignedDuration::from_secs(seconds))
}

fn max_gone(text: &str) -> Result<MaxGone, String> {
    let (percent, tenants) = match text.split_once(',') {
        Some((percent, tenants)) => (percent, tenants),
        None if text.ends_with('%') => (text, "0"),
        None => ("0%", text),
    };
    let percent = percent
        .strip_suffix('%')
        .and_then(|percent| percent.parse().ok());
    match (percent, tenants.parse()) {
        (Some(percent @ 0..=100), Ok(tenants)) => Ok(MaxGone { percent, tenants }),
        _ => Err("expected a share, a number or both, for example 10%, 5 or 10%,5".to_owned()),
    }
}

impl DatabaseArguments {
    /// How long to wait for another program's lock.
    pub(crate) fn lock_timeout(&self) -> Duration {
        Duration::from_secs(self.lock_timeout)
    }
}

pub(super) const EXAMPLES: &str = "\
The database is --to, else $TENANCY_DATABASE_URL, else tenancy/tenants.db in
the platform's data folder (with --demo, tenancy/demo.db). A file is created if
missing. A password is read from $PGPASSWORD or ~/.pgpass. Connections to other
machines use TLS and verify the server's certificate; sslrootcert=FILE trusts
your own authority. Only sslmode=disable in the address turns encryption off.
statement_timeout=SECONDS in the address (default 600) bounds each statement.
Each sync uses two connections, and one more at its end for --changes and
--metrics. pgbouncer's pool_mode may be session or transaction.

A tenant is marked gone only after a complete list that is proved or agreed. If
a list is empty or lacks more tenants than --max-gone allows, none is marked
gone and the exit code is 3. The loss is accepted once a second complete list,
an hour or more later, lacks the same tenants, or at once with --max-gone 100%.
The next run resumes an interrupted one that is less than a day old.

--exclude takes a filter as `tenancy list --filter` does. An excluded tenant is
counted. It does not become gone; in the database it stays as it was recorded
last, even if the field of the filter has changed.

--changes replaces its file once all lists are recorded, before the run ends.
The file also has the changes of killed runs since the last run that ended. If a
run without --changes ended after them, or if several syncs run at once, they
may be in no file: `tenancy changes --since RUN` writes all events again, with
the same ids. Use it too if a file could not be written or is lost, and for the
changes of `sync forget`.

Examples:
  tenancy sync --demo --to demo.db
  tenancy sync --to postgres://billing@db.example.com/tenants
  tenancy diff tenants.db@run:1 tenants.db
  tenancy sync --changes changes.ndjson --fail-on drift,left-out
  tenancy sync --exclude metadata.plan=test --exclude-account sandbox
  tenancy sync --metrics /var/lib/prometheus/node-exporter/tenancy.prom

Exit codes:
  0  everything was listed and recorded
  1  nothing could be recorded
  2  wrong usage or configuration, or a database that this command cannot write
  3  a list is incomplete, too many tenants would be gone, a file could not be
     written, or --fail-on found something";

const RENAME_EXAMPLES: &str = "\
The account keeps its history, under the new name. If it was already synced
under the new name, --replace deletes what that recorded: the next sync records
the differences again. The database is found as by `tenancy sync`.

Examples:
  tenancy sync rename agency agency-eu --dry-run
  tenancy sync rename agency agency-eu --replace

Exit codes:
  0  the account was renamed
  1  another sync is working on the account, or the database failed
  2  wrong usage, or there is no such account";

const FORGET_EXAMPLES: &str = "\
The account's tenants are marked gone in a separate run, and their history
stays. A later sync of the account brings them back. The database is found as by
`tenancy sync`.

Examples:
  tenancy sync forget agency --dry-run
  tenancy sync forget agency

Exit codes:
  0  the account was forgotten
  1  another sync is working on the account, or the database failed
  2  wrong usage, or there is no such account";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_tenants_gone() {
        let parsed = |text| max_gone(text).map(|limits| (limits.percent, limits.tenants));
        assert_eq!(parsed("10%,5"), Ok((10, 5)));
        assert_eq!(parsed("100%"), Ok((100, 0)));
        assert_eq!(parsed("50"), Ok((0, 50)));
        for wrong in ["", "%", "101%", "10,5", "5,10%", "-1", "10%,"] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
