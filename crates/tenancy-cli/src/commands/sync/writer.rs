//! Writes to the database on a separate thread, so that providers do not wait for a slow database.

use jiff::Timestamp;
use tenancy::{ErrorKind, SourceReport, Tenant};
use tenancy_store::{AccountKey, Error, ListingOutcome, Run, Store};
use tokio::sync::mpsc;

use crate::exit::Failure;
use crate::worker::Worker;

/// How many orders may wait.
const WAITING: usize = 2;

/// What to write.
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
        error: Option<ErrorKind>,
    },
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) outcomes: Vec<(AccountKey, ListingOutcome)>,
    /// Pairs of accounts with the same tenants.
    pub(super) twins: Vec<(AccountKey, AccountKey)>,
    pub(super) failure: Option<Error>,
}

/// Starts the thread that writes.
pub(super) fn start(store: Store, run: Run) -> Result<Worker<Order, Recorded>, Failure> {
    Worker::start("database", WAITING, move |orders| {
        let mut recorded = Recorded::default();
        recorded.failure = write(store, run, orders, &mut recorded).err();
        recorded
    })
}

fn write(
    mut store: Store,
    run: Run,
    mut orders: mpsc::Receiver<Order>,
    recorded: &mut Recorded,
) -> Result<(), Error> {
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
                error,
            } => {
                let outcome =
                    store.commit_listing(run, &account, &report, error, Timestamp::now())?;
                recorded.outcomes.push((account, outcome));
            }
        }
    }
    recorded.twins = store.twins()?;
    store.end(run, Timestamp::now())
}
