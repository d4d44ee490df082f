//! Sorts records: tenants to list, faults to report, what was listed before.

use std::collections::HashMap;
use std::sync::Arc;

use super::seen::{Seen, Sight, fingerprint};
use super::walk::Records;
use crate::records::{Entry, Mapped};
use crate::{Account, DriftKind, Fault, FaultKind, PagingStyle, Query, RecordFault, SourceReport};

/// Sorts the records of one account, and counts what they were.
#[derive(Debug)]
pub(crate) struct Sorter {
    account: Account,
    query: Arc<Query>,
    /// How many records have been received.
    position: u64,
    /// Whether the page is read again: then it is no wonder that its records came before.
    again: bool,
    /// What the records of the page that is arriving were so far.
    tally: Tally,
}

/// What is counted while a page's records are sorted.
#[derive(Debug, Default)]
struct Tally {
    records: Records,
    /// The fingerprints of the page's records; none where the page is the whole list.
    of_page: Vec<u128>,
    received: u64,
    /// How many records there were that cannot be read, by what stands in for their identity.
    unreadable: HashMap<u128, u64>,
}

/// Something to be handed out.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) item: Result<Mapped, Fault>,
    /// The fingerprint of the record; none for what stands for no record.
    pub(crate) fingerprint: Option<u128>,
}

impl Sorter {
    pub(super) fn new(account: Account, query: Arc<Query>) -> Self {
        Self {
            account,
            query,
            position: 0,
            again: false,
            tally: Tally::default(),
        }
    }

    /// More of a page's records come, or those of a page that is read `again`.
    pub(super) fn begin(&mut self, again: bool) {
        self.again = again;
    }

    /// The page broke off, and comes from its beginning.
    pub(super) fn begin_page_again(&mut self) {
        self.position -= self.tally.received;
        self.tally = Tally::default();
    }

    /// The list is read from its beginning.
    pub(super) fn begin_walk(&mut self) {
        self.tally = Tally::default();
    }

    /// What the records of the page that is whole now were.
    pub(super) fn tallied(&mut self) -> Records {
        let mut tally = std::mem::take(&mut self.tally);
        let (new_to_walk, of_page) = (tally.records.new_to_walk, &mut tally.of_page);
        let different = if self.is_one_body() || new_to_walk == of_page.len() as u64 {
            new_to_walk
        } else {
            of_page.sort_unstable();
            of_page.dedup();
            of_page.len() as u64
        };
        Records {
            different,
            ..tally.records
        }
    }

    /// Whether the page is the whole list. Then what is new to the walk is all that is different in it, and need not be kept
    /// a second time.
    fn is_one_body(&self) -> bool {
        self.account.provider().capabilities().style == PagingStyle::OneBody
    }

    /// What is to be handed out of a record: nothing where it was before, or is not asked for.
    pub(super) fn sort(
        &mut self,
        entry: Entry,
        seen: &mut Seen,
        report: &mut SourceReport,
    ) -> Option<Ready> {
        let position = self.position;
        self.position += 1;
        self.tally.received += 1;
        match entry {
            Ok(mapped) => self.sort_tenant(mapped, seen, report),
            Err(fault) => {
                let fault = RecordFault { position, ..*fault };
                self.sort_fault(fault, seen, report)
            }
        }
    }

    /// The fingerprint of an identity that comes by for the first time.
    fn first_sight(
        &mut self,
        id: &str,
        seen: &mut Seen,
        report: &mut SourceReport,
    ) -> Option<u128> {
        let fingerprint = fingerprint(id);
        if !self.is_one_body() {
            self.tally.of_page.push(fingerprint);
        }
        let records = &mut self.tally.records;
        records.first.get_or_insert(fingerprint);
        let sight = seen.see(fingerprint);
        report.duplicates += u64::from(sight == Sight::Twice && !self.again);
        records.new_to_walk += u64::from(sight != Sight::Twice);
        records.new += u64::from(sight == Sight::First);
        (sight == Sight::First).then_some(fingerprint)
    }

    /// A record that cannot be read has no identity: its bytes stand in for one, and how many alike came before it in its page,
    /// so that it is reported once, however often its page is read. No tenant's identity begins like this.
    fn sort_fault(
        &mut self,
        fault: RecordFault,
        seen: &mut Seen,
        report: &mut SourceReport,
    ) -> Option<Ready> {
        let alike = self.tally.unreadable.entry(fault.identity).or_default();
        *alike += 1;
        let identity = format!("\0{:x} {alike}", fault.identity);
        let fingerprint = self.first_sight(&identity, seen, report);
        fingerprint.is_some().then(|| Ready {
            item: Err(self.account.fault(FaultKind::Record(fault))),
            fingerprint,
        })
    }

    fn sort_tenant(
        &mut self,
        mapped: Mapped,
        seen: &mut Seen,
        report: &mut SourceReport,
    ) -> Option<Ready> {
        let fingerprint = self.first_sight(&mapped.tenant.id, seen, report);
        fingerprint?;
        for path in &mapped.unknown_fields {
            report.count_unknown_field(path);
        }
        for path in &mapped.undeclared_nulls {
            report.count_drift(path, DriftKind::UndeclaredNull);
        }
        for path in &mapped.unknown_values {
            report.count_drift(path, DriftKind::UnknownValue);
        }
        let wanted = &self.query.statuses;
        match &mapped.tenant.status {
            None if !wanted.is_empty() => {
                report.not_judged += 1;
                None
            }
            Some(status) if !wanted.is_empty() && !wanted.contains(status) => None,
            _ => Some(Ready {
                item: Ok(mapped),
                fingerprint,
            }),
        }
    }
}
