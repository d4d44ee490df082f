//! Counts the tenants of each account by status, and finds when its list was last complete.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::runs::parse_time;
use crate::{AccountKey, Address, Error, schema};

/// The state of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountOverview {
    /// When its list was last complete, and no loss was withheld.
    pub last_complete_at: Option<Timestamp>,
    /// How many tenants exist with each status; those without one have the empty status.
    pub tenants: BTreeMap<String, u64>,
}

/// Reads the state of every account that has tenants or was listed.
///
/// # Errors
/// The database cannot be read.
pub fn overview(
    address: &Address,
    lock_timeout: Duration,
) -> Result<BTreeMap<AccountKey, AccountOverview>, Error> {
    schema::read(address, lock_timeout, |connection| {
        let mut accounts: BTreeMap<_, AccountOverview> = BTreeMap::new();
        let complete = connection.query(
            "SELECT provider, account, max(CASE WHEN complete = 1 AND withheld = 0 THEN at END) FROM listings GROUP BY provider, account",
            &[],
        )?;
        for mut row in complete {
            let account = AccountKey::new(row.text(0)?, row.text(1)?);
            let at = row.optional_text(2)?;
            accounts.entry(account).or_default().last_complete_at =
                at.as_deref().map(parse_time).transpose()?;
        }
        let status = (connection.dialect().member)("status");
        let tenants = connection.query(
            &format!(
                "SELECT provider, account, coalesce({status}, '') AS status, count(*) FROM tenants
                 WHERE gone_at IS NULL GROUP BY provider, account, coalesce({status}, '')"
            ),
            &[],
        )?;
        for mut row in tenants {
            let account = AccountKey::new(row.text(0)?, row.text(1)?);
            let (status, count) = (row.text(2)?, row.integer(3)?.unsigned_abs());
            accounts
                .entry(account)
                .or_default()
                .tenants
                .insert(status, count);
        }
        Ok(accounts)
    })
}
