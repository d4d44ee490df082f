//! Reads one account's list: fetches the pages that its walk asks for, and yields their tenants and errors.

use std::task::{Context, Poll, ready};

use client_runtime::{Traffic, Waiting};

use super::account_state::AccountState;
use super::checkpoint::{Checkpoint, Progress};
use super::evidence::Total;
use super::in_flight::{Arrived, InFlight};
use super::page_size;
use super::route::Route;
use super::seen::Seen;
use super::shared::{Refusal, Shared};
use super::step::{Flow, Step};
use super::verdict::advice;
use super::walk::Walk;
use super::walk_state::WalkState;
use super::walks::{Decision, Walks};
use crate::advice::LINK_REFUSED;
use crate::error::ErrorKind;
use crate::provider::Arrival;
use crate::{Account, Error, ListingError, Page, PageRequest, Records, SourceReport, Tenant};

/// One account's list while it is read.
#[derive(Debug)]
pub(crate) struct Source {
    shared: Shared,
    state: AccountState,
    traffic_before: Traffic,
    page_size: u32,
    walk: Box<dyn Walk>,
    walks: Walks,
    in_flight: InFlight,
    /// What ends the list once the pages in flight have arrived.
    failure: Option<Error>,
    /// What ended the first of the account's lists that failed.
    first_failure: Option<Error>,
    finished: bool,
}

impl Source {
    pub(crate) fn new(account: Account, shared: Shared) -> Self {
        let report = SourceReport::new(account.name(), account.provider().name());
        let progress = Progress::default();
        Self::continued(account, shared, report, Seen::default(), progress)
    }

    /// Creates a source that resumes an earlier listing, and continues its report.
    pub(crate) fn resumed(
        account: Account,
        shared: Shared,
        report: SourceReport,
        checkpoint: &Checkpoint,
    ) -> Result<Self, Error> {
        let (mut progress, seen) = checkpoint.open(&account, &shared.query)?;
        if progress.again {
            // A walk that confirms another one observes all of the list, or it confirms nothing.
            progress.walk = progress.walk.and_then(WalkState::begun_anew);
            progress.met = 0;
        }
        let report = report.unfinished();
        Ok(Self::continued(account, shared, report, seen, progress))
    }

    /// Creates the source of an account that an earlier listing completed.
    pub(crate) fn completed(account: Account, shared: Shared, report: SourceReport) -> Self {
        Self {
            finished: true,
            ..Self::continued(
                account,
                shared,
                report,
                Seen::default(),
                Progress::default(),
            )
        }
    }

    fn continued(
        account: Account,
        shared: Shared,
        report: SourceReport,
        seen: Seen,
        progress: Progress,
    ) -> Self {
        let capabilities = account.provider().capabilities();
        let walks = Walks::new(&shared.query, capabilities, &progress, seen.len());
        let page_size = page_size::first(&shared.query, capabilities);
        let page_size = walks.page_size(page_size, capabilities.paging);
        let walk = (shared.new_walk)(Route {
            paging: capabilities.paging,
            page_size,
            concurrency: shared.query.concurrency.get(),
            state: progress.walk.clone(),
            ignore_totals: false,
        });
        Self {
            traffic_before: account.provider().traffic(),
            page_size,
            walk,
            walks,
            in_flight: InFlight::default(),
            failure: None,
            first_failure: None,
            finished: false,
            state: AccountState::new(account, shared.query.clone(), report, seen, progress),
            shared,
        }
    }

