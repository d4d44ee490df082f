//! Reads the body of a list off the wire.
//!
//! A page is decoded by the task that fetches it; a body that holds a whole list, on as many cores as there are.

use std::collections::VecDeque;
use std::future::{pending, ready};
use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use client_runtime::{Chunk, Download};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesOrdered, StreamExt};
use progenitor_client::{ByteStream, ResponseValue};
use serde::de::IgnoredAny;

use super::mapping::Mapping;
use super::reader::{Reader, Work};
use super::rest::Member;
use crate::Error;
use crate::provider::{Arrivals, Entry, LeftOut, Page};

/// Fewer bytes than this are decoded sooner than handed to another thread.
const WORTHWHILE: usize = 16 * 1024;

/// How many batches are decoded at once.
static LANES: LazyLock<usize> =
    LazyLock::new(|| available_parallelism().map_or(1, usize::from).min(8));

/// Where the records of a body go.
enum Sink<'a> {
    /// Into the page.
    Page(Vec<Entry>),
    /// To whoever waits for them, as they arrive.
    Streamed(&'a Arrivals),
}

impl Sink<'_> {
    async fn take(&mut self, mut entries: Vec<Entry>) {
        match self {
            Self::Page(records) => records.append(&mut entries),
            Self::Streamed(arrivals) => arrivals.records(entries).await,
        }
    }

    async fn begin_anew(&mut self) {
        match self {
            Self::Page(records) => records.clear(),
            Self::Streamed(arrivals) => arrivals.again().await,
        }
    }

    fn into_page(self) -> Vec<Entry> {
        match self {
            Self::Page(records) => records,
            Self::Streamed(_) => Vec::new(),
        }
    }
}

/// Batches on their way to be tenants, in order.
struct Decoding {
    waiting: VecDeque<Work>,
    running: FuturesOrdered<BoxFuture<'static, Vec<Entry>>>,
    /// How many batches are decoded at once, each on a thread of its own; one is decoded where it is.
    lanes: usize,
}

impl Decoding {
    fn new(lanes: usize) -> Self {
        Self {
            waiting: VecDeque::new(),
            running: FuturesOrdered::new(),
            lanes,
        }
    }

    /// Whether there is less to do than can be done at once.
    fn is_short(&self) -> bool {
        self.waiting.is_empty() && self.running.len() < self.lanes
    }

    fn add(&mut self, work: Vec<Work>) {
        self.waiting.extend(work);
        self.start();
    }

    /// The records of the next batch; nothing where there is none.
    async fn next(&mut self) -> Option<Vec<Entry>> {
        let entries = self.running.next().await;
        self.start();
        entries
    }

    fn start(&mut self) {
        while self.running.len() < self.lanes
            && let Some(work) = self.waiting.pop_front()
        {
            self.running.push_back(self.decode(work));
        }
    }

    /// Makes the tenants, on another thread where that is worth it.
    fn decode(&self, work: Work) -> BoxFuture<'static, Vec<Entry>> {
        if self.lanes == 1 || work.bytes() < WORTHWHILE {
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
}

/// Reads a page. Its records come with it, or, where there are `arrivals`, as they arrive.
pub(crate) async fn fetch<A, F, E>(
    mut download: Download<A>,
    mapping: Arc<dyn Mapping>,
    arrivals: Option<&Arrivals>,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Page, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Result<ResponseValue<ByteStream>, progenitor_client::Error<E>>>,
{
    let mut sink = arrivals.map_or(Sink::Page(Vec::new()), Sink::Streamed);
    let mut reader = Reader::new(mapping.clone());
    let lanes = arrivals.map_or(1, |_| *LANES);
    let mut decoding = Decoding::new(lanes);
    let rest = loop {
        let chunk = tokio::select! {
            biased;
            Some(entries) = decoding.next() => {
                sink.take(entries).await;
                continue;
            }
            chunk = download.chunk(), if decoding.is_short() => chunk.map_err(&explain)?,
        };
        let read = match &chunk {
            Chunk::Bytes(bytes) => reader.push(bytes).map(|work| (work, None)),
            Chunk::End => reader.end().map(|(work, rest)| (work, Some(rest))),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                decoding = Decoding::new(lanes);
                sink.begin_anew().await;
                continue;
            }
        };
        match read {
            Ok((work, rest)) => {
                decoding.add(work);
                if let Some(rest) = rest {
                    break rest;
                }
            }
            Err(_) => download.not_json().map_err(&explain)?,
        }
    };
    let mut page = mapping.page(&rest)?;
    if let Member::Odd(reason) = rest.member::<Vec<IgnoredAny>>(mapping.records()) {
        let path = format!("/{}", mapping.records());
        page.left_out.push(LeftOut::new(path, reason));
    }
    while let Some(entries) = decoding.next().await {
        sink.take(entries).await;
    }
    Ok(Page {
        records: sink.into_page(),
        ..page
    })
}
