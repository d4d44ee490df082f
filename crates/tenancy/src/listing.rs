//! The merged list of several accounts, and its report.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use client_runtime::{Traffic, Waiting};
use futures::stream::{BoxStream, FusedStream, SelectAll, select_all};
use futures::{Stream, StreamExt};

use crate::engine::{Ledger, Slots, Source};
use crate::{Account, Checkpoint, Error, Fault, Query, Report, SourceReport, Tenant};

/// Every tenant of several accounts at once: a fused stream, in the order in which tenants arrive, and in the provider's
/// order for each account. A slow or broken account does not hold up the others.
///
/// Nothing is fetched before the listing is polled. While the consumer is busy with one page, one more of each account is
/// fetched and no further: a consumer that stops, stops the requests. Dropping the listing ends everything.
///
/// It has to be polled within a tokio runtime.
pub struct Listing {
    sources: Vec<Reported>,
    /// Which of the sources have something in their ledgers.
    arrivals: SelectAll<BoxStream<'static, usize>>,
    /// The source whose ledger is being handed out.
    current: Option<usize>,
    query: Arc<Query>,
    /// How many tenants are left of the limit.
    left: Option<u64>,
}

/// What is needed to report on an account.
struct Reported {
    account: Account,
    kept: Kept,
    before: Traffic,
}

/// The report of an account.
enum Kept {
    /// It is being listed.
    Open(Ledger),
    /// An earlier listing had it complete.
    Closed(Box<SourceReport>),
}

impl Listing {
    /// A listing of these accounts.
    ///
    /// # Errors
    /// Two accounts have the same name.
    pub fn new(accounts: Vec<Account>, query: Query) -> Result<Self, Error> {
        Self::begin(accounts, query, None)
    }

    /// A listing that goes on where an earlier one ended: what that one listed is not listed again. `earlier` is its
    /// report; accounts that it has as complete are left alone, accounts that it does not have are listed from their
    /// beginning. The report of the new listing is one of both together.
    ///
    /// # Errors
    /// Two accounts have the same name, the earlier report has an account that is not among these, or a checkpoint is of
    /// another provider, query or version.
    pub fn resume(accounts: Vec<Account>, query: Query, earlier: Report) -> Result<Self, Error> {
        for source in &earlier.sources {
            if !accounts
                .iter()
                .any(|account| account.name() == source.account)
            {
                return Err(Error::configuration(format!(
                    "the list to resume has account `{}`, which is not among those to list: add it, or list anew",
                    source.account
                )));
            }
        }
        Self::begin(accounts, query, Some(earlier))
    }

    fn begin(accounts: Vec<Account>, query: Query, earlier: Option<Report>) -> Result<Self, Error> {
        let mut names = HashSet::new();
        if let Some(account) = accounts
            .iter()
            .find(|account| !names.insert(account.name()))
        {
            return Err(Error::configuration(format!(
                "two accounts have the name `{}`: give each its own",
                account.name()
            )));
        }
        let mut earlier = earlier.map_or_else(Vec::new, |report| report.sources);
        let slots = Slots::new(query.max_in_flight.get());
        let query = Arc::new(query);
        let mut sources = Vec::new();
        let mut streams = Vec::new();
        for account in accounts {
            let before = account.provider().traffic();
            let known = earlier
                .iter()
                .position(|report| report.account == account.name());
            let kept = match known.map(|position| earlier.swap_remove(position)) {
                Some(report) if report.complete => Kept::Closed(Box::new(report)),
                known => {
                    let source = source(&account, &query, &slots, known)?;
                    let ledger = source.ledger();
                    let index = sources.len();
                    streams.push(source.into_stream().map(move |()| index).boxed());
                    Kept::Open(ledger)
                }
            };
            sources.push(Reported {
                account,
                kept,
                before,
            });
        }
        let left = query.limit;
        Ok(Self {
            sources,
            arrivals: select_all(streams),
            current: None,
            left,
            query,
        })
    }

