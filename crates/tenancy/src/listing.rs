//! The merged list of several accounts, and its report.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use client_runtime::Waiting;
use futures::stream::{FusedStream, FuturesUnordered};
use futures::{Stream, StreamExt};

use crate::engine::{Shared, Source};
use crate::{Account, Error, Incomplete, ListingError, Query, Report, SourceReport, Tenant};

/// The number of open accounts per request that may be in flight: more than one, so that requests continue while the consumer
/// is busy with other accounts' tenants.
const OPEN_FOR_EACH_REQUEST: u32 = 2;

/// A stream of every tenant of several accounts, in order of arrival, and within an account in the provider's order.
/// A slow or failing account does not delay the others, unless [`Query::in_order`] is set.
///
/// The stream yields tenants, and at most one error, [`Incomplete`], as its last item: `?` on an item loses no tenant, and a loop
/// that ends without an error has read every list to its end. A listing that reaches [`Query::limit`], or that the caller
/// [stops](Self::stop), ends without an error. [`take_errors`](Self::take_errors) returns each error without ending it.
///
/// Nothing is fetched before the listing is polled. Each account fetches only a little ahead of the consumer, so a consumer that
/// stops polling also stops the requests. A bounded number of accounts is open at once. Dropping the listing aborts all requests.
///
/// The listing must be polled within a tokio runtime.
///
/// # Examples
/// An incomplete list is resumed by a later listing, also after its report was saved as JSON:
/// ```no_run
/// use tenancy::{Account, Listing, Query};
///
/// # async fn example(accounts: Vec<Account>) -> Result<(), tenancy::Error> {
/// let mut listing = Listing::new(accounts.clone(), Query::default())?;
/// loop {
///     match listing.try_next().await {
///         Ok(Some(tenant)) => println!("{}", tenant.id),
///         Ok(None) => return Ok(()),
///         Err(incomplete) => {
///             eprintln!("{incomplete}");
///             break;
///         }
///     }
/// }
/// let rest = Listing::resume(accounts, Query::default(), listing.report())?;
/// # Ok(())
/// # }
/// ```
pub struct Listing {
    /// Accounts that are not open yet.
    pending: VecDeque<Entry>,
    open: FuturesUnordered<Turn>,
    /// The account whose items are being yielded.
    current: Option<Entry>,
    finished: Vec<Entry>,
    most_open: usize,
    query: Arc<Query>,
    /// How many more tenants the limit allows.
    left: Option<u64>,
    /// The errors that the caller has not taken.
    errors: Vec<ListingError>,
    /// Whether the last item has been yielded.
    ended: bool,
}

/// An account's source, and the account's place in the report.
struct Entry {
    index: usize,
    source: Box<Source>,
    /// Whether the list ended because no more of it was wanted.
    stopped: bool,
}

impl Entry {
    /// Whether tenants are missing that were wanted.
    fn is_incomplete(&self) -> bool {
        let report = self.source.report();
        !report.complete && (!self.stopped || report.quarantined > 0)
    }
}

/// Waits until a source has an item to yield, or is finished.
struct Turn(Option<Entry>);

impl Future for Turn {
    type Output = Option<Entry>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(entry) = &mut self.0 {
            ready!(entry.source.poll_ready(context));
        }
        Poll::Ready(self.0.take())
    }
}

impl Listing {
    /// Creates a listing of these accounts.
    ///
    /// # Errors
    /// Two accounts have the same name.
    pub fn new(accounts: Vec<Account>, query: Query) -> Result<Self, Error> {
        let shared = Shared::new(query);
        Self::begin(accounts, &shared, None)
    }

    /// Resumes an earlier listing, whose report is `earlier`: tenants that it listed are not listed again. Accounts that
    /// `earlier` reports as complete are not read. Accounts that it does not contain are listed from their beginning. The report
    /// of the new listing covers both.
    ///
    /// # Errors
    /// Two accounts have the same name, `earlier` contains an account that is not in `accounts`, or a checkpoint belongs to
    /// another provider, query or version.
    pub fn resume(accounts: Vec<Account>, query: Query, earlier: Report) -> Result<Self, Error> {
        let shared = Shared::new(query);
        Self::begin(accounts, &shared, Some(earlier))
    }

    pub(crate) fn begin(
        accounts: Vec<Account>,
        shared: &Shared,
        earlier: Option<Report>,
    ) -> Result<Self, Error> {
        check_names(&accounts, earlier.as_ref())?;
        let mut earlier = earlier.map_or_else(Vec::new, |report| report.sources);
        let mut entries = VecDeque::new();
        for (index, account) in accounts.into_iter().enumerate() {
            let known = earlier
                .iter()
                .position(|report| report.account == account.name());
            let known = known.map(|position| earlier.swap_remove(position));
            let source = Box::new(source(account, shared.clone(), known)?);
            entries.push_back(Entry {
                index,
                source,
                stopped: false,
            });
        }
        let query = shared.query.clone();
        let most_open = match query.in_order {
            true => 1,
            false => query
                .max_in_flight
                .get()
                .saturating_mul(OPEN_FOR_EACH_REQUEST),
        };
        Ok(Self {
            pending: entries,
            open: FuturesUnordered::new(),
            current: None,
            finished: Vec::new(),
            most_open: most_open as usize,
            left: query.limit,
            query,
            errors: Vec::new(),
            ended: false,
        })
    }

    /// Returns the next tenant, or nothing at the end of a complete listing. Cancel safe.
    ///
    /// This is the `try_next` of futures' `TryStreamExt`, for programs that need no other method of it.
    ///
    /// # Errors
    /// Everything that could be listed has been returned, and something is missing.
    pub async fn try_next(&mut self) -> Result<Option<Box<Tenant>>, Incomplete> {
        self.next().await.transpose()
    }

