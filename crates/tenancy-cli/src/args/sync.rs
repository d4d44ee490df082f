//! The arguments of `sync`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{AccountsArguments, PagesArguments, RequestsArguments};

#[derive(Args, Debug)]
pub(crate) struct SyncArguments {
    #[command(flatten)]
    pub(crate) accounts: AccountsArguments,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
    /// Read lists that only the provider's cursors vouch for again, until two reads agree: else no tenant of theirs is marked gone
    #[arg(long, help_heading = "What to record")]
    pub(crate) verify: bool,
    /// Write to this file, as JSON, what is complete and what is missing and why
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
    /// Show each request on standard error, without secrets
    #[arg(short, long, help_heading = "Output")]
    pub(crate) verbose: bool,
    /// No progress, and no summary of complete accounts
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) pages: PagesArguments,
    #[command(flatten)]
    pub(crate) requests: RequestsArguments,
}

/// Which database is written, and how long it is waited for.
#[derive(Args, Debug)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseArguments {
    /// The file of SQLite, or postgres://USER@HOST/DATABASE; made if it is not there. See below
    #[arg(long, value_name = "DATABASE")]
    pub(crate) to: Option<String>,
    /// Wait for another sync that is at work on the same account, instead of leaving the account out
    #[arg(long)]
    pub(crate) wait: bool,
    /// Give up on a database that another program keeps locked for this long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    lock_timeout: u64,
}

impl DatabaseArguments {
    /// How long another program's lock is waited for.
    pub(crate) fn lock_timeout(&self) -> Duration {
        Duration::from_secs(self.lock_timeout)
    }
}

pub(super) const EXAMPLES: &str = "\
The database is --to, else $TENANCY_DATABASE_URL, else tenancy/tenants.db in
the platform's folder for data (with --demo, tenancy/demo.db). A password is
read from $PGPASSWORD or ~/.pgpass. Another machine is reached by TLS, and its
certificate verified (sslrootcert=FILE names an authority of your own); only
sslmode=disable in the address sends everything in the clear.

A tenant is marked gone only after a list that was complete and proved. A run
that is interrupted loses nothing: the next one goes on from there.

Examples:
  tenancy sync --demo --to demo.db
  tenancy sync --to postgres://billing@db.example.com/tenants
  tenancy diff tenants.db@run:1 tenants.db

Exit codes:
  0  everything was listed and recorded
  1  nothing could be recorded
  2  wrong usage or configuration, or a database that is not ours to write
  3  something is missing, and the report says what";