    /// What the listing came to so far, and where each account that is not complete can be resumed. It is final once the
    /// stream has ended.
    ///
    /// A checkpoint grows with what was listed: see [`Listing::progress`] for a look at what is going on.
    #[must_use]
    pub fn report(&self) -> Report {
        self.report_with(|account, ledger| {
            let entries = ledger.lock();
            let open = !entries.report.complete;
            open.then(|| entries.checkpoint(account, &self.query))
        })
    }

    /// What the listing came to so far, without checkpoints: cheap, however long the list.
    #[must_use]
    pub fn progress(&self) -> Report {
        self.report_with(|_, _| None)
    }

    /// Which accounts wait before their next request, how much longer and what for.
    #[must_use]
    pub fn waiting(&self) -> Vec<(&Account, Waiting)> {
        let open = |source: &&Reported| matches!(&source.kept, Kept::Open(ledger) if !ledger.lock().report.complete);
        self.sources
            .iter()
            .filter(open)
            .filter_map(|source| {
                let waiting = source.account.provider().traffic().waiting?;
                Some((&source.account, waiting))
            })
            .collect()
    }

    fn report_with(&self, checkpoint: impl Fn(&Account, &Ledger) -> Option<Checkpoint>) -> Report {
        let report = |source: &Reported| match &source.kept {
            Kept::Closed(report) => SourceReport::clone(report),
            Kept::Open(ledger) => {
                let mut report = ledger.lock().report.clone();
                let now = source.account.provider().traffic();
                report.requests += now.requests - source.before.requests;
                report.retries += now.retries - source.before.retries;
                report.checkpoint = checkpoint(&source.account, ledger);
                report
            }
        };
        Report::of(self.sources.iter().map(report).collect())
    }

    /// The next item of the source whose turn it is; nothing where it has none left.
    fn hand_out(&mut self) -> Option<Result<Box<Tenant>, Fault>> {
        let Kept::Open(ledger) = &self.sources[self.current?].kept else {
            return None;
        };
        let item = ledger.lock().hand_out()?;
        if let (Some(left), Ok(_)) = (self.left.as_mut(), &item) {
            *left = left.saturating_sub(1);
        }
        Some(item)
    }

    /// Ends the listing where it is. What was not read is reported with this reason.
    pub fn stop(&mut self, reason: &str) {
        self.arrivals = SelectAll::new();
        self.current = None;
        for source in &self.sources {
            if let Kept::Open(ledger) = &source.kept {
                ledger.lock().report.stopped(reason);
            }
        }
    }
}

/// The source of an account, which goes on from the earlier report's checkpoint if there is one.
fn source(
    account: &Account,
    query: &Arc<Query>,
    slots: &Slots,
    earlier: Option<SourceReport>,
) -> Result<Source, Error> {
    let (account, query, slots) = (account.clone(), query.clone(), slots.clone());
    let Some(mut report) = earlier else {
        return Ok(Source::new(account, query, slots));
    };
    match report.checkpoint.take() {
        Some(checkpoint) => Source::resumed(account, query, slots, report, &checkpoint),
        None => Err(Error::configuration(format!(
            "the list to resume has no checkpoint for account `{}`, which it has not complete: list anew",
            account.name()
        ))),
    }
}

impl Stream for Listing {
    type Item = Result<Box<Tenant>, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == Some(0) && !self.is_terminated() {
            let limit = self.query.limit.unwrap_or_default();
            self.stop(&format!("stopped at the limit of {limit}"));
        }
        loop {
            if let Some(item) = self.hand_out() {
                return Poll::Ready(Some(item));
            }
            self.current = ready!(self.arrivals.poll_next_unpin(context));
            if self.current.is_none() {
                return Poll::Ready(None);
            }
        }
    }
}

impl FusedStream for Listing {
    fn is_terminated(&self) -> bool {
        self.current.is_none() && self.arrivals.is_terminated()
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("report", &self.report())
            .finish_non_exhaustive()
    }
}
