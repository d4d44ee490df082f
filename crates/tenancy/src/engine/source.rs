//! One account's list as a stream of tenants and faults.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::Stream;
use futures::stream::unfold;
use tokio::sync::Semaphore;

use super::in_flight::InFlight;
use super::seen::{Seen, Sight, fingerprint};
use super::walk::{Doubt, Flow, Records, Step, Walk};
use crate::provider::{Entry, Mapped};
use crate::{
    Account, Capabilities, Consistency, Error, Fault, FaultKind, Page, PageRequest, Query,
    RecordFault, SourceReport, Status, Tenant,
};

/// How often a list is walked when something contradicts the walk before.
const MOST_WALKS: u32 = 3;

/// An account's report, kept by its source and read by the listing.
#[derive(Clone, Debug)]
pub(crate) struct SharedReport(Arc<Mutex<SourceReport>>);

impl SharedReport {
    pub(crate) fn lock(&self) -> MutexGuard<'_, SourceReport> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One account's list on its way.
pub(crate) struct Source {
    account: Account,
    query: Arc<Query>,
    /// What bounds the requests of all accounts together.
    slots: Arc<Semaphore>,
    report: SharedReport,
    page_size: u32,
    /// The lists to read, one after the other: the filter of each.
    lists: VecDeque<Option<Status>>,
    walk: Walk,
    in_flight: InFlight,
    /// How often the present list has been walked, the present walk included.
    walks: u32,
    /// How many tenants the present walk found that no walk before had met.
    new_in_walk: u64,
    seen: Seen,
    /// The number of the present walk among those over all lists.
    pass: u32,
    /// How many records have been received.
    position: u64,
    consistency: Consistency,
    ready: VecDeque<Result<Tenant, Fault>>,
    finished: bool,
}

/// What is counted while a page's records are sorted.
#[derive(Default)]
struct Tally {
    /// Whether the page is read again: then it is no wonder that its tenants came before.
    again: bool,
    records: Records,
    of_page: HashSet<u128>,
}

impl Source {
    pub(crate) fn new(account: Account, query: Arc<Query>, slots: Arc<Semaphore>) -> Self {
        let capabilities = account.provider().capabilities();
        let asked = query
            .page_size
            .map_or(capabilities.default_page_size, Into::into);
        let page_size = capabilities
            .largest_page
            .map_or(asked, |largest| asked.min(largest));
        let report = SourceReport::new(account.name(), account.provider().name());
        Self {
            page_size,
            lists: lists(&query, capabilities),
            walk: Walk::new(capabilities.style, page_size, query.concurrency.get()),
            in_flight: InFlight::default(),
            walks: 1,
            new_in_walk: 0,
            seen: Seen::default(),
            pass: 1,
            position: 0,
            consistency: Consistency::Proved,
            ready: VecDeque::new(),
            finished: false,
            report: SharedReport(Arc::new(Mutex::new(report))),
            account,
            query,
            slots,
        }
    }

    pub(crate) fn report(&self) -> SharedReport {
        self.report.clone()
    }

    /// The tenants and faults, in the provider's order. Nothing is fetched before it is asked for.
    pub(crate) fn into_stream(self) -> impl Stream<Item = Result<Tenant, Fault>> + Send {
        unfold(self, |mut source| async move {
            loop {
                if let Some(item) = source.ready.pop_front() {
                    source.report.lock().tenants += u64::from(item.is_ok());
                    return Some((item, source));
                }
                if source.finished {
                    return None;
                }
                if let Err(error) = source.advance().await {
                    source.fail(error);
                }
            }
        })
    }

    /// Takes the next page, or goes on to what follows the end of a walk.
    async fn advance(&mut self) -> Result<(), Error> {
        self.launch(self.query.concurrency.get() as usize);
        let Some((step, page)) = self.in_flight.next().await else {
            return self.end_of_walk();
        };
        let mut page = page?;
        let records = self.take(std::mem::take(&mut page.records), step.again);
        if self.accept(&step, &page, records)? == Flow::Discard {
            self.in_flight.clear();
        }
        if self.wants_more() {
            self.launch(1);
        }
        Ok(())
    }

    /// Asks for pages until so many are under way, as far as the walk knows where to go on.
    fn launch(&mut self, most: usize) {
        while self.in_flight.len() < most
            && let Some(step) = self.walk.issue()
        {
            let request = PageRequest {
                position: step.position.clone(),
                size: step.size,
                status: self.lists.front().cloned().flatten(),
                account: self.account.name().to_owned(),
                raw: self.query.raw,
            };
            let provider = self.account.provider().clone();
            self.in_flight
                .launch(step, provider, request, self.slots.clone());
        }
    }

    /// Whether more is wanted than what is ready: a page that nobody wants is not fetched ahead.
    fn wants_more(&self) -> bool {
        let listed = self.report.lock().tenants + self.ready.len() as u64;
        self.query.limit.is_none_or(|limit| listed < limit)
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Records) -> Result<Flow, Error> {
        self.new_in_walk += records.new;
        let accepted = self.walk.accept(step, page, records);
        let mut report = self.report.lock();
        report.pages += 1;
        // As long as every walk was one over the first list: that is the whole one, and the totals of the others say
        // nothing about it.
        if self.pass == self.walks {
            report.expected = self.walk.expected().or(report.expected);
        }
        accepted
    }