    /// Waits until there is something to [return](Self::next_item), or the source is [finished](Self::is_finished). Nothing is
    /// fetched before the first poll.
    pub(crate) fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while self.state.waiting() == 0 && !self.finished {
            if self.failure.is_none() {
                self.note_progress();
                self.launch(self.shared.query.concurrency.get() as usize);
            }
            let advanced = match ready!(self.in_flight.poll_next(context)) {
                None => match self.failure.take() {
                    None => self.end_walk(),
                    Some(error) => {
                        self.fail_list(error);
                        Ok(())
                    }
                },
                Some(Arrived::Stray(records)) => {
                    self.state.receive_stray(records, self.walks.filter());
                    Ok(())
                }
                Some(Arrived::Part(Arrival::Records(records), again)) => {
                    self.receive(records, again);
                    Ok(())
                }
                Some(Arrived::Part(Arrival::Again, _)) => {
                    self.state.begin_page_again();
                    Ok(())
                }
                Some(Arrived::Page(step, Ok(page))) => self.accept(&step, *page),
                Some(Arrived::Page(step, Err(error))) => self.accept_error(&step, error),
            };
            if let Err(error) = advanced.and_then(|()| self.bound()) {
                // The pages in flight arrive first: their tenants are listed.
                self.in_flight.discount();
                self.failure = Some(error);
            }
        }
        Poll::Ready(())
    }

    /// Returns the next available item, in the provider's order.
    pub(crate) fn next_item(&mut self) -> Option<Result<Box<Tenant>, ListingError>> {
        self.state.next_item()
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    pub(crate) fn account(&self) -> &Account {
        &self.state.account
    }

    /// Returns what the account waits for before its next request, if it waits.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        self.account().provider().traffic().waiting
    }

    /// The report so far.
    pub(crate) fn report(&self) -> SourceReport {
        let mut report = self.state.report.clone();
        let now = self.account().provider().traffic();
        report.requests += now.requests - self.traffic_before.requests;
        report.retries += now.retries - self.traffic_before.retries;
        report
    }

    /// Where to resume; `None` if the list is complete.
    pub(crate) fn checkpoint(&self) -> Option<Checkpoint> {
        (!self.state.report.complete).then(|| self.state.checkpoint())
    }

    /// Ends the list for this reason.
    pub(crate) fn stop(&mut self, reason: &str) {
        self.in_flight.clear();
        self.finished = true;
        self.state.report.stopped(reason);
    }

    /// Frees what a finished source no longer needs.
    pub(crate) fn close(&mut self) {
        self.state.close();
    }

    /// Takes records, and maps them.
    fn receive(&mut self, records: Records, again: bool) {
        for entries in records.into_parts() {
            self.walk.look_at(&entries);
            self.state.receive(entries, self.walks.filter(), again);
        }
    }

    /// Takes a complete page, and requests the next one while this one is yielded.
    fn accept(&mut self, step: &Step, mut page: Page) -> Result<(), Error> {
        self.receive(std::mem::take(&mut page.records), step.again);
        let tally = self.state.end_page();
        self.walks.take(&page, tally);
        let accepted = self.walk.accept(step, &page, tally);
        self.state.count_page(&page);
        if self.walks.counts_all() {
            let report = &mut self.state.report;
            report.expected = match self.walk.evidence().total {
                Total::Contradicted(_) => None,
                _ => self.walk.total().or(report.expected),
            };
        }
        match accepted {
            Ok(Flow::Continue) => {}
            Ok(Flow::Discard) => self.in_flight.discount(),
            // An expired link may lead to the first page again.
            Err(_) if step.follows() && tally.sent > 0 && self.walks.may_restart() => {
                self.renew_walk();
            }
            Err(error) => {
                // Whoever resumes begins the list again: the walk itself has failed.
                self.renew_walk();
                self.note_progress();
                return Err(error.advise(
                    "try again at a quieter hour, and report it to the provider if it persists",
                ));
            }
        }
        if self.wants_more() {
            self.launch(1);
        }
        Ok(())
    }

    /// Refuses a walk that never ends.
    fn bound(&self) -> Result<(), Error> {
        let most = self.shared.most_records;
        if self.state.received_in_walk() <= most {
            return Ok(());
        }
        let text =
            format!("the provider has sent more than {most} records, and the list may be endless");
        let error = Error::new(ErrorKind::NoProgress, text);
        Err(error.advise("if the account has fewer tenants, report it to the provider"))
    }

    /// Handles the failure of a page. A server may refuse a page beyond the last one, or fail there, or refuse an expired cursor.
    /// The list is then read from its beginning, once, and listed tenants are not listed again.
    fn accept_error(&mut self, step: &Step, error: Error) -> Result<(), Error> {
        let refusal = (self.shared.refusal)(&error);
        let refuses = refusal.is_some();
        if step.beyond || (refuses && step.may_be_beyond) {
            let mut page = Page::new(Vec::new());
            page.total = self.walk.total().filter(|_| step.beyond);
            page.refused = match refusal {
                Some(Refusal::Empty) => false,
                Some(Refusal::NoPage) => !step.beyond,
                _ => true,
            };
            return self.accept(step, page);
        }
        let call = error.call();
        let is_denied = call.is_some_and(|call| call.is_unauthorized() || call.is_forbidden());
        if !step.follows() || !(refuses || is_denied) {
            return Err(error);
        }
        if refuses && self.walk.retreat() {
            return Ok(());
        }
        if refuses && self.walks.may_restart() {
            self.renew_walk();
            return Ok(());
        }
        Err(error.advise(LINK_REFUSED))
    }

    /// Moves the position to resume from, once everything received has been yielded.
    fn note_progress(&mut self) {
        self.state.progress = self.walks.progress(self.walk.state());
    }

    /// Requests pages until enough are in flight, as far as the walk knows the next ones.
    fn launch(&mut self, most: usize) {
        while self.in_flight.len() < most
            && let Some(step) = self.walk.issue()
        {
            let request = PageRequest {
                position: step.position.clone(),
                size: step.size,
                status: self.walks.filter().cloned(),
                account: self.account().name().to_owned(),
                raw: self.shared.query.raw,
            };
            let provider = self.account().provider().clone();
            let requests = self.shared.requests.clone();
            self.in_flight.launch(step, provider, request, requests);
        }
    }

    /// Whether the limit allows more tenants than have been received.
    fn wants_more(&self) -> bool {
        let listed = self.state.report.tenants + self.state.waiting() as u64;
        self.shared.query.limit.is_none_or(|limit| listed < limit)
    }

    /// Walks again, reads the next list, or ends.
    fn end_walk(&mut self) -> Result<(), Error> {
        let known = self.state.known();
        match self.walks.decide(&*self.walk, self.shared.judge, known) {
            Decision::WalkAgain => self.renew_walk(),
            Decision::NextList => self.begin_list(),
            Decision::Finish => self.succeed(),
            Decision::GiveUp { because, text } => {
                self.renew_walk();
                self.note_progress();
                let error = Error::new(ErrorKind::Inconsistent, text).advise(advice(&because));
                if self.first_failure.is_none() {
                    self.state.report.because = vec![because];
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Begins another list, with pages of the requested size.
    fn begin_list(&mut self) {
        let capabilities = self.account().provider().capabilities();
        self.page_size = page_size::first(&self.shared.query, capabilities);
        self.renew_walk();
    }

    /// Begins the present list from its head.
    fn renew_walk(&mut self) {
        self.walks.begin(|| self.state.known());
        self.state.begin_walk();
        self.in_flight.clear();
        let paging = self.account().provider().capabilities().paging;
        self.page_size = self.walks.page_size(self.page_size, paging);
        self.walk = (self.shared.new_walk)(Route {
            paging,
            page_size: self.page_size,
            concurrency: self.shared.query.concurrency.get(),
            state: self.walk.state().begun_anew(),
            ignore_totals: self.walks.ignores_totals(),
        });
    }

    fn succeed(&mut self) {
        if let Some(error) = self.first_failure.take() {
            return self.fail(error);
        }
        self.finished = true;
        let (certainty, because) = self.walks.conclusion();
        self.state.succeed(certainty, because);
    }

    /// Ends the present list. If the account has another one, it is read all the same: what comes of it is listed.
    fn fail_list(&mut self, error: Error) {
        match self.walks.assume() {
            Some(Decision::Finish) => return self.succeed(),
            Some(_) => return self.begin_list(),
            None => {}
        }
        let first = self.first_failure.take().unwrap_or(error);
        if self.state.has_received() && self.walks.skip_list() {
            self.first_failure = Some(first);
            self.begin_list();
        } else {
            self.fail(first);
        }
    }

    fn fail(&mut self, error: Error) {
        self.finished = true;
        self.state.fail(error);
    }
}
