//! The pages of one account that are in flight, in the order of their requests.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::step::Step;
use crate::error::ErrorKind;
use crate::provider::{Arrival, Arrivals};
use crate::{Error, Page, PageRequest, Provider, Records};

/// The pages of one account that are in flight. A task fetches each page while the consumer is busy with the previous one. Dropping
/// this value aborts the tasks.
#[derive(Debug, Default)]
pub(super) struct InFlight(VecDeque<Fetching>);

#[derive(Debug)]
struct Fetching {
    step: Step,
    task: JoinHandle<Result<Page, Error>>,
    arrivals: mpsc::Receiver<Arrival>,
    /// Whether the walk still counts on the page.
    counts: bool,
}

/// The next part of the page that was requested first.
#[derive(Debug)]
pub(super) enum Arrived {
    /// Some of its records, and whether the page was read before. More records follow.
    Part(Arrival, bool),
    /// The page, with its last records.
    Page(Step, Result<Box<Page>, Error>),
    /// Records of a page that the walk no longer counts on.
    Stray(Records),
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl InFlight {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Fetches a page as soon as `requests`, which all accounts share, has a permit.
    pub(super) fn launch(
        &mut self,
        step: Step,
        provider: Arc<dyn Provider>,
        request: PageRequest,
        requests: Arc<Semaphore>,
    ) {
        let (sender, arrivals) = Arrivals::channel();
        let task = tokio::spawn(async move {
            // Nobody closes the semaphore.
            let _permit = requests.acquire_owned().await;
            provider.fetch(&request, &sender).await
        });
        self.0.push_back(Fetching {
            step,
            task,
            arrivals,
            counts: true,
        });
    }

    /// Returns the next part of the page that was requested first; `None` if no page is in flight.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Arrived>> {
        let Some(Fetching {
            step,
            task,
            arrivals,
            counts,
        }) = self.0.front_mut()
        else {
            return Poll::Ready(None);
        };
        if let Some(arrival) = ready!(arrivals.poll_recv(context)) {
            return Poll::Ready(Some(match arrival {
                Arrival::Records(records) if !*counts => Arrived::Stray(records),
                Arrival::Again if !*counts => Arrived::Stray(Records::default()),
                arrival => Arrived::Part(arrival, step.again),
            }));
        }
        let page = match ready!(Pin::new(task).poll(context)) {
            Ok(page) => page.map(Box::new),
            Err(failure) if failure.is_panic() => resume_unwind(failure.into_panic()),
            Err(_) => Err(Error::new(
                ErrorKind::Configuration,
                "the runtime was shut down while a page was fetched",
            )),
        };
        let arrived = match page {
            Ok(page) if !*counts => Arrived::Stray(page.records),
            Err(_) if !*counts => Arrived::Stray(Records::default()),
            page => Arrived::Page(step.clone(), page),
        };
        self.0.pop_front();
        Poll::Ready(Some(arrived))
    }

    /// Lets the pages in flight arrive, although the walk no longer counts on them.
    pub(super) fn discount(&mut self) {
        for fetching in &mut self.0 {
            fetching.counts = false;
        }
    }

    /// Aborts all fetches in flight.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
