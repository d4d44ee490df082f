//! Opens a database, claims accounts and records runs.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenancy::Account;

use crate::database::{Access, Connection, LockWait, Value, transaction};
use crate::exclude::Exclude;
use crate::{Address, Error, ErrorKind, MaxGone, schema};

/// The default lock timeout.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(60);

/// A reseller account in the database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    /// The provider.
    pub provider: String,
    /// The account's name in the configuration.
    pub account: String,
}

impl AccountKey {
    /// Names an account at a provider.
    pub fn new(provider: impl Into<String>, account: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            account: account.into(),
        }
    }
}

impl From<&Account> for AccountKey {
    fn from(account: &Account) -> Self {
        Self::new(account.provider().name(), account.name())
    }
}

/// The account's name, and the provider in brackets.
impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.account, self.provider)
    }
}

/// One run that records accounts, renames one or forgets one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Its number. Later runs have greater numbers.
    pub number: i64,
    /// Its start.
    pub started_at: Timestamp,
}

/// A database of tenants, open for writing. [`sync`](crate::sync) records tenants in it.
///
/// Its calls block. In async code, call them in `tokio::task::spawn_blocking`: with PostgreSQL, they panic elsewhere.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Box<dyn Connection>,
    /// The numbers of the claimed accounts.
    claimed: Vec<i64>,
    /// The pages that had been read of each list that this run resumes.
    pub(crate) resumed: HashMap<AccountKey, u64>,
    /// How many tenants of an account one list may mark gone.
    pub(crate) max_gone: MaxGone,
    /// Which tenants are left as they are.
    pub(crate) exclude: Exclude,
}

impl Store {
    /// Opens a database. Creates it if it does not exist, and upgrades an older schema. Waits up to `lock_timeout`, by default a
    /// minute, for another program's lock.
    ///
    /// # Errors
    /// The database cannot be reached or written, belongs to another program, or was written by a newer version of this one.
    pub fn open(address: &Address, lock_timeout: Option<Duration>) -> Result<Self, Error> {
        Self::over(address.open(lock_timeout.unwrap_or(LOCK_TIMEOUT))?, address)
    }

    pub(crate) fn over(
        mut connection: Box<dyn Connection>,
        address: &Address,
    ) -> Result<Self, Error> {
        schema::upgrade(connection.as_mut(), &address.to_string())?;
        Ok(Self {
            connection,
            claimed: Vec::new(),
            resumed: HashMap::new(),
            max_gone: MaxGone::default(),
            exclude: Exclude::default(),
        })
    }

    /// Claims accounts, so that no other run records them before this store is dropped. Returns for each, in order, whether the
    /// claim succeeded.
    ///
    /// A claim is a lock of the database, which ends with the process. Should it end earlier, because its connection was lost, and
    /// another run claim the account, then this run's next write fails: each account has the number of the run that may write.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn claim(
        &mut self,
        accounts: &[AccountKey],
        wait: LockWait,
    ) -> Result<Vec<bool>, Error> {
        let mut numbers = Vec::new();
        for (position, account) in accounts.iter().enumerate() {
            numbers.push((self.number(account)?, position));
        }
        // A fixed order prevents deadlocks.
        numbers.sort_unstable();
        let mut claimed = vec![false; accounts.len()];
        for (number, position) in numbers {
            claimed[position] = self.connection.lock(number, wait)?;
            if claimed[position] {
                self.claimed.push(number);
            }
        }
        Ok(claimed)
    }

    /// Returns the number of an account, assigning one if needed.
    fn number(&mut self, account: &AccountKey) -> Result<i64, Error> {
        let key = key(account);
        let known = "SELECT number FROM accounts WHERE provider = $1 AND account = $2";
        if let Some(row) = self.connection.query(known, &key)?.first() {
            return row.integer(0);
        }
        self.connection.execute(
            "INSERT INTO accounts (provider, account) VALUES ($1, $2) ON CONFLICT (provider, account) DO NOTHING",
            &key,
        )?;
        self.connection.number(known, &key)
    }

    /// Begins a run. Claim the accounts first, so that of two runs of an account the later one has the greater number.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn begin(&mut self, now: Timestamp) -> Result<Run, Error> {
        let claimed = self.claimed.clone();
        let number = self.write(|connection| {
            let begin = "INSERT INTO runs (started_at) VALUES ($1) RETURNING run";
            let run = connection.number(begin, &[time(now).into()])?;
            for account in claimed {
                connection.execute(
                    "UPDATE accounts SET run = $1 WHERE number = $2",
                    &[run.into(), account.into()],
                )?;
            }
            Ok(run)
        })?;
        Ok(Run {
            number,
            started_at: now,
        })
    }

    /// Ends a run and releases its claims. A killed run has no end.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn end(&mut self, run: Run, now: Timestamp) -> Result<(), Error> {
        self.connection.execute(
            "UPDATE runs SET ended_at = $1 WHERE run = $2",
            &[time(now).into(), run.number.into()],
        )?;
        self.release()
    }

    /// Releases all claims.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn release(&mut self) -> Result<(), Error> {
        self.claimed.clear();
        self.connection.unlock()
    }

    /// Runs `work` in a writing transaction.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        transaction(self.connection.as_mut(), Access::Write, work)
    }

    /// Runs `work` in a transaction that writes an account, if the account is still this run's.
    pub(crate) fn write_account<T>(
        &mut self,
        run: Run,
        account: &AccountKey,
        work: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.write(|connection| {
            hold(connection, run, account)?;
            work(connection)
        })
    }
}

/// Keeps other runs from taking over an account until the end of the transaction, or fails if one has.
pub(crate) fn hold(
    connection: &mut dyn Connection,
    run: Run,
    account: &AccountKey,
) -> Result<(), Error> {
    let [provider, name] = key(account);
    let held = connection.execute(
        "UPDATE accounts SET run = run WHERE provider = $1 AND account = $2 AND run = $3",
        &[provider, name, run.number.into()],
    )?;
    if held == 1 {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Locked,
        format!(
            "{account} is no longer claimed by this run: the connection that held the claim was lost, and another sync took over; \
             that one records the account"
        ),
    ))
}

/// The columns that name an account.
pub(crate) fn key(account: &AccountKey) -> [Value; 2] {
    [
        account.provider.as_str().into(),
        account.account.as_str().into(),
    ]
}

/// Formats a time for storage: to the second, so that times sort as text.
pub(crate) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
