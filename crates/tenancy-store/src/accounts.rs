//! The accounts of a database: which there are, and which name an account has.

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::database::{Connection, LockWait, Row};
use crate::merge::{Merge, parse};
use crate::staging::{clear, placeholders};
use crate::store::{hold, key, time};
use crate::{AccountKey, Error, ErrorKind, MaxGone, Run, Store};

/// Tenants renamed at a time.
const ROWS: usize = 500;
/// Tenants of an account that are looked for in another.
const SAMPLE: usize = 100;

/// What a database has of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountContent {
    /// Tenants that exist.
    pub tenants: u64,
    /// Tenants that are gone.
    pub gone: u64,
    /// Recorded lists.
    pub lists: u64,
}

impl AccountContent {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl Store {
    /// Returns the accounts that have tenants which are not gone.
    ///
    /// # Errors
    /// The database failed.
    pub fn accounts(&mut self) -> Result<Vec<AccountKey>, Error> {
        self.accounts_where(
            "EXISTS (SELECT 1 FROM tenants
                     WHERE provider = accounts.provider AND account = accounts.account AND gone_at IS NULL)",
        )
    }

    /// Returns the accounts that a sync has begun to list, and that were not forgotten since.
    ///
    /// # Errors
    /// The database failed.
    pub fn known_accounts(&mut self) -> Result<Vec<AccountKey>, Error> {
        self.accounts_where("1 = 1")
    }

    fn accounts_where(&mut self, condition: &str) -> Result<Vec<AccountKey>, Error> {
        let sql = format!(
            "SELECT provider, account FROM accounts WHERE {condition} ORDER BY provider, account"
        );
        let keys = self.connection.query(&sql, &[])?.into_iter();
        keys.map(|mut row| Ok(AccountKey::new(row.text(0)?, row.text(1)?)))
            .collect()
    }

    /// Returns what the database has of an account.
    ///
    /// # Errors
    /// The database failed.
    pub fn content(&mut self, account: &AccountKey) -> Result<AccountContent, Error> {
        content(self.connection.as_mut(), account)
    }

    /// Renames an account and its history, as a separate run. With `replace`, first deletes everything recorded under the new
    /// name.
    ///
    /// # Errors
    /// The database failed, has data of an account with the new name and `replace` is false, or another run is recording one of
    /// the accounts. Nothing is renamed then.
    pub fn rename(
        &mut self,
        old: &AccountKey,
        new_name: &str,
        replace: bool,
        now: Timestamp,
    ) -> Result<Run, Error> {
        let new = AccountKey::new(&*old.provider, new_name);
        let renamed = self.edit(&[old.clone(), new.clone()], now, |connection, run| {
            for account in [old, &new] {
                hold(connection, run, account)?;
            }
            rename(connection, old, &new, replace)
        })?;
        Ok(renamed.0)
    }

    /// Marks all tenants of an account gone, as a separate run, and returns how many there were. Their history is kept.
    ///
    /// # Errors
    /// The database failed, or another run is recording the account. Nothing is forgotten then.
    pub fn forget(&mut self, account: &AccountKey, now: Timestamp) -> Result<(Run, u64), Error> {
        self.edit(std::slice::from_ref(account), now, |connection, run| {
            hold(connection, run, account)?;
            clear(connection, account)?;
            let mut merge = Merge {
                connection,
                run,
                now: time(now),
                account,
                max_gone: MaxGone::default(),
                exclude: "",
            };
            // Nothing is staged, so every tenant is absent.
            let gone = merge.mark_gone()?;
            delete(merge.connection, "accounts", account)?;
            Ok(gone)
        })
    }

    /// Claims accounts for a run that does this work in one transaction.
    fn edit<T>(
        &mut self,
        accounts: &[AccountKey],
        now: Timestamp,
        work: impl FnOnce(&mut dyn Connection, Run) -> Result<T, Error>,
    ) -> Result<(Run, T), Error> {
        let claimed = self.claim(accounts, LockWait::Never)?;
        let accounts = accounts.iter().zip(claimed);
        let busy = accounts.filter(|(_, claimed)| !claimed);
        let busy: Vec<_> = busy.map(|(account, _)| account.clone()).collect();
        if !busy.is_empty() {
            self.release()?;
            return Err(Error::busy(&busy));
        }
        let run = self.begin(now)?;
        let done = self.write(|connection| work(connection, run));
        self.end(run, now)?;
        Ok((run, done?))
    }

