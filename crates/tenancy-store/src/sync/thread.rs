//! The thread of a sync that calls the database: it opens it, claims the accounts, and carries out orders.

use jiff::Timestamp;
use tenancy::{
    Account, ErrorKind as ListingErrorKind, Listing, Query, Report, SourceReport, Tenant,
};
use tokio::sync::mpsc;

use super::event::SyncEvent;
use super::options::SyncOptions;
use crate::database::LockWait;
use crate::staging::Start;
use crate::{AccountKey, Address, Error, ErrorKind, Run, Store};

/// How many orders may wait.
const MOST_ORDERS: usize = 2;

/// What the thread writes.
#[derive(Debug)]
pub(super) enum Order {
    /// Tenants, and the checkpoint after them.
    Stage {
        account: AccountKey,
        tenants: Vec<Tenant>,
        checkpoint: Option<Box<SourceReport>>,
    },
    /// The end of an account's list, and the error that ended it.
    Commit {
        account: AccountKey,
        report: Box<SourceReport>,
        fault: Option<ListingErrorKind>,
    },
    /// Every list has ended.
    Finish,
    /// The end of the run.
    End,
}

/// What the thread reports.
#[derive(Debug)]
pub(super) enum Note {
    Event(SyncEvent),
    /// The accounts are claimed.
    Ready(Box<Claimed>),
    /// The end of every list is written. These pairs of accounts have the same tenants.
    Finished(Vec<(AccountKey, AccountKey)>),
    /// The thread has ended.
    End(Result<(), Error>),
}

/// The accounts that this run may record.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) run: Run,
    /// The list of the claimed accounts, which resumes those that an earlier run left unfinished.
    pub(super) listing: Listing,
    /// The accounts that another run is recording.
    pub(super) busy: Vec<AccountKey>,
    /// The accounts that have tenants in the database.
    pub(super) known: Vec<AccountKey>,
}

/// Starts the thread. It ends when it is told to, or when the senders of orders are dropped: the run then has no end.
pub(super) fn start(
    accounts: Vec<Account>,
    address: Address,
    options: SyncOptions,
) -> (mpsc::Sender<Order>, mpsc::UnboundedReceiver<Note>) {
    let (orders, ordered) = mpsc::channel(MOST_ORDERS);
    let (notes, noted) = mpsc::unbounded_channel();
    let of_thread = notes.clone();
    let thread = std::thread::Builder::new().name("database".to_owned());
    let started = thread.spawn(move || {
        let mut notes = Notes(of_thread);
        let end = record(accounts, &address, &options, ordered, &mut notes);
        notes.send(Note::End(end));
    });
    if let Err(error) = started {
        let text = format!("cannot start the thread for the database: {error}");
        let error = Error::new(ErrorKind::Failed, text).caused_by(error);
        Notes(notes).send(Note::End(Err(error)));
    }
    (orders, noted)
}

struct Notes(mpsc::UnboundedSender<Note>);

impl Notes {
    fn send(&mut self, note: Note) {
        // Nobody receives it if the sync was dropped.
        let _ = self.0.send(note);
    }

    fn event(&mut self, event: SyncEvent) {
        self.send(Note::Event(event));
    }
}

fn record(
    accounts: Vec<Account>,
    address: &Address,
    options: &SyncOptions,
    mut orders: mpsc::Receiver<Order>,
    notes: &mut Notes,
) -> Result<(), Error> {
    let query = &options.query;
    if !query.statuses.is_empty() || query.limit.is_some() {
        let text = "a sync lists every tenant: its query may have no statuses and no limit";
        return Err(Error::new(ErrorKind::Invalid, text));
    }
    // Refuses accounts of one name before anything is claimed.
    Listing::new(accounts.clone(), query.clone()).map_err(invalid)?;
    let mut store = Store::open(address, Some(options.lock_timeout))?;
    store.max_gone = options.max_gone;
    store.exclude = options.exclude.clone();
    let (accounts, busy) = claim(&mut store, accounts, options.wait, notes)?;
    if accounts.is_empty() && !busy.is_empty() {
        return Err(Error::busy(&busy));
    }
    let now = Timestamp::now();
    let run = store.begin(now)?;
    let earlier = unfinished(&mut store, run, &accounts, query, now, notes)?;
    let listing = Listing::resume(accounts, query.clone(), Report::of(earlier)).map_err(invalid)?;
    notes.send(Note::Ready(Box::new(Claimed {
        run,
        listing,
        busy,
        known: store.accounts()?,
    })));
    while let Some(order) = orders.blocking_recv() {
        match order {
            Order::Stage {
                account,
                tenants,
                checkpoint,
            } => store.stage(run, &account, &tenants, checkpoint.as_deref())?,
            Order::Commit {
                account,
                report,
                fault,
            } => {
                let now = Timestamp::now();
                let outcome = store.commit_listing(run, &account, &report, fault, now)?;
                notes.event(SyncEvent::Recorded { account, outcome });
            }
            Order::Finish => notes.send(Note::Finished(store.twins()?)),
            Order::End => return store.end(run, Timestamp::now()),
        }
    }
    Ok(())
}

fn invalid(error: tenancy::Error) -> Error {
    Error::new(ErrorKind::Invalid, error.to_string()).caused_by(error)
}

/// Returns the accounts that could be claimed, and those that another run is recording.
fn claim(
    store: &mut Store,
    accounts: Vec<Account>,
    wait: bool,
    notes: &mut Notes,
) -> Result<(Vec<Account>, Vec<AccountKey>), Error> {
    let keys: Vec<_> = accounts.iter().map(AccountKey::from).collect();
    let mut claimed = store.claim(&keys, LockWait::Never)?;
    if wait && claimed.contains(&false) {
        notes.event(SyncEvent::Waiting(unclaimed(&keys, &claimed)));
        // Holding no claim while waiting avoids a deadlock.
        store.release()?;
        claimed = store.claim(&keys, LockWait::Forever)?;
    }
    let busy = unclaimed(&keys, &claimed);
    let accounts = accounts.into_iter().zip(claimed);
    let accounts = accounts.filter_map(|(account, claimed)| claimed.then_some(account));
    Ok((accounts.collect(), busy))
}

fn unclaimed(keys: &[AccountKey], claimed: &[bool]) -> Vec<AccountKey> {
    let others = keys.iter().zip(claimed).filter(|(_, claimed)| !**claimed);
    others.map(|(key, _)| key.clone()).collect()
}

/// Returns the reports of unfinished lists that can be resumed.
fn unfinished(
    store: &mut Store,
    run: Run,
    accounts: &[Account],
    query: &Query,
    now: Timestamp,
    notes: &mut Notes,
) -> Result<Vec<SourceReport>, Error> {
    let mut reports = Vec::new();
    for account in accounts {
        let key = AccountKey::from(account);
        let refused = match store.start(run, &key, now)? {
            Start::Fresh => continue,
            Start::Abandoned(why) => why,
            Start::Resumed(report) => {
                let earlier = Report::of(vec![(*report).clone()]);
                match Listing::resume(vec![account.clone()], query.clone(), earlier) {
                    Ok(_) => {
                        notes.event(SyncEvent::Resuming {
                            account: key,
                            tenants: report.tenants,
                        });
                        reports.push(*report);
                        continue;
                    }
                    Err(error) => error.to_string(),
                }
            }
        };
        store.restart(run, &key)?;
        notes.event(SyncEvent::Restarting {
            account: key,
            reason: refused,
        });
    }
    Ok(reports)
}
