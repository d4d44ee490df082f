//! The pages of one account that are under way, in the order in which they were asked for.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::walk::Step;
use crate::error::ErrorKind;
use crate::provider::{Arrival, Arrivals};
use crate::{Error, Page, PageRequest, Provider};

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
    page: JoinHandle<Result<Page, Error>>,
    arrivals: mpsc::Receiver<Arrival>,
}

/// What comes next of the page that was asked for first.
#[derive(Debug)]
pub(super) enum Arrived {
    /// Some of its records; it is not whole yet.
    Part(Arrival),
    /// All that is left of it.
    Page(Step, Result<Page, Error>),
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
        slots: Arc<Semaphore>,
    ) {
        let (sender, arrivals) = Arrivals::channel();
        let page = tokio::spawn(async move {
            let _slot = slots.acquire_owned().await;
            provider.fetch(&request, &sender).await
        });
        self.pages.push_back((step, Task { page, arrivals }));
    }

    /// What comes next of the page that was asked for first, once it is there; nothing if none is under way.
    pub(super) async fn next(&mut self) -> Option<Arrived> {
        let (_, task) = self.pages.front_mut()?;
        if let Some(arrival) = task.arrivals.recv().await {
            return Some(Arrived::Part(arrival));
        }
        let page = match (&mut task.page).await {
            Ok(page) => page,
            Err(failure) if failure.is_panic() => resume_unwind(failure.into_panic()),
            Err(_) => Err(Error::new(
                ErrorKind::Configuration,
                "the runtime was shut down while a page was fetched",
            )),
        };
        let (step, _) = self.pages.pop_front()?;
        Some(Arrived::Page(step, page))
    }

    /// Gives up what is under way.
    pub(super) fn clear(&mut self) {
        self.pages.clear();
    }
}