    /// Returns the pairs of accounts at the same provider that seem to be one account under two names: most tenants of one are
    /// also in the other, without a difference.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn twins(&mut self) -> Result<Vec<(AccountKey, AccountKey)>, Error> {
        let accounts = self.accounts()?;
        let mut twins = Vec::new();
        for (position, one) in accounts.iter().enumerate() {
            for other in &accounts[position + 1..] {
                if one.provider == other.provider && self.are_twins(one, other)? {
                    twins.push((one.clone(), other.clone()));
                }
            }
        }
        Ok(twins)
    }

    fn are_twins(&mut self, one: &AccountKey, other: &AccountKey) -> Result<bool, Error> {
        let member =
            |account: &AccountKey| format!("\"account\":{}", Json::from(account.account.as_str()));
        let [provider, name] = key(one);
        let values = [
            provider,
            name,
            other.account.as_str().into(),
            member(one).into(),
            member(other).into(),
        ];
        let rows = self.connection.query(
            &format!(
                "SELECT count(*), count(known.id) FROM
                 (SELECT id, body FROM tenants WHERE provider = $1 AND account = $2 AND gone_at IS NULL
                  ORDER BY id LIMIT {SAMPLE}) AS sample
                 LEFT JOIN tenants AS known ON known.provider = $1 AND known.account = $3 AND known.id = sample.id
                 AND known.gone_at IS NULL AND replace(known.body, $5, '') = replace(sample.body, $4, '')"
            ),
            &values,
        )?;
        let row = Row::only(rows)?;
        Ok(row.integer(1)? * 2 > row.integer(0)?)
    }
}

/// Renames an account in every table.
fn rename(
    connection: &mut dyn Connection,
    old: &AccountKey,
    new: &AccountKey,
    replace: bool,
) -> Result<(), Error> {
    if replace {
        for table in ["tenants", "changes", "listings"] {
            delete(connection, table, new)?;
        }
    } else if !content(connection, new)?.is_empty() {
        let text = format!("the database already has an account {new}");
        return Err(Error::new(ErrorKind::Failed, text));
    }
    for account in [old, new] {
        clear(connection, account)?;
    }
    let [provider, from] = key(old);
    for table in ["tenants", "changes", "listings"] {
        let sql = format!("UPDATE {table} SET account = $3 WHERE provider = $1 AND account = $2");
        let values = [provider.clone(), from.clone(), new.account.as_str().into()];
        connection.execute(&sql, &values)?;
    }
    delete(connection, "accounts", old)?;
    rename_bodies(connection, new)
}

fn content(connection: &mut dyn Connection, account: &AccountKey) -> Result<AccountContent, Error> {
    let mut count = |from: &str| {
        let sql = format!("SELECT count(*) FROM {from} provider = $1 AND account = $2");
        Ok(connection.number(&sql, &key(account))?.unsigned_abs())
    };
    Ok(AccountContent {
        tenants: count("tenants WHERE gone_at IS NULL AND")?,
        gone: count("tenants WHERE gone_at IS NOT NULL AND")?,
        lists: count("listings WHERE")?,
    })
}

/// Sets the account's name in the bodies of its tenants.
fn rename_bodies(connection: &mut dyn Connection, account: &AccountKey) -> Result<(), Error> {
    let page = format!(
        "SELECT id, body FROM tenants WHERE provider = $1 AND account = $2 AND id > $3 ORDER BY id LIMIT {ROWS}"
    );
    let mut after = String::new();
    loop {
        let [provider, name] = key(account);
        let rows = connection.query(&page, &[provider, name, after.as_str().into()])?;
        let count = rows.len();
        let mut values = key(account).to_vec();
        for mut row in rows {
            let mut body = parse(&row.text(1)?)?;
            body["account"] = account.account.as_str().into();
            after = row.text(0)?;
            values.extend([after.as_str().into(), body.to_string().into()]);
        }
        if count > 0 {
            let sql = format!(
                "UPDATE tenants SET body = renamed.column2 FROM (VALUES {}) AS renamed
                 WHERE tenants.provider = $1 AND tenants.account = $2 AND tenants.id = renamed.column1",
                placeholders(3, count, 2)
            );
            connection.execute(&sql, &values)?;
        }
        if count < ROWS {
            return Ok(());
        }
    }
}

fn delete(connection: &mut dyn Connection, table: &str, account: &AccountKey) -> Result<(), Error> {
    let sql = format!("DELETE FROM {table} WHERE provider = $1 AND account = $2");
    connection.execute(&sql, &key(account)).map(drop)
}
