//! The merged list of several accounts, and its report.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use client_runtime::Traffic;
use futures::stream::{BoxStream, FusedStream, SelectAll, select_all};
use futures::{Stream, StreamExt};
use tokio::sync::Semaphore;

use crate::engine::{SharedReport, Source};
use crate::{Account, Error, Fault, Query, Report, Tenant};

/// Every tenant of several accounts at once: a fused stream, in the order in which tenants arrive, and in the provider's
/// order for each account. A slow or broken account does not hold up the others.
///
/// Nothing is fetched before the listing is polled. While the consumer is busy with one page, one more of each account is
/// fetched and no further: a consumer that stops, stops the requests. Dropping the listing ends everything.
///
/// It has to be polled within a tokio runtime.
pub struct Listing {
    sources: Vec<Reported>,
    items: SelectAll<BoxStream<'static, Result<Tenant, Fault>>>,
    left: Option<u64>,
    limit: Option<u64>,
}

/// What is needed to report on an account.
struct Reported {
    account: Account,
    report: SharedReport,
    before: Traffic,
}

impl Listing {
    /// A listing of these accounts.
    ///
    /// # Errors
    /// Two accounts have the same name.
    pub fn new(accounts: Vec<Account>, query: Query) -> Result<Self, Error> {
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
        let limit = query.limit;
        let slots = Arc::new(Semaphore::new(query.max_in_flight.get() as usize));
        let query = Arc::new(query);
        let mut reported = Vec::new();
        let mut streams = Vec::new();
        for account in accounts {
            let source = Source::new(account.clone(), query.clone(), slots.clone());
            let before = account.provider().traffic();
            reported.push(Reported {
                report: source.report(),
                before,
                account,
            });
            streams.push(source.into_stream().boxed());
        }
        Ok(Self {
            sources: reported,
            items: select_all(streams),
            left: limit,
            limit,
        })
    }

    /// What the listing came to so far. It is final once the stream has ended.
    #[must_use]
    pub fn report(&self) -> Report {
        Report::of(
            self.sources
                .iter()
                .map(|source| {
                    let mut report = source.report.lock().clone();
                    let now = source.account.provider().traffic();
                    report.requests = now.requests - source.before.requests;
                    report.retries = now.retries - source.before.retries;
                    report
                })
                .collect(),
        )
    }

    /// Ends the listing where it is. What was not read is reported with this reason.
    pub fn stop(&mut self, reason: &str) {
        self.items = SelectAll::new();
        for source in &self.sources {
            source.report.lock().stopped(reason);
        }
    }
}

impl Stream for Listing {
    type Item = Result<Tenant, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == Some(0) && !self.items.is_empty() {
            let limit = self.limit.unwrap_or_default();
            self.stop(&format!("stopped at the limit of {limit}"));
        }
        let item = ready!(self.items.poll_next_unpin(context));
        if let (Some(left), Some(Ok(_))) = (self.left.as_mut(), &item) {
            *left = left.saturating_sub(1);
        }
        Poll::Ready(item)
    }
}

impl FusedStream for Listing {
    fn is_terminated(&self) -> bool {
        self.items.is_terminated()
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("report", &self.report())
            .finish_non_exhaustive()
    }
}
