//! Decodes batches of records on as many cores as there are, and keeps their order.

use std::collections::VecDeque;
use std::future::{pending, ready};
use std::panic::resume_unwind;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesOrdered, StreamExt};

use super::reader::Work;
use crate::provider::Entry;

/// Fewer bytes than this are decoded sooner than handed to another thread.
const WORTHWHILE: usize = 16 * 1024;
/// A body of fewer bytes is decoded where it is: there are others beside it.
const SMALL_BODY: usize = 256 * 1024;

/// How many batches are decoded at once.
static LANES: LazyLock<usize> =
    LazyLock::new(|| available_parallelism().map_or(1, usize::from).min(8));

/// Batches on their way to be tenants, in order.
pub(super) struct Decoding {
    waiting: VecDeque<Work>,
    running: FuturesOrdered<BoxFuture<'static, Vec<Entry>>>,
    /// How many batches are decoded at once, each on a thread of its own.
    lanes: usize,
}

impl Decoding {
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            running: FuturesOrdered::new(),
            lanes: *LANES,
        }
    }

    /// Whether there is less to do than can be done at once.
    pub(super) fn is_short(&self) -> bool {
        self.waiting.is_empty() && self.running.len() < self.lanes
    }

    /// Whether other threads are worth their while, after so many bytes of a body.
    pub(super) fn is_worthwhile_after(&self, received: usize) -> bool {
        self.lanes > 1 && received >= SMALL_BODY
    }

    /// Adds records to be decoded.
    pub(super) fn add(&mut self, work: Vec<Work>) {
        self.waiting.extend(work);
        self.start();
    }

    /// The records of the next batch; nothing where there is none.
    pub(super) async fn next(&mut self) -> Option<Vec<Entry>> {
        let entries = self.running.next().await;
        self.start();
        entries
    }

    fn start(&mut self) {
        while self.running.len() < self.lanes
            && let Some(work) = self.waiting.pop_front()
        {
            self.running.push_back(decode(work));
        }
    }
}

/// Makes the tenants, on another thread where that is worth it.
fn decode(work: Work) -> BoxFuture<'static, Vec<Entry>> {
    if work.bytes() < WORTHWHILE {
        return ready(work.run()).boxed();
    }
    let task = tokio::task::spawn_blocking(move || work.run());
    async {
        match task.await {
            Ok(entries) => entries,
            Err(failure) if failure.is_panic() => resume_unwind(failure.into_panic()),
            // The runtime is shutting down, and whoever waits for the records with it.
            Err(_) => pending().await,
        }
    }
    .boxed()
}
