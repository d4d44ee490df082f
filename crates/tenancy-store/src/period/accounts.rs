//! Reads how the lists of the accounts ended up to a time.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::model::AccountState;
use crate::database::Connection;
use crate::history::State;
use crate::runs::parse_time;
use crate::snapshot::Identity;
use crate::store::time;
use crate::{AccountKey, Error};

/// The accounts.
pub(super) struct Accounts {
    /// Sorted by account.
    pub(super) states: Vec<AccountState>,
    /// The run of each account's first complete list.
    pub(super) first_complete: BTreeMap<AccountKey, i64>,
}

/// Reads the accounts that were listed up to this time. Their tenants are not counted yet.
pub(super) fn read(connection: &mut dyn Connection, to: Timestamp) -> Result<Accounts, Error> {
    let to = [time(to).into()];
    let rows = connection.query(
        "SELECT provider, account, min(run), max(at) FROM listings WHERE complete = 1 AND at <= $1
         GROUP BY provider, account",
        &to,
    )?;
    let (mut first_complete, mut completed) = (BTreeMap::new(), BTreeMap::new());
    for mut row in rows {
        let account = AccountKey::new(row.text(0)?, row.text(1)?);
        completed.insert(account.clone(), parse_time(&row.text(3)?)?);
        first_complete.insert(account, row.integer(2)?);
    }
    let rows = connection.query(
        "SELECT provider, account, at, missing, withheld, report FROM listings AS listing
         WHERE run = (SELECT max(run) FROM listings
                      WHERE provider = listing.provider AND account = listing.account AND at <= $1)
         ORDER BY provider, account",
        &to,
    )?;
    let states = rows.into_iter().map(|mut row| {
        let account = AccountKey::new(row.text(0)?, row.text(1)?);
        Ok(AccountState {
            tenants: 0,
            listed_at: parse_time(&row.text(2)?)?,
            completed_at: completed.get(&account).copied(),
            missing: row.integer(3)?.unsigned_abs(),
            withheld: row.integer(4)?.unsigned_abs(),
            report: serde_json::from_str(&row.text(5)?).map_err(Error::not_json)?,
            account,
        })
    });
    Ok(Accounts {
        states: states.collect::<Result<_, Error>>()?,
        first_complete,
    })
}

impl Accounts {
    /// Counts the tenants of each account.
    pub(super) fn count(&mut self, all: &BTreeMap<Identity, State>) {
        let mut counts: BTreeMap<&AccountKey, u64> = BTreeMap::new();
        for (identity, _) in all.iter().filter(|(_, state)| state.exists) {
            *counts.entry(&identity.account).or_default() += 1;
        }
        for state in &mut self.states {
            state.tenants = counts.get(&state.account).copied().unwrap_or_default();
        }
    }
}
