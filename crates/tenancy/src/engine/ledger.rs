//! What is known of an account's list so far, kept by its source and read by the listing at any time.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::checkpoint::{Checkpoint, Progress};
use super::seen::Seen;
use super::sorter::{Ready, Sorter};
use super::walk;
use crate::records::Entry;
use crate::{Account, Fault, FaultKind, Query, SourceReport, Tenant};

/// What is known of an account's list so far.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(Arc<Mutex<Entries>>);

/// What a ledger holds.
#[derive(Debug)]
pub(crate) struct Entries {
    pub(crate) report: SourceReport,
    pub(crate) seen: Seen,
    sorter: Sorter,
    /// What was received and not looked at yet.
    arrived: VecDeque<Entry>,
    /// What was looked at and not handed out yet.
    ready: VecDeque<Ready>,
    /// Where the listing would have to go on if it ended now. While a page is being handed out, that is the page itself.
    pub(crate) progress: Progress,
}

impl Ledger {
    pub(crate) fn new(
        report: SourceReport,
        seen: Seen,
        sorter: Sorter,
        progress: Progress,
    ) -> Self {
        Self(Arc::new(Mutex::new(Entries {
            report,
            seen,
            sorter,
            arrived: VecDeque::new(),
            ready: VecDeque::new(),
            progress,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Takes in records that have arrived, of a page that is read `again` or not. Those before them have been looked at.
    pub(super) fn receive(&mut self, arrived: Vec<Entry>, again: bool) {
        self.arrived.extend(arrived);
        self.sorter.begin(again);
    }

    /// Adds something that stands for no record.
    pub(super) fn push(&mut self, fault: Fault) {
        self.ready.push_back(Ready {
            item: Err(fault),
            fingerprint: None,
        });
    }

    /// How many items may be handed out, as far as is known.
    pub(super) fn waiting(&self) -> usize {
        self.ready.len() + self.arrived.len()
    }

    /// Whether something is left that may be handed out.
    pub(super) fn has_more(&self) -> bool {
        self.waiting() > 0
    }

    /// Looks at all records that have arrived.
    pub(super) fn look_at_all(&mut self) {
        while let Some(ready) = self.next_arrived() {
            self.ready.push_back(ready);
        }
    }

    /// What the records of the page that is whole now were.
    pub(super) fn tallied(&mut self) -> walk::Records {
        self.sorter.tallied()
    }

    /// The page broke off, and comes from its beginning.
    pub(super) fn begin_page_again(&mut self) {
        self.sorter.begin_page_again();
        self.seen.begin_pass();
    }

    /// The list is read from its beginning.
    pub(super) fn begin_walk(&mut self) {
        self.sorter.begin_walk();
        self.seen.begin_pass();
    }

    /// Hands out the next item, and counts it.
    pub(crate) fn hand_out(&mut self) -> Option<Result<Box<Tenant>, Fault>> {
        let next = self.ready.pop_front();
        Some(match next.or_else(|| self.next_arrived())?.item {
            Ok(mapped) => {
                self.report.tenants += 1;
                for field in &mapped.left_out {
                    self.report.count_left_out(&field.path, &field.reason);
                }
                Ok(mapped.tenant)
            }
            Err(fault) => {
                let of_record = matches!(fault.kind, FaultKind::Record(_));
                self.report.quarantined += u64::from(of_record);
                Err(fault)
            }
        })
    }

    /// The next of the records that have arrived which is to be handed out.
    fn next_arrived(&mut self) -> Option<Ready> {
        loop {
            let entry = self.arrived.pop_front()?;
            let sorted = self.sorter.sort(entry, &mut self.seen, &mut self.report);
            if sorted.is_some() {
                return sorted;
            }
        }
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

#[cfg(test)]
mod tests;
