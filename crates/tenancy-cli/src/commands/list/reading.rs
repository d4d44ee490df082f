//! Reads a listing and writes what is wanted of it.

use std::collections::HashSet;
use std::future::pending;
use std::io;
use std::time::Duration;

use futures::{FutureExt, Stream, StreamExt};
use tenancy::{Fault, FaultKind, Listing};
use tokio::time::timeout;

use crate::commands::list::rows::Rows;
use crate::exit::Ending;
use crate::output::Format;
use crate::output::progress::{INTERVAL, Progress};
use crate::output::sink::{Destination, Sink};

/// How long whoever reads the output has, after Ctrl-C, to take what is on its way.
const GRACE: Duration = Duration::from_secs(1);

/// What a listing gives.
type Item = <Listing as Stream>::Item;

/// A list that is being read and written.
pub(crate) struct Reading {
    pub(crate) format: Box<dyn Format>,
    pub(crate) rows: Rows,
    pub(crate) sink: Sink,
    /// The accounts of which something is missing by their own fault.
    pub(crate) failed: HashSet<String>,
    pub(crate) progress: Progress,
    /// Whether a row is kept until the end.
    kept: bool,
}

/// How a reading ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) ending: Ending,
    /// Where everything that was listed has been written; nothing where it was not.
    pub(crate) delivered: Option<Destination>,
}

impl Reading {
    pub(crate) fn new(format: Box<dyn Format>, rows: Rows, sink: Sink, progress: Progress) -> Self {
        Self {
            format,
            rows,
            sink,
            failed: HashSet::new(),
            progress,
            kept: false,
        }
    }

    /// Reads the listing to its end, to the limit, or until something breaks it off.
    pub(crate) async fn run(&mut self, listing: &mut Listing) -> Ended {
        let read = tokio::select! {
            biased;
            () = interrupted() => None,
            read = self.read(listing) => Some(read),
        };
        self.progress.finish();
        let (ending, delivered) = match read {
            Some(Ok(destination)) => (Ending::Finished, Some(destination)),
            Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => (Ending::Closed, None),
            Some(Err(error)) => (Ending::Unwritable(error), None),
            None => (Ending::Interrupted, self.deliver().await),
        };
        Ended { ending, delivered }
    }

    async fn read(&mut self, listing: &mut Listing) -> io::Result<Destination> {
        self.format.begin(self.sink.buffer())?;
        while !self.rows.is_full()
            && let Some(item) = self.next(listing).await?
        {
            match item {
                Ok(tenant) => {
                    self.rows
                        .take(tenant, &mut *self.format, self.sink.buffer())?;
                    self.kept |= self.format.keeps() || self.rows.keeps();
                }
                Err(fault) => self.note(fault),
            }
            if self.sink.is_full() {
                self.sink.pass_on().await?;
            }
        }
        // It stands where the rows are to be.
        self.progress.finish();
        self.rows.end(&mut *self.format, self.sink.buffer())?;
        self.format.end(self.sink.buffer())?;
        self.kept = false;
        self.sink.finish().await
    }

    /// The next item. Before it is waited for, what is there is passed on.
    async fn next(&mut self, listing: &mut Listing) -> io::Result<Option<Item>> {
        if let Some(item) = listing.next().now_or_never() {
            return Ok(item);
        }
        self.sink.pass_on().await?;
        loop {
            self.progress.update(listing);
            if !self.progress.is_shown() {
                return Ok(listing.next().await);
            }
            if let Ok(item) = timeout(INTERVAL, listing.next()).await {
                return Ok(item);
            }
        }
    }

    /// Notes that something is missing. The summary says why an account failed, and not which records could not be read.
    fn note(&mut self, fault: Fault) {
        if let FaultKind::Record(_) = fault.kind {
            self.progress.error(&fault.to_string());
        }
        self.failed.insert(fault.account);
    }

    /// Writes what is on its way, after Ctrl-C. A second one, or a reader who does not read, ends that too.
    async fn deliver(&mut self) -> Option<Destination> {
        if self.kept {
            return None;
        }
        tokio::select! {
            biased;
            () = interrupted() => None,
            written = timeout(GRACE, self.sink.finish()) => written.ok()?.ok(),
        }
    }
}

/// Waits for Ctrl-C.
pub(crate) async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Where it cannot be waited for, it ends the command by itself.
        pending().await
    }
}
