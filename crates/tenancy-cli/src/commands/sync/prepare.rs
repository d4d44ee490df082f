//! Prepares a sync: opens the database, claims the accounts, and finds the lists that earlier runs left unfinished.

use jiff::Timestamp;
use tenancy::{Account, Listing, Query, Report, SourceReport};
use tenancy_store::{AccountKey, Address, LockWait, Run, Start, Store};

use crate::args::SyncArguments;
use crate::config::database;
use crate::exit::Failure;
use crate::output::message;

/// A sync that is ready to run.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) store: Store,
    pub(super) run: Run,
    pub(super) listing: Listing,
    /// The accounts that another sync is working on.
    pub(super) busy: Vec<AccountKey>,
    /// The accounts that have tenants in the database.
    pub(super) recorded: Vec<AccountKey>,
}

/// Opens the database and claims the accounts.
pub(super) fn prepare(
    arguments: &SyncArguments,
    address: &Address,
    accounts: Vec<Account>,
) -> Result<Prepared, Failure> {
    let mut store =
        Store::open(address, Some(arguments.database.lock_timeout())).map_err(database::failure)?;
    store.set_max_gone(arguments.recording.max_gone);
    let (accounts, busy) =
        claim(&mut store, accounts, arguments.recording.wait).map_err(database::failure)?;
    if accounts.is_empty() {
        return Err(Failure::machine(format!(
            "another sync is working on {}; try again later, or use --wait to wait for it",
            names(&busy)
        )));
    }
    let now = Timestamp::now();
    let run = store.begin(now).map_err(database::failure)?;
    let query = arguments.pages.base_query();
    let earlier = unfinished(&mut store, run, &accounts, &query, now).map_err(database::failure)?;
    // Each of the reports was tried alone.
    let listing = Listing::resume(accounts, query, Report::of(earlier))
        .map_err(|error| Failure::usage(error.to_string()))?;
    let recorded = store.accounts().map_err(database::failure)?;
    Ok(Prepared {
        store,
        recorded,
        run,
        listing,
        busy,
    })
}

/// The accounts that could be claimed, and those that another sync is working on.
fn claim(
    store: &mut Store,
    accounts: Vec<Account>,
    wait: bool,
) -> Result<(Vec<Account>, Vec<AccountKey>), tenancy_store::Error> {
    let keys: Vec<_> = accounts.iter().map(key).collect();
    let mut claimed = store.claim(&keys, LockWait::Never)?;
    let mut busy = others(&keys, &claimed);
    if wait && !busy.is_empty() {
        message::line(&format!("waiting for another sync of {}", names(&busy)));
        // Holding no claim while waiting avoids a deadlock.
        store.release()?;
        claimed = store.claim(&keys, LockWait::Forever)?;
        busy = others(&keys, &claimed);
    }
    let accounts = accounts.into_iter().zip(claimed);
    let accounts = accounts.filter_map(|(account, claimed)| claimed.then_some(account));
    Ok((accounts.collect(), busy))
}

fn others(keys: &[AccountKey], claimed: &[bool]) -> Vec<AccountKey> {
    let others = keys.iter().zip(claimed).filter(|(_, claimed)| !**claimed);
    others.map(|(key, _)| key.clone()).collect()
}

/// The reports of unfinished lists that can be resumed.
fn unfinished(
    store: &mut Store,
    run: Run,
    accounts: &[Account],
    query: &Query,
    now: Timestamp,
) -> Result<Vec<SourceReport>, tenancy_store::Error> {
    let mut reports = Vec::new();
    for account in accounts {
        let key = key(account);
        let refused = match store.start(run, &key, now)? {
            Start::Resumed(report) => {
                let report = *report;
                let tried = Listing::resume(
                    vec![account.clone()],
                    query.clone(),
                    Report::of(vec![report.clone()]),
                );
                match tried {
                    Ok(_) => {
                        tell(&key, &format!("resuming after {} tenants", report.tenants));
                        reports.push(report);
                        None
                    }
                    Err(error) => Some(error.to_string()),
                }
            }
            Start::Abandoned(why) => Some(why),
            _ => None,
        };
        if let Some(why) = refused {
            tell(&key, &format!("listing from the start: {why}"));
            store.restart(run, &key)?;
        }
    }
    Ok(reports)
}

fn tell(account: &AccountKey, what: &str) {
    message::line(&format!("{}: {what}", name(account)));
}

/// An account, for messages.
pub(super) fn name(account: &AccountKey) -> String {
    format!("{} ({})", account.account, account.provider)
}

pub(super) fn names(accounts: &[AccountKey]) -> String {
    accounts.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn key(account: &Account) -> AccountKey {
    AccountKey::new(account.provider().name(), account.name())
}
