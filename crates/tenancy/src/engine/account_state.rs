//! The state of an account's list: records waiting to be yielded, the report, and the position to resume from.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::checkpoint::{Checkpoint, Progress};
use super::deduplicator::Deduplicator;
use super::seen::{Seen, Sight};
use super::step::Tally;
use crate::entry::{Entry, Mapped, Unlisted};
use crate::{
    Account, Certainty, Error, ListingError, ListingErrorKind, Page, Paging, QuarantinedRecord,
    Query, Reason, Records, SourceReport, Status, Tenant,
};

/// The most unreadable records of an account that are yielded as errors. The others are only counted.
const MOST_HANDED_OUT: u64 = 1000;

/// The state of an account's list so far.
#[derive(Debug)]
pub(super) struct AccountState {
    pub(super) account: Account,
    pub(super) query: Arc<Query>,
    pub(super) report: SourceReport,
    deduplicator: Deduplicator,
    ready: VecDeque<Ready>,
    /// How many records have been received, and how many of them before the page that is arriving, and before the walk.
    received: u64,
    before_page: u64,
    before_walk: u64,
    /// The number of unreadable records yielded.
    unreadable: u64,
    /// Where the listing resumes if it ends now. While a page is being yielded, this is that page.
    pub(super) progress: Progress,
}

/// An item to yield.
#[derive(Debug)]
struct Ready {
    item: Result<Mapped, ListingError>,
    /// The fingerprint of the record, if it is one.
    fingerprint: Option<u128>,
}

impl AccountState {
    pub(super) fn new(
        account: Account,
        query: Arc<Query>,
        report: SourceReport,
        seen: Seen,
        progress: Progress,
    ) -> Self {
        let one_page = account.provider().capabilities().paging == Paging::OneBody;
        Self {
            account,
            query,
            report,
            deduplicator: Deduplicator::new(seen, one_page),
            ready: VecDeque::new(),
            received: 0,
            before_page: 0,
            before_walk: 0,
            unreadable: 0,
            progress,
        }
    }

    /// Takes records that have arrived from a list with this filter. `again` is true if their page was read before.
    pub(super) fn receive(&mut self, records: Vec<Entry>, filter: Option<&Status>, again: bool) {
        for entry in records {
            let position = self.received;
            self.received += 1;
            let ready = match entry {
                Ok(mut mapped) => {
                    if let (Some(status), Some(filter)) = (&mapped.tenant.status, filter)
                        && !is_same(status, filter)
                    {
                        self.deduplicator.note_misfiltered();
                    }
                    if let Some(index) = self.omissible(&mapped) {
                        self.deduplicator.note_status(index);
                    }
                    self.set_status(&mut mapped, filter);
                    self.receive_tenant(mapped, filter, again)
                }
                Err(Unlisted::Parent(id)) => {
                    let (_, sight) = self.deduplicator.see_parent(&id);
                    self.report.parents += u64::from(sight == Sight::First);
                    None
                }
                Err(Unlisted::Quarantined(record)) => self.quarantine(
                    QuarantinedRecord {
                        position,
                        ..*record
                    },
                    again,
                ),
            };
            self.ready.extend(ready);
        }
    }

    /// Takes records of a page that the walk does not count on. Records that are no tenants are left to the walk.
    pub(super) fn receive_stray(&mut self, records: Records, filter: Option<&Status>) {
        for mut mapped in records.into_iter().flatten() {
            self.set_status(&mut mapped, filter);
            if let Some(fingerprint) = self.deduplicator.seen.stray(&mapped.tenant.id) {
                let ready = self.ready(mapped, filter, fingerprint);
                self.ready.extend(ready);
            }
        }
    }

    /// The index of a tenant's status among those that a plain list may omit.
    fn omissible(&self, mapped: &Mapped) -> Option<usize> {
        let status = mapped.tenant.status.as_ref()?;
        let omitted = self.account.provider().capabilities().maybe_left_out;
        omitted.iter().position(|word| status.as_str() == *word)
    }

    /// Gives a tenant without a status the one that found it, where only that tells it.
    fn set_status(&self, mapped: &mut Mapped, filter: Option<&Status>) {
        let by_filter = self.account.provider().capabilities().status_from_filter;
        let status = &mut mapped.tenant.status;
        *status = status
            .take()
            .or_else(|| filter.filter(|_| by_filter).cloned());
    }

    fn quarantine(&mut self, record: QuarantinedRecord, again: bool) -> Option<Ready> {
        let (fingerprint, sight) = self.deduplicator.see_unreadable(record.identity, again);
        if !self.is_new(sight, again) {
            return None;
        }
        if self.unreadable == MOST_HANDED_OUT {
            self.report.quarantined += 1;
            return None;
        }
        self.unreadable += 1;
        Some(Ready {
            item: Err(self.account.error(ListingErrorKind::Record(record))),
            fingerprint: Some(fingerprint),
        })
    }

    fn receive_tenant(
        &mut self,
        mapped: Mapped,
        filter: Option<&Status>,
        again: bool,
    ) -> Option<Ready> {
        let (fingerprint, sight) = self.deduplicator.see(&mapped.tenant);
        if !self.is_new(sight, again) {
            return None;
        }
        self.ready(mapped, filter, fingerprint)
    }

