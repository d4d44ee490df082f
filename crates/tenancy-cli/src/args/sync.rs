//! The arguments of `sync`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tenancy_store::MaxGone;

use super::accounts::AccountsArguments;
use super::requests::{PagesArguments, RequestsArguments};

#[derive(Args, Debug)]
pub(crate) struct SyncArguments {
    #[command(flatten)]
    pub(crate) accounts: AccountsArguments,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
    /// Write a JSON report to this file: what is complete, what is missing and why
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) report: Option<PathBuf>,
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

/// Which database is written, and how long to wait for it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseArguments {
    /// An SQLite file, which is created if missing, or postgres://USER@HOST/DATABASE. See below
    #[arg(long, value_name = "DATABASE")]
    pub(crate) to: Option<String>,
    /// If another sync is working on an account, wait for it instead of skipping the account
    #[arg(long)]
    pub(crate) wait: bool,
    /// Give up if another program keeps the database locked for this long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    lock_timeout: u64,
    /// Mark no tenant of an account gone if that would exceed this share and this number. See below
    #[arg(long, value_name = "PERCENT%,NUMBER", default_value = "10%,5", value_parser = max_gone)]
    pub(crate) max_gone: MaxGone,
}

/// Parses `10%,5`, `10%` or `5`. A limit that is not given is zero: the other alone decides.
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
the platform's data folder (with --demo, tenancy/demo.db). A password is read
from $PGPASSWORD or ~/.pgpass. Connections to other machines use TLS and verify
the server's certificate; sslrootcert=FILE trusts your own authority. Only
sslmode=disable in the address turns encryption off. Behind pgbouncer, use
pool_mode = session.

A tenant is marked gone only after a complete list, proved or agreed. A list
that lacks more than --max-gone allows marks none, and the exit code is 3: a
complete list an hour or more later that lacks the same tenants is believed, and
--max-gone 100% accepts it at once. The next run resumes an interrupted one;
nothing is lost.

Examples:
  tenancy sync --demo --to demo.db
  tenancy sync --to postgres://billing@db.example.com/tenants
  tenancy diff tenants.db@run:1 tenants.db

Exit codes:
  0  everything was listed and recorded
  1  nothing could be recorded
  2  wrong usage or configuration, or a database that this command cannot write
  3  something is missing, and the report says what; or too many tenants are gone";

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
