//! Writes to the database on a thread of its own, so that a slow database does not make providers wait for their answers to be
//! read.

use std::thread;

use jiff::Timestamp;
use tenancy::{ErrorKind, SourceReport, Tenant};
use tenancy_store::{AccountKey, Conclusion, Error, Run, Store};
use tokio::sync::{mpsc, oneshot};

use crate::exit::Failure;

/// How many orders may wait.
const WAITING: usize = 2;

/// What is to be written.
#[derive(Debug)]
pub(super) enum Order {
    /// Tenants, and a checkpoint after them.
    Stage {
        account: AccountKey,
        tenants: Vec<Tenant>,
        reached: Option<Box<SourceReport>>,
    },
    /// What the list of an account came to.
    Conclude {
        account: AccountKey,
        report: Box<SourceReport>,
        fault: Option<ErrorKind>,
    },
}

/// What was written.
pub(super) type Conclusions = Vec<(AccountKey, Conclusion)>;

/// What was concluded, and what went wrong.
type Outcome = (Conclusions, Result<(), Error>);

/// A thread that writes.
#[derive(Debug)]
pub(super) struct Writer {
    orders: Option<mpsc::Sender<Order>>,
    outcome: oneshot::Receiver<Outcome>,
}

impl Writer {
    pub(super) fn start(store: Store, run: Run) -> Result<Self, Failure> {
        let (orders, waiting) = mpsc::channel(WAITING);
        let (done, outcome) = oneshot::channel();
        thread::Builder::new()
            .name("database".to_owned())
            .spawn(move || {
                let mut conclusions = Vec::new();
                let written = write(store, run, waiting, &mut conclusions);
                // Nobody waits for the outcome once the command is ending.
                let _ = done.send((conclusions, written));
            })
            .map_err(|error| {
                Failure::machine(format!("no thread for the database can be had: {error}"))
            })?;
        Ok(Self {
            orders: Some(orders),
            outcome,
        })
    }

    /// Orders something to be written, and waits while the database is behind. False once it has failed.
    pub(super) async fn order(&mut self, order: Order) -> bool {
        match &self.orders {
            Some(orders) => orders.send(order).await.is_ok(),
            None => false,
        }
    }

    /// Waits until everything is written.
    pub(super) async fn finish(&mut self) -> (Conclusions, Option<Error>) {
        self.orders = None;
        match (&mut self.outcome).await {
            Ok((conclusions, written)) => (conclusions, written.err()),
            // The thread panicked, and has said so.
            Err(_) => (Vec::new(), None),
        }
    }
}

fn write(
    mut store: Store,
    run: Run,
    mut orders: mpsc::Receiver<Order>,
    conclusions: &mut Conclusions,
) -> Result<(), Error> {
    while let Some(order) = orders.blocking_recv() {
        match order {
            Order::Stage {
                account,
                tenants,
                reached,
            } => store.stage(run, &account, &tenants, reached.as_deref())?,
            Order::Conclude {
                account,
                report,
                fault,
            } => {
                let conclusion = store.conclude(run, &account, &report, fault, Timestamp::now())?;
                conclusions.push((account, conclusion));
            }
        }
    }
    store.end(run, Timestamp::now())
}
