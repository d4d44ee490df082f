//! One account's list, read into its ledger.

use std::sync::Arc;

use futures::Stream;
use futures::stream::unfold;

use super::checkpoint::{Checkpoint, Progress};
use super::in_flight::{Arrived, InFlight, Place, Slots};
use super::ledger::Ledger;
use super::seen::Seen;
use super::sorter::Sorter;
use super::walk::{Conclusion, Doubt, Flow, Step, Walk};
use crate::error::ErrorKind;
use crate::provider::Arrival;
use crate::{
    Account, Capabilities, Certainty, Error, FaultKind, Page, PageRequest, PagingStyle, Query,
    SourceReport, Status,
};

/// How often a list is walked when something contradicts the walk before.
const MOST_WALKS: u32 = 3;

/// One account's list on its way.
pub(crate) struct Source {
    account: Account,
    query: Arc<Query>,
    /// What bounds the pages of all accounts together.
    slots: Slots,
    ledger: Ledger,
    page_size: u32,
    /// The lists to read, one after the other: the filter of each.
    lists: Vec<Option<Status>>,
    /// Which of them is being read.
    list: usize,
    walk: Walk,
    in_flight: InFlight,
    /// The page whose records are being looked at while they are handed out, once all of it is there.
    page: Option<(Step, Page)>,
    /// The place of the page that is being handed out.
    place: Place,
    /// How often the present list has been walked, the present walk included.
    walks: u32,
    /// How many tenants the present walk found that no walk before had met.
    new_in_walk: u64,
    certainty: Certainty,
    finished: bool,
}

impl Source {
    pub(crate) fn new(account: Account, query: Arc<Query>, slots: Slots) -> Self {
        let capabilities = account.provider().capabilities();
        let page_size = page_size(&query, capabilities);
        let walk = Walk::new(capabilities.style, page_size, query.concurrency.get());
        let progress = Progress {
            list: 0,
            again: false,
            certainty: Certainty::Proved,
            walk: walk.state(),
        };
        let report = SourceReport::new(account.name(), account.provider().name());
        let sorter = Sorter::new(account.clone(), query.clone());
        Self {
            ledger: Ledger::new(report, Seen::default(), sorter, progress),
            page_size,
            lists: lists(&query, capabilities),
            list: 0,
            walk,
            in_flight: InFlight::default(),
            page: None,
            place: None,
            walks: 1,
            new_in_walk: 0,
            certainty: Certainty::Proved,
            finished: false,
            account,
            query,
            slots,
        }
    }

