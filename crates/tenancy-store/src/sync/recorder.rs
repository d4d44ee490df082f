//! Records a listing: batches tenants for the thread, with checkpoints and the end of each account's list.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::time::{Duration, Instant};

use futures::{FutureExt, StreamExt};
use tenancy::{
    Certainty, ErrorKind as ListingErrorKind, Incomplete, Listing, ListingError, SourceReport,
    Tenant,
};
use tokio::sync::mpsc::{OwnedPermit, Sender};

use super::thread::Order;
use crate::AccountKey;

/// The most tenants that are gathered before they are written, and the most bytes of them.
const BATCH: (usize, usize) = (1000, 1024 * 1024);
/// How long fewer are gathered.
const LONGEST_GATHERING: Duration = Duration::from_secs(5);
/// A checkpoint is as large as the list so far. One is written when the list has grown by this share, which bounds both the
/// size of all checkpoints together and what an interruption costs.
const GROWTH: u64 = 8;

/// The thread has ended before the list, because the database failed.
#[derive(Debug)]
struct Unwritable;

/// Reads a listing, and orders what the thread writes.
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) listing: Listing,
    /// The errors that have not been reported.
    pub(super) errors: Vec<ListingError>,
    /// Nothing once every order has been given.
    orders: Option<Sender<Order>>,
    gathered: BTreeMap<AccountKey, Vec<Tenant>>,
    count: usize,
    /// How many bytes were gathered since tenants were last written.
    bytes: usize,
    written_at: Instant,
    /// How many tenants were received, in all and up to the last checkpoint.
    received: u64,
    checkpointed: u64,
    /// The errors that ended lists, by account.
    faults: HashMap<String, ListingErrorKind>,
    /// The accounts whose end was recorded.
    committed: HashSet<String>,
}

impl Recorder {
    pub(super) fn new(listing: Listing, orders: Sender<Order>) -> Self {
        Self {
            listing,
            errors: Vec::new(),
            orders: Some(orders),
            gathered: BTreeMap::new(),
            count: 0,
            bytes: 0,
            written_at: Instant::now(),
            received: 0,
            checkpointed: 0,
            faults: HashMap::new(),
            committed: HashSet::new(),
        }
    }

    /// Whether every order has been given.
    pub(super) fn is_finished(&self) -> bool {
        self.orders.is_none()
    }

    /// Takes the tenants that have been listed, or waits for one. Returns at an error, and at the end. Loses nothing if it is
    /// cancelled.
    pub(super) async fn advance(&mut self) {
        if self.record().await.is_err() {
            self.orders = None;
        }
    }

    async fn record(&mut self) -> Result<(), Unwritable> {
        while self.errors.is_empty() {
            let item = match self.listing.next().now_or_never() {
                Some(item) => item,
                None => {
                    self.take_errors();
                    self.flush(true).await?;
                    self.listing.next().await
                }
            };
            self.take_errors();
            match item {
                Some(Ok(tenant)) => self.take(*tenant),
                Some(Err(Incomplete { errors, .. })) => self.note(errors),
                None => {
                    self.commit_all().await?;
                    self.reserve().await?.send(Order::Finish);
                    self.orders = None;
                    return Ok(());
                }
            }
            self.flush(false).await?;
        }
        Ok(())
    }

    fn take_errors(&mut self) {
        let errors = self.listing.take_errors();
        self.note(errors);
    }

    fn note(&mut self, errors: Vec<ListingError>) {
        for error in &errors {
            if let tenancy::ListingErrorKind::Account(fault) = &error.kind {
                self.faults.insert(error.account.clone(), fault.kind());
            }
        }
        self.errors.extend(errors);
    }

    fn take(&mut self, tenant: Tenant) {
        let account = AccountKey::new(&*tenant.provider, &*tenant.account);
        self.bytes += written_size(&tenant);
        self.gathered.entry(account).or_default().push(tenant);
        self.count += 1;
        self.received += 1;
    }