    /// A new tenant of a list with this filter as an item, if it is wanted.
    fn ready(
        &mut self,
        mapped: Mapped,
        filter: Option<&Status>,
        fingerprint: u128,
    ) -> Option<Ready> {
        self.report.count_drift_of(&mapped);
        self.is_asked_for(&mapped, filter).then_some(Ready {
            item: Ok(mapped),
            fingerprint: Some(fingerprint),
        })
    }

    fn is_new(&mut self, sight: Sight, again: bool) -> bool {
        self.report.duplicates += u64::from(sight == Sight::Twice && !again);
        sight == Sight::First
    }

    /// Whether the query asks for a tenant. One without a status has the one that the provider filtered by.
    fn is_asked_for(&mut self, mapped: &Mapped, filter: Option<&Status>) -> bool {
        let wanted = &self.query.statuses;
        let is_wanted = |status: &Status| wanted.iter().any(|wanted| is_same(wanted, status));
        match mapped.tenant.status.as_ref().or(filter) {
            _ if wanted.is_empty() => true,
            Some(status) if is_wanted(status) => true,
            Some(status) => {
                self.report.note_other_status(status.as_str());
                false
            }
            None => {
                self.report.not_judged += 1;
                false
            }
        }
    }

    /// Counts a page and what of its envelope is unknown or omitted.
    pub(super) fn count_page(&mut self, page: &Page) {
        self.report.pages += 1;
        for field in &page.omitted {
            let path = format!("page {}", field.path);
            self.report.count_omission(&path, &field.reason);
        }
        for field in &page.unknown_fields {
            self.report.count_unknown_field(&format!("page {field}"));
        }
    }

    /// Ends a complete page, and returns what its records were.
    pub(super) fn end_page(&mut self) -> Tally {
        let sent = self.received - self.before_page;
        self.before_page = self.received;
        Tally {
            sent,
            ..self.deduplicator.end_page()
        }
    }

    /// Discards the page, which broke off and arrives again from its beginning.
    pub(super) fn begin_page_again(&mut self) {
        self.received = self.before_page;
        self.deduplicator.begin_page_again();
    }

    /// The number of known records.
    pub(super) fn known(&self) -> u64 {
        self.deduplicator.seen.len()
    }

    pub(super) fn has_received(&self) -> bool {
        self.received > 0
    }

    /// The number of records that the present walk has received.
    pub(super) fn received_in_walk(&self) -> u64 {
        self.received.saturating_sub(self.before_walk)
    }

    /// Prepares for reading the list from its beginning.
    pub(super) fn begin_walk(&mut self) {
        self.before_walk = self.received;
        self.deduplicator.begin_walk();
    }

    /// Ends the account's list, which was read to its end.
    pub(super) fn succeed(&mut self, certainty: Certainty, because: Vec<Reason>) {
        let report = &mut self.report;
        (report.certainty, report.because) = (certainty, because);
        report.error = match report.quarantined {
            0 => None,
            1 => Some("1 record could not be read".to_owned()),
            more if more > MOST_HANDED_OUT => Some(format!(
                "{more} records could not be read, of which only the first {MOST_HANDED_OUT} are shown"
            )),
            more => Some(format!("{more} records could not be read")),
        };
        report.complete = report.error.is_none();
    }

    /// Ends the account's list, which could not be read to its end.
    pub(super) fn fail(&mut self, error: Error) {
        self.report.error = Some(match error.advice() {
            Some(advice) => format!("{error}; {advice}"),
            None => error.to_string(),
        });
        self.ready.push_back(Ready {
            item: Err(self.account.error(ListingErrorKind::Account(error))),
            fingerprint: None,
        });
    }

    /// The number of items waiting to be yielded.
    pub(super) fn waiting(&self) -> usize {
        self.ready.len()
    }

    /// Returns the next item, and counts it.
    pub(super) fn next_item(&mut self) -> Option<Result<Box<Tenant>, ListingError>> {
        Some(match self.ready.pop_front()?.item {
            Ok(mapped) => {
                self.report.tenants += 1;
                for field in &mapped.omitted {
                    self.report.count_omission(&field.path, &field.reason);
                }
                Ok(mapped.tenant)
            }
            Err(error) => {
                let of_record = matches!(error.kind, ListingErrorKind::Record(_));
                self.report.quarantined += u64::from(of_record);
                Err(error)
            }
        })
    }

    /// Frees what a finished listing no longer needs. An incomplete list can still be resumed.
    pub(super) fn close(&mut self) {
        self.ready.shrink_to_fit();
        if self.report.complete {
            self.deduplicator.seen = Seen::default();
        }
    }

    /// Where the listing can be resumed.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        let pending: HashSet<u128> = self
            .ready
            .iter()
            .filter_map(|ready| ready.fingerprint)
            .collect();
        let seen = self.deduplicator.seen.write_without(&pending);
        Checkpoint::new(&self.account, &self.query, &self.progress, seen)
    }
}

/// Whether two words mean the same status. A provider may change the case of its words.
fn is_same(one: &Status, other: &Status) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

#[cfg(test)]
mod tests;
