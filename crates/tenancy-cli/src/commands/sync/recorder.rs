//! Records a listing: batches tenants for the writer, with checkpoints and the end of each account's list.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use tenancy::{Certainty, SourceReport, Tenant};
use tenancy_store::{AccountKey, Run, Store};
use tokio::sync::mpsc::OwnedPermit;

use super::writer::{self, Order, Recorded};
use crate::commands::list_run::{ListRun, Receiver};
use crate::exit::{Ending, Failure};
use crate::worker::Worker;

/// How many tenants are gathered before they are written, and how many bytes of them.
const BATCH: (usize, usize) = (1000, 1024 * 1024);
/// How long fewer are gathered.
const LONGEST_GATHERING: Duration = Duration::from_secs(5);
/// A checkpoint is as large as the list so far. One is written when the list has grown by this share, which bounds both the
/// size of all checkpoints together and what an interruption costs.
const GROWTH: u64 = 8;

/// Receives tenants and records them.
#[derive(Debug)]
pub(super) struct Recorder {
    /// What was recorded, once the writer has ended.
    pub(super) recorded: Recorded,
    writer: Worker<Order, Recorded>,
    gathered: BTreeMap<AccountKey, Vec<Tenant>>,
    count: usize,
    /// How many bytes were gathered since tenants were last written.
    bytes: usize,
    written_at: Instant,
    /// How many tenants were received, in all and up to the last checkpoint.
    received: u64,
    checkpointed: u64,
    /// The accounts whose end was recorded.
    committed: BTreeSet<String>,
}

impl Recorder {
    pub(super) fn new(store: Store, run: Run) -> Result<Self, Failure> {
        Ok(Self {
            recorded: Recorded::default(),
            writer: writer::start(store, run)?,
            gathered: BTreeMap::new(),
            count: 0,
            bytes: 0,
            written_at: Instant::now(),
            received: 0,
            checkpointed: 0,
            committed: BTreeSet::new(),
        })
    }

    /// Has everything gathered written, with checkpoints if the list has grown enough.
    async fn write_gathered(&mut self, run: &ListRun) -> Result<(), Ending> {
        self.written_at = Instant::now();
        self.bytes = 0;
        if self.received - self.checkpointed >= self.received / GROWTH {
            for source in run.listing.report().sources {
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

    async fn reserve(&self) -> Result<OwnedPermit<Order>, Ending> {
        let slot = self.writer.reserve().await;
        slot.ok_or_else(|| Ending::Unwritable(Self::UNWRITABLE.to_owned()))
    }

    /// Has an account's tenants written. They stay gathered until the writer has room for them.
    async fn stage(
        &mut self,
        account: &AccountKey,
        checkpoint: Option<SourceReport>,
    ) -> Result<(), Ending> {
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
    async fn commit(&mut self, run: &ListRun, report: SourceReport) -> Result<(), Ending> {
        let account = key(&report);
        if self.gathered.contains_key(&account) {
            self.stage(&account, None).await?;
        }
        let slot = self.reserve().await?;
        self.committed.insert(report.account.clone());
        slot.send(Order::Commit {
            account,
            error: run.failed.get(&report.account).copied().flatten(),
            report: Box::new(report),
        });
        Ok(())
    }

    /// Has the end of those lists written that have ended since.
    async fn commit_ended(&mut self, run: &ListRun) -> Result<(), Ending> {
        for source in run.listing.progress().sources {
            let failed = run.failed.get(&source.account).copied().flatten().is_some();
            if !(failed || has_ended(&source)) || self.committed.contains(&source.account) {
                continue;
            }
            // A list that failed is recorded with its checkpoint, which `progress` leaves out.
            let mut reports = run.listing.report().sources.into_iter().filter(|_| failed);
            let report = reports.find(|report| report.account == source.account);
            self.commit(run, report.unwrap_or(source)).await?;
        }
        Ok(())
    }

    /// Has the end of all other lists written, and waits for the writer.
    async fn commit_all(&mut self, run: &ListRun) {
        for source in run.listing.report().sources {
            if !self.committed.contains(&source.account) && self.commit(run, source).await.is_err()
            {
                break;
            }
        }
        // A thread that panicked has printed why.
        if let Some(recorded) = self.writer.finish().await {
            self.recorded = recorded;
        }
    }
}

impl Receiver for Recorder {
    const UNWRITABLE: &'static str = "the database could not be written";

    fn take(&mut self, tenant: Box<Tenant>) -> Result<(), Ending> {
        let account = AccountKey::new(&*tenant.provider, &*tenant.account);
        self.bytes += written_size(&tenant);
        self.gathered.entry(account).or_default().push(*tenant);
        self.count += 1;
        self.received += 1;
        Ok(())
    }

    async fn flush(&mut self, run: &ListRun, idle: bool) -> Result<(), Ending> {
        let waited = idle && self.count > 0 && self.written_at.elapsed() >= LONGEST_GATHERING;
        if waited || self.count >= BATCH.0 || self.bytes >= BATCH.1 {
            self.write_gathered(run).await?;
        }
        if idle {
            self.commit_ended(run).await?;
        }
        Ok(())
    }

    async fn finish(&mut self, run: &ListRun) -> Result<(), Ending> {
        self.commit_all(run).await;
        if self.recorded.failure.is_none() {
            Ok(())
        } else {
            Err(Ending::Unwritable(Self::UNWRITABLE.to_owned()))
        }
    }

    async fn abort(&mut self, run: &ListRun, _: &Ending) {
        self.commit_all(run).await;
    }
}

/// How many bytes a tenant is, written as JSON.
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
    // The writer reports it if a tenant cannot be written.
    let _ = serde_json::to_writer(&mut count, tenant);
    count.0
}

/// Whether a list was read to its end.
fn has_ended(report: &SourceReport) -> bool {
    report.complete || report.certainty != Certainty::Unproved
}

fn key(report: &SourceReport) -> AccountKey {
    AccountKey::new(&report.provider, &report.account)
}
