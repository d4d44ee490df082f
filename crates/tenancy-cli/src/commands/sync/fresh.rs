//! Leaves out the accounts whose list was complete a short time ago.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tenancy::Account;
use tenancy_store::{AccountKey, Address, overview};

use crate::output::message;

/// The accounts whose last complete list is older than the limit.
pub(super) fn stale(
    accounts: Vec<Account>,
    address: &Address,
    lock_timeout: Duration,
    limit: SignedDuration,
) -> Vec<Account> {
    // A database that cannot be read yet knows no list. If it cannot be written either, the sync says why.
    let overview = overview(address, lock_timeout).unwrap_or_default();
    let now = Timestamp::now();
    let is_fresh = |at: Timestamp| now.duration_since(at) < limit;
    let fresh = overview
        .into_iter()
        .filter(|(_, account)| account.last_complete_at.is_some_and(is_fresh));
    let fresh: BTreeSet<AccountKey> = fresh.map(|(account, _)| account).collect();
    let all = accounts.len();
    let mut stale = accounts;
    stale.retain(|account| !fresh.contains(&AccountKey::from(account)));
    let left_out = all - stale.len();
    if left_out > 0 {
        message::line(&format!(
            "{left_out} of {all} accounts have a fresh list and were left out"
        ));
    }
    stale
}