    /// Has tenants written if they are many or, with nothing else to do, were gathered for long, and then also the end of those
    /// lists that have ended.
    async fn flush(&mut self, idle: bool) -> Result<(), Unwritable> {
        let waited = idle && self.count > 0 && self.written_at.elapsed() >= LONGEST_GATHERING;
        if waited || self.count >= BATCH.0 || self.bytes >= BATCH.1 {
            self.write_gathered().await?;
        }
        if idle {
            self.commit_ended().await?;
        }
        Ok(())
    }

    /// Has everything gathered written, with checkpoints if the list has grown enough.
    async fn write_gathered(&mut self) -> Result<(), Unwritable> {
        self.written_at = Instant::now();
        self.bytes = 0;
        if self.received - self.checkpointed >= self.received / GROWTH {
            for source in self.listing.report().sources {
                let open = !has_ended(&source) && !self.committed.contains(&source.account);
                if open && source.tenants > 0 {
                    self.stage(&key(&source), Some(source)).await?;
                }
            }
            self.checkpointed = self.received;
        }
        while let Some((account, _)) = self.gathered.first_key_value() {
            let account = account.clone();
            self.stage(&account, None).await?;
        }
        Ok(())
    }

    async fn reserve(&mut self) -> Result<OwnedPermit<Order>, Unwritable> {
        let orders = self.orders.clone().ok_or(Unwritable)?;
        orders.reserve_owned().await.map_err(|_| Unwritable)
    }

    /// Has an account's tenants written. They stay gathered until the thread has room for them.
    async fn stage(
        &mut self,
        account: &AccountKey,
        checkpoint: Option<SourceReport>,
    ) -> Result<(), Unwritable> {
        let slot = self.reserve().await?;
        let tenants = self.gathered.remove(account).unwrap_or_default();
        self.count -= tenants.len();
        slot.send(Order::Stage {
            account: account.clone(),
            tenants,
            checkpoint: checkpoint.map(Box::new),
        });
        Ok(())
    }

    /// Has the end of an account's list written.
    async fn commit(&mut self, report: SourceReport) -> Result<(), Unwritable> {
        let account = key(&report);
        if self.gathered.contains_key(&account) {
            self.stage(&account, None).await?;
        }
        let slot = self.reserve().await?;
        self.committed.insert(report.account.clone());
        slot.send(Order::Commit {
            account,
            fault: self.faults.get(&report.account).copied(),
            report: Box::new(report),
        });
        Ok(())
    }

    /// Has the end of those lists written that have ended since.
    async fn commit_ended(&mut self) -> Result<(), Unwritable> {
        for source in self.listing.progress().sources {
            let failed = self.faults.contains_key(&source.account);
            if !(failed || has_ended(&source)) || self.committed.contains(&source.account) {
                continue;
            }
            // A list that failed is recorded with its checkpoint, which `progress` leaves out.
            let mut reports = self.listing.report().sources.into_iter().filter(|_| failed);
            let report = reports.find(|report| report.account == source.account);
            self.commit(report.unwrap_or(source)).await?;
        }
        Ok(())
    }

    /// Has the end of all other lists written.
    async fn commit_all(&mut self) -> Result<(), Unwritable> {
        for source in self.listing.report().sources {
            if !self.committed.contains(&source.account) {
                self.commit(source).await?;
            }
        }
        Ok(())
    }
}

/// The size of a tenant as JSON, in bytes.
fn written_size(tenant: &Tenant) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // The thread reports it if a tenant cannot be written.
    let _ = serde_json::to_writer(&mut count, tenant);
    count.0
}

/// Whether a list was read to its end.
fn has_ended(report: &SourceReport) -> bool {
    report.complete || report.certainty != Certainty::Unproved
}

fn key(report: &SourceReport) -> AccountKey {
    AccountKey::new(&*report.provider, &*report.account)
}
