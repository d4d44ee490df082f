//! Writes to the database on a separate thread, so that providers do not wait for a slow database.

use std::thread;

use jiff::Timestamp;
use tenancy::{ErrorKind, SourceReport, Tenant};
use tenancy_store::{AccountKey, Error, ListingOutcome, Run, Store};
use tokio::sync::{mpsc, oneshot};

use crate::exit::Failure;

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
        fault: Option<ErrorKind>,
    },
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) outcomes: Vec<(AccountKey, ListingOutcome)>,
    pub(super) failure: Option<Error>,
}

/// The thread.
#[derive(Debug)]
pub(super) struct Writer {
    /// What was written, once the thread has ended.
    pub(super) recorded: Option<Recorded>,
    orders: Option<mpsc::Sender<Order>>,
    outcome: oneshot::Receiver<Recorded>,
}

impl Writer {
    pub(super) fn start(store: Store, run: Run) -> Result<Self, Failure> {
        let (orders, waiting) = mpsc::channel(WAITING);
        let (done, outcome) = oneshot::channel();
        thread::Builder::new()
            .name("database".to_owned())
            .spawn(move || {
                let mut recorded = Recorded::default();
                recorded.failure = write(store, run, waiting, &mut recorded.outcomes).err();
                // Nobody receives the outcome if the command is ending.
                let _ = done.send(recorded);
            })
            .map_err(|error| {
                Failure::machine(format!("cannot start a thread for the database: {error}"))
            })?;
        Ok(Self {
            recorded: None,
            orders: Some(orders),
            outcome,
        })
    }

    /// Waits until there is room for an order. Returns nothing if the database has failed.
    pub(super) async fn reserve(&self) -> Option<mpsc::OwnedPermit<Order>> {
        self.orders.clone()?.reserve_owned().await.ok()
    }

    /// Waits until everything is written.
    pub(super) async fn finish(&mut self) {
        self.orders = None;
        if self.recorded.is_none() {
            // A thread that panicked has printed why.
            self.recorded = Some((&mut self.outcome).await.unwrap_or_default());
        }
    }
}

fn write(
    mut store: Store,
    run: Run,
    mut orders: mpsc::Receiver<Order>,
    outcomes: &mut Vec<(AccountKey, ListingOutcome)>,
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
                fault,
            } => {
                let outcome =
                    store.commit_listing(run, &account, &report, fault, Timestamp::now())?;
                outcomes.push((account, outcome));
            }
        }
    }
    store.end(run, Timestamp::now())
}