    /// Takes the errors since the last call: a record that could not be read, or an account whose list broke off. The listing goes
    /// on after each. Those that are never taken are in [`Incomplete`].
    pub fn take_errors(&mut self) -> Vec<ListingError> {
        std::mem::take(&mut self.errors)
    }

    /// Returns the report so far, with a checkpoint for each account that is not complete. It is final once the stream has ended.
    ///
    /// The size of a checkpoint grows with the list. [`Listing::progress`] is cheaper.
    #[must_use]
    pub fn report(&self) -> Report {
        self.report_with(|source| {
            let mut report = source.report();
            report.checkpoint = source.checkpoint();
            report
        })
    }

    /// Returns the report so far, without checkpoints. The cost does not depend on the length of the list.
    #[must_use]
    pub fn progress(&self) -> Report {
        self.report_with(Source::report)
    }

    fn report_with(&self, report: impl Fn(&Source) -> SourceReport) -> Report {
        let mut entries: Vec<&Entry> = self.entries().collect();
        entries.sort_unstable_by_key(|entry| entry.index);
        Report::of(entries.iter().map(|entry| report(&entry.source)).collect())
    }

    /// Returns the accounts that wait before their next request, how much longer they wait, and why.
    #[must_use]
    pub fn waiting(&self) -> Vec<(&Account, Waiting)> {
        let mut waiting: Vec<_> = self
            .entries()
            .filter(|entry| !entry.source.is_finished())
            .filter_map(|entry| Some((entry, entry.source.waiting()?)))
            .collect();
        waiting.sort_unstable_by_key(|(entry, _)| entry.index);
        waiting
            .into_iter()
            .map(|(entry, waiting)| (entry.source.account(), waiting))
            .collect()
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        let open = self.open.iter().filter_map(|turn| turn.0.as_ref());
        let others = self.pending.iter().chain(&self.current);
        open.chain(others).chain(&self.finished)
    }

    /// Ends the listing. The report gives this reason for every list that was not read to its end.
    pub fn stop(&mut self, reason: &str) {
        let open = std::mem::take(&mut self.open);
        let open = open.into_iter().filter_map(|turn| turn.0);
        let unfinished = self
            .pending
            .drain(..)
            .chain(self.current.take())
            .chain(open);
        for mut entry in unfinished {
            entry.stopped = !entry.source.is_finished();
            entry.source.stop(reason);
            self.finished.push(entry);
        }
    }

    /// Returns the next tenant of the current account, and keeps the errors before it.
    fn next_tenant(&mut self) -> Option<Box<Tenant>> {
        let source = &mut self.current.as_mut()?.source;
        let tenant = loop {
            match source.next_item()? {
                Ok(tenant) => break tenant,
                Err(error) => self.errors.push(error),
            }
        };
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
        Some(tenant)
    }

    /// Returns the error at the end of the stream, unless every list is complete or ended because the caller wanted no more of it.
    fn incomplete(&mut self) -> Option<Incomplete> {
        let is_incomplete = self.finished.iter().any(Entry::is_incomplete);
        is_incomplete.then(|| Incomplete {
            report: self.progress(),
            errors: self.take_errors(),
        })
    }

    /// Returns the current account to the open ones, or closes it if it is finished, and opens pending accounts.
    fn put_back(&mut self) {
        match self.current.take() {
            Some(mut entry) if entry.source.is_finished() => {
                entry.source.close();
                self.finished.push(entry);
            }
            Some(entry) => self.open.push(Turn(Some(entry))),
            None => {}
        }
        while self.open.len() < self.most_open
            && let Some(entry) = self.pending.pop_front()
        {
            self.open.push(Turn(Some(entry)));
        }
    }
}

fn check_names(accounts: &[Account], earlier: Option<&Report>) -> Result<(), Error> {
    let mut names = HashSet::new();
    for account in accounts {
        if !names.insert(account.name()) {
            return Err(Error::configuration(format!(
                "two accounts have the name `{}`: give each its own",
                account.name()
            )));
        }
    }
    for source in earlier.iter().flat_map(|report| &report.sources) {
        if !names.contains(source.account.as_str()) {
            return Err(Error::configuration(format!(
                "the list to resume has account `{}`, which is not among those to list: add it, or list anew",
                source.account
            )));
        }
    }
    Ok(())
}

/// Creates the source of an account, which resumes at the earlier report's checkpoint.
fn source(
    account: Account,
    shared: Shared,
    earlier: Option<SourceReport>,
) -> Result<Source, Error> {
    let Some(mut report) = earlier else {
        return Ok(Source::new(account, shared));
    };
    if report.complete {
        return Ok(Source::completed(account, shared, report));
    }
    match report.checkpoint.take() {
        Some(checkpoint) => Source::resumed(account, shared, report, &checkpoint),
        None => Err(Error::configuration(format!(
            "the list to resume has no checkpoint for account `{}`, which it has not complete: list anew",
            account.name()
        ))),
    }
}

impl Stream for Listing {
    type Item = Result<Box<Tenant>, Incomplete>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if self.left == Some(0) {
            let limit = self.query.limit.unwrap_or_default();
            self.stop(&format!("stopped at the limit of {limit}"));
        }
        loop {
            if let Some(tenant) = self.next_tenant() {
                return Poll::Ready(Some(Ok(tenant)));
            }
            self.put_back();
            match ready!(self.open.poll_next_unpin(context)) {
                Some(entry) => self.current = entry,
                None => {
                    self.ended = true;
                    return Poll::Ready(self.incomplete().map(Err));
                }
            }
        }
    }
}

impl FusedStream for Listing {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("report", &self.report())
            .finish_non_exhaustive()
    }
}