    /// Sorts a page's records: tenants to list, faults to report, what was listed before.
    fn take(&mut self, entries: Vec<Entry>, again: bool) -> Records {
        let mut tally = Tally {
            again,
            ..Tally::default()
        };
        for entry in entries {
            let position = self.position;
            self.position += 1;
            match entry {
                Ok(mapped) => self.take_tenant(mapped, &mut tally),
                Err(fault) => self.take_fault(RecordFault { position, ..fault }, &mut tally),
            }
        }
        Records {
            different: tally.of_page.len() as u64,
            ..tally.records
        }
    }

    /// Whether it is the first time that this identity comes by.
    fn is_new(&mut self, id: &str, tally: &mut Tally) -> bool {
        let fingerprint = fingerprint(id);
        tally.of_page.insert(fingerprint);
        tally.records.first.get_or_insert(fingerprint);
        let sight = self.seen.see(fingerprint, self.pass);
        tally.records.new_to_walk += u64::from(sight != Sight::Twice);
        tally.records.new += u64::from(sight == Sight::First);
        self.report.lock().duplicates += u64::from(sight == Sight::Twice && !tally.again);
        sight == Sight::First
    }

    /// A record that cannot be read has no identity: its bytes stand in for one, so that it is reported once, however
    /// often its page is read. No tenant's identity begins like this.
    fn take_fault(&mut self, fault: RecordFault, tally: &mut Tally) {
        if self.is_new(&format!("\0{}", fault.record), tally) {
            self.report.lock().quarantined += 1;
            self.ready
                .push_back(Err(self.fault(FaultKind::Record(fault))));
        }
    }

    fn take_tenant(&mut self, mapped: Mapped, tally: &mut Tally) {
        if !self.is_new(&mapped.tenant.id, tally) {
            return;
        }
        let mut report = self.report.lock();
        for field in &mapped.left_out {
            report.count_left_out(&field.path, &field.reason);
        }
        match &mapped.tenant.status {
            _ if self.query.statuses.is_empty() => {}
            None => {
                report.not_judged += 1;
                return;
            }
            Some(status) if !self.query.statuses.contains(status) => return,
            Some(_) => {}
        }
        drop(report);
        self.ready.push_back(Ok(mapped.tenant));
    }

    /// Walks again while there is doubt, then goes on to the next list, then to the end.
    fn end_of_walk(&mut self) -> Result<(), Error> {
        let conclusion = self.walk.conclude();
        let settled = match &conclusion.doubt {
            None => true,
            // Whatever is odd about a list, two walks that found the same tenants agree on it.
            Some(Doubt::Settleable(_)) => self.walks > 1 && self.new_in_walk == 0,
            Some(Doubt::Missing(_)) => false,
        };
        match conclusion.doubt {
            Some(_) if !settled && self.walks < MOST_WALKS => {
                self.walks += 1;
                self.begin_walk();
                return Ok(());
            }
            Some(Doubt::Settleable(error) | Doubt::Missing(error)) if !settled => {
                return Err(error.advise("tenants may be missing: run it again at a quieter time"));
            }
            _ => {}
        }
        if conclusion.consistency == Consistency::Assumed {
            self.consistency = Consistency::Assumed;
        }
        self.lists.pop_front();
        if self.lists.is_empty() {
            self.succeed();
        } else {
            self.walks = 1;
            self.begin_walk();
        }
        Ok(())
    }

    fn begin_walk(&mut self) {
        self.pass += 1;
        self.new_in_walk = 0;
        self.in_flight.clear();
        let style = self.account.provider().capabilities().style;
        self.walk = Walk::new(style, self.page_size, self.query.concurrency.get());
    }

    fn succeed(&mut self) {
        self.finished = true;
        let mut report = self.report.lock();
        report.consistency = self.consistency;
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
        self.report.lock().error = Some(match error.advice() {
            Some(advice) => format!("{error}; {advice}"),
            None => error.to_string(),
        });
        self.ready
            .push_back(Err(self.fault(FaultKind::Account(error))));
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        Fault {
            provider: self.account.provider().name().to_owned(),
            account: self.account.name().to_owned(),
            kind,
        }
    }
}

/// The lists that have to be read to see every tenant that is asked for: one with the filter pushed down to the
/// provider where that is possible, otherwise the whole one and those that it may leave out.
fn lists(query: &Query, capabilities: &Capabilities) -> VecDeque<Option<Status>> {
    if let [status] = query.statuses.as_slice()
        && capabilities.status_filter.contains(&status.as_str())
    {
        return VecDeque::from([Some(status.clone())]);
    }
    let wanted = |status: &Status| query.statuses.is_empty() || query.statuses.contains(status);
    let left_out = capabilities
        .maybe_left_out
        .iter()
        .map(|word| Status::from(*word))
        .filter(wanted);
    std::iter::once(None).chain(left_out.map(Some)).collect()
}
