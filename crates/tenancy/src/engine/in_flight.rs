//! The pages of one account that are under way, in the order in which they were asked for.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::walk::Step;
use crate::error::ErrorKind;
use crate::provider::{Arrival, Arrivals};
use crate::{Error, Page, PageRequest, Provider};

/// What bounds the pages of all accounts together, so that neither their requests nor what they brought pile up, however
/// many accounts there are.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    /// Requests that are under way.
    requests: Arc<Semaphore>,
    /// Pages that are fetched, or were and are not handed out yet: twice as many, so that the requests go on while the
    /// consumer is busy. Of each account only the page that comes next is counted.
    pages: Arc<Semaphore>,
}

/// The place of a page that is not handed out yet.
pub(super) type Place = Option<OwnedSemaphorePermit>;

impl Slots {
    /// At most this many requests at once.
    pub(crate) fn new(requests: u32) -> Self {
        let requests = requests as usize;
        Self {
            requests: Arc::new(Semaphore::new(requests)),
            pages: Arc::new(Semaphore::new(2 * requests)),
        }
    }
}

/// The pages of one account that are under way, in the order in which they were asked for.
///
/// Each is fetched by a task of its own, so that it comes while the consumer is busy with the one before it. The tasks end
/// when this is dropped.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    pages: VecDeque<(Step, Task)>,
}

#[derive(Debug)]
struct Task {
    page: JoinHandle<(Result<Page, Error>, Place)>,
    arrivals: mpsc::Receiver<Arrival>,
}

/// What comes next of the page that was asked for first.
#[derive(Debug)]
pub(super) enum Arrived {
    /// Some of its records; it is not whole yet.
    Part(Arrival),
    /// All that is left of it. Its place is free once that is handed out.
    Page(Step, Result<Page, Error>, Place),
}

impl Drop for Task {
    fn drop(&mut self) {
        self.page.abort();
    }
}

impl InFlight {
    pub(super) fn len(&self) -> usize {
        self.pages.len()
    }

    /// Sets out to fetch a page, as soon as the listing as a whole has few enough requests under way.
    pub(super) fn launch(
        &mut self,
        step: Step,
        provider: Arc<dyn Provider>,
        request: PageRequest,
        slots: Slots,
    ) {
        let comes_next = self.pages.is_empty();
        let (sender, arrivals) = Arrivals::channel();
        let page = tokio::spawn(async move {
            // Nobody closes the semaphores.
            let place = match comes_next {
                true => slots.pages.acquire_owned().await.ok(),
                false => None,
            };
            let _slot = slots.requests.acquire_owned().await;
            (provider.fetch(&request, &sender).await, place)
        });
        self.pages.push_back((step, Task { page, arrivals }));
    }

    /// What comes next of the page that was asked for first, once it is there; nothing if none is under way.
    pub(super) async fn next(&mut self) -> Option<Arrived> {
        let (_, task) = self.pages.front_mut()?;
        if let Some(arrival) = task.arrivals.recv().await {
            return Some(Arrived::Part(arrival));
        }
        let (page, place) = match (&mut task.page).await {
            Ok(fetched) => fetched,
            Err(failure) if failure.is_panic() => resume_unwind(failure.into_panic()),
            Err(_) => {
                let error = Error::new(
                    ErrorKind::Configuration,
                    "the runtime was shut down while a page was fetched",
                );
                (Err(error), None)
            }
        };
        let (step, _) = self.pages.pop_front()?;
        Some(Arrived::Page(step, page, place))
    }

    /// Gives up what is under way.
    pub(super) fn clear(&mut self) {
        self.pages.clear();
    }
}
