//! What is known of an account's list so far, kept by its source and read by the listing at any time.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::checkpoint::{Checkpoint, Progress};
use super::seen::Seen;
use crate::provider::Mapped;
use crate::{Account, Fault, FaultKind, Query, SourceReport, Tenant};

/// What is known of an account's list so far.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(Arc<Mutex<Entries>>);

/// What a ledger holds.
#[derive(Debug)]
pub(crate) struct Entries {
    pub(crate) report: SourceReport,
    pub(crate) seen: Seen,
    /// What was received and not yet handed out.
    ready: VecDeque<Ready>,
    /// Where the listing would have to go on if it ended now. While a page is being handed out, that is the page itself.
    pub(crate) progress: Progress,
}

/// Something that was received, and what handing it out adds to the report.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) item: Result<Mapped, Fault>,
    /// The fingerprint of the record; none for what stands for no record.
    pub(crate) fingerprint: Option<u128>,
}

impl Ledger {
    pub(crate) fn new(report: SourceReport, seen: Seen, progress: Progress) -> Self {
        Self(Arc::new(Mutex::new(Entries {
            report,
            seen,
            ready: VecDeque::new(),
            progress,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    pub(crate) fn push(&mut self, ready: Ready) {
        self.ready.push_back(ready);
    }

    /// How many items are ready.
    pub(crate) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Hands out the next item that is ready, and counts it.
    pub(crate) fn hand_out(&mut self) -> Option<Result<Tenant, Fault>> {
        Some(match self.ready.pop_front()?.item {
            Ok(mapped) => {
                self.report.tenants += 1;
                for field in &mapped.left_out {
                    self.report.count_left_out(&field.path, &field.reason);
                }
                Ok(*mapped.tenant)
            }
            Err(fault) => {
                let of_record = matches!(fault.kind, FaultKind::Record(_));
                self.report.quarantined += u64::from(of_record);
                Err(fault)
            }
        })
    }

    /// Everything has been handed out, and nothing more comes: what was kept for that is given back. A list that is not
    /// complete can still be resumed.
    pub(crate) fn close(&mut self) {
        self.ready = VecDeque::new();
        if self.report.complete {
            self.seen = Seen::default();
        }
    }

    /// Where the listing can be resumed.
    pub(crate) fn checkpoint(&self, account: &Account, query: &Query) -> Checkpoint {
        let pending: HashSet<u128> = self
            .ready
            .iter()
            .filter_map(|ready| ready.fingerprint)
            .collect();
        Checkpoint::new(account, query, &self.progress, &self.seen, &pending)
    }
}