    /// A source that goes on where another one was, and counts on in its report.
    pub(crate) fn resumed(
        account: Account,
        query: Arc<Query>,
        slots: Slots,
        report: SourceReport,
        checkpoint: &Checkpoint,
    ) -> Result<Self, Error> {
        let (progress, seen) = checkpoint.open(&account, &query)?;
        let sorter = Sorter::new(account.clone(), query.clone());
        let fresh = Self::new(account, query, slots);
        let walk = Walk::resumed(
            progress.walk.clone(),
            fresh.page_size,
            fresh.query.concurrency.get(),
        );
        Ok(Self {
            list: progress.list.min(fresh.lists.len() - 1),
            walks: if progress.again { 2 } else { 1 },
            certainty: progress.certainty,
            walk,
            ledger: Ledger::new(report.unfinished(), seen, sorter, progress),
            ..fresh
        })
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    /// A stream that says so whenever there are tenants and faults in the ledger, in the provider's order. It goes on when they
    /// have been handed out; nothing is fetched before it is asked for.
    pub(crate) fn into_stream(self) -> impl Stream<Item = ()> + Send {
        // It goes through the stream's hands with each item.
        unfold(Box::new(self), |mut source| async move {
            loop {
                if source.ledger.lock().has_more() {
                    return Some(((), source));
                }
                if source.finished {
                    source.ledger.lock().close();
                    return None;
                }
                if let Err(error) = source.advance().await {
                    source.fail(error);
                }
            }
        })
    }

    /// Sees to it that there is more to hand out, or goes on to what follows the end of a walk.
    async fn advance(&mut self) -> Result<(), Error> {
        if let Some((step, page)) = self.page.take() {
            return self.accept(&step, &page);
        }
        self.note_progress();
        self.place = None;
        self.launch(self.query.concurrency.get() as usize);
        match self.in_flight.next().await {
            None => self.end_of_walk(),
            Some(Arrived::Part(Arrival::Records(records))) => {
                self.ledger.lock().receive(records, false);
                Ok(())
            }
            Some(Arrived::Part(Arrival::Again)) => {
                self.ledger.lock().begin_page_again();
                Ok(())
            }
            Some(Arrived::Page(step, page, place)) => {
                self.place = place;
                self.take(step, page?)
            }
        }
    }

    /// Takes a page that is whole: its records are looked at when they are handed out, or at once where what is asked for
    /// next depends on them.
    fn take(&mut self, step: Step, mut page: Page) -> Result<(), Error> {
        let records = std::mem::take(&mut page.records);
        self.ledger.lock().receive(records, step.again);
        self.walk.foresee(&page);
        if self.walk.needs_records() {
            self.ledger.lock().look_at_all();
            self.accept(&step, &page)?;
        } else {
            self.page = Some((step, page));
        }
        if self.wants_more() {
            self.launch(1);
        }
        Ok(())
    }

    /// Everything that was received has been handed out: a listing that ends now goes on from here.
    fn note_progress(&mut self) {
        self.ledger.lock().progress = Progress {
            list: self.list,
            again: self.walks > 1,
            certainty: self.certainty,
            walk: self.walk.state(),
        };
    }

    /// Asks for pages until so many are under way, as far as the walk knows where to go on.
    fn launch(&mut self, most: usize) {
        while self.in_flight.len() < most
            && let Some(step) = self.walk.issue()
        {
            let request = PageRequest {
                position: step.position.clone(),
                size: step.size,
                status: self.lists[self.list].clone(),
                account: self.account.name().to_owned(),
                raw: self.query.raw,
            };
            let provider = self.account.provider().clone();
            self.in_flight
                .launch(step, provider, request, self.slots.clone());
        }
    }

    /// Whether more is wanted than what is there: a page that nobody wants is not fetched ahead.
    fn wants_more(&self) -> bool {
        let entries = self.ledger.lock();
        let listed = entries.report.tenants + entries.waiting() as u64;
        self.query.limit.is_none_or(|limit| listed < limit)
    }

    /// Takes note of a page whose records have been looked at.
    fn accept(&mut self, step: &Step, page: &Page) -> Result<(), Error> {
        let mut entries = self.ledger.lock();
        let records = entries.tallied();
        self.new_in_walk += records.new;
        let accepted = self.walk.accept(step, page, records);
        let report = &mut entries.report;
        report.pages += 1;
        for field in &page.left_out {
            report.count_left_out(&format!("page {}", field.path), &field.reason);
        }
        for field in &page.unknown_fields {
            report.count_unknown_field(&format!("page {field}"));
        }
        // Only the first list is the whole one; the totals of the others say nothing about that.
        if self.list == 0 {
            report.expected = self.walk.expected().or(report.expected);
        }
        drop(entries);
        match accepted {
            Ok(Flow::GoOn) => Ok(()),
            Ok(Flow::Discard) => {
                self.in_flight.clear();
                Ok(())
            }
            Err(error) => {
                // The list itself is at fault: whoever resumes begins it anew.
                self.renew_walk();
                self.note_progress();
                Err(error.advise("the fault is in the provider's list: run it again, and if it stays, tell the provider"))
            }
        }
    }

    /// Walks again while there is doubt, then goes on to the next list, then to the end.
    fn end_of_walk(&mut self) -> Result<(), Error> {
        let Conclusion { certainty, doubt } = self.walk.conclude();
        // Whatever is odd about a list, two walks that found the same tenants agree on it.
        let agreed = self.walks > 1 && self.new_in_walk == 0;
        let unsettled = match doubt {
            Some(Doubt::Missing(error)) => Some(error),
            Some(Doubt::Settleable(error)) => (!agreed).then_some(error),
            None if certainty == Certainty::Assumed && self.query.verify => {
                (!agreed).then(unverified)
            }
            None => None,
        };
        if let Some(error) = unsettled {
            let last = self.walks == MOST_WALKS;
            self.walks += u32::from(!last);
            self.renew_walk();
            if !last {
                return Ok(());
            }
            self.note_progress();
            return Err(error.advise("tenants may be missing: run it again at a quieter time"));
        }
        self.certainty = match certainty {
            Certainty::Assumed if agreed => self.certainty.max(Certainty::Agreed),
            other => self.certainty.max(other),
        };
        if self.list + 1 < self.lists.len() {
            self.list += 1;
            self.walks = 1;
            self.renew_walk();
        } else {
            self.succeed();
        }
        Ok(())
    }

    /// Begins the present list from its head.
    fn renew_walk(&mut self) {
        self.ledger.lock().begin_walk();
        self.new_in_walk = 0;
        self.in_flight.clear();
        let style = self.account.provider().capabilities().style;
        if style == PagingStyle::Cursor && self.walks > 1 {
            // Pages of another size end elsewhere: that tells a full last page from one that was cut off.
            self.page_size = (self.page_size - 1).max(1);
        }
        self.walk = Walk::new(style, self.page_size, self.query.concurrency.get());
    }

    fn succeed(&mut self) {
        self.finished = true;
        let report = &mut self.ledger.lock().report;
        report.certainty = self.certainty;
        report.error = match report.quarantined {
            0 => None,
            1 => Some("1 record could not be read".to_owned()),
            more => Some(format!("{more} records could not be read")),
        };
        report.complete = report.error.is_none();
    }

    fn fail(&mut self, error: Error) {
        self.finished = true;
        self.in_flight.clear();
        let told = match error.advice() {
            Some(advice) => format!("{error}; {advice}"),
            None => error.to_string(),
        };
        let mut entries = self.ledger.lock();
        entries.report.error = Some(told);
        entries.push(self.account.fault(FaultKind::Account(error)));
    }
}

/// What keeps a list from being verified.
fn unverified() -> Error {
    Error::new(
        ErrorKind::Inconsistent,
        "each read of the list found tenants that no read before had found",
    )
}

/// How many records to ask for at once, within what the provider allows.
fn page_size(query: &Query, capabilities: &Capabilities) -> u32 {
    let asked = query
        .page_size
        .map_or(capabilities.default_page_size, Into::into);
    capabilities
        .largest_page
        .map_or(asked, |largest| asked.min(largest))
}

/// The lists that have to be read to see every tenant that is asked for: one with the filter pushed down to the
/// provider where that is possible, otherwise the whole one and those that it may leave out.
fn lists(query: &Query, capabilities: &Capabilities) -> Vec<Option<Status>> {
    if let [status] = query.statuses.as_slice()
        && capabilities.status_filter.contains(&status.as_str())
    {
        return vec![Some(status.clone())];
    }
    let wanted = |status: &Status| query.statuses.is_empty() || query.statuses.contains(status);
    let left_out = capabilities
        .maybe_left_out
        .iter()
        .map(|word| Status::from(*word))
        .filter(wanted);
    std::iter::once(None).chain(left_out.map(Some)).collect()
}
