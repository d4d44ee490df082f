//! Drives a listing for `list` and `sync`: feeds its tenants to a receiver, shows progress, and stops at a signal.

use std::collections::BTreeMap;
use std::io;

use futures::{FutureExt, StreamExt};
use tenancy::{ErrorKind, Incomplete, Listing, ListingError, ListingErrorKind, Tenant};
use tokio::time::timeout;

use crate::exit::{Ending, Exit, Failure};
use crate::output::message;
use crate::output::progress::{INTERVAL, Progress};
use crate::output::report_file::{ReportFile, Written};
use crate::output::summary;
use crate::signals::Signals;

/// Takes the tenants of a listing. A call that a signal cancels loses nothing that was taken.
pub(crate) trait Receiver {
    /// Why a listing stops if the receiver cannot write.
    const UNWRITABLE: &str;

    /// Takes a tenant.
    fn take(&mut self, tenant: Box<Tenant>) -> Result<(), Ending>;
    /// Whether no further tenant is wanted.
    fn is_satisfied(&self) -> bool {
        false
    }
    /// Writes what was taken if there is enough of it, or if no further tenant has arrived yet.
    async fn flush(&mut self, run: &ListRun, idle: bool) -> Result<(), Ending>;
    /// Writes the rest of a list that was read to its end.
    async fn finish(&mut self, run: &ListRun) -> Result<(), Ending>;
    /// Writes what can still be written of a list that was not read to its end.
    async fn abort(&mut self, run: &ListRun, ending: &Ending);
}

/// A listing that is being read.
#[derive(Debug)]
pub(crate) struct ListRun {
    pub(crate) listing: Listing,
    pub(crate) progress: Progress,
    /// The accounts that whose list misses tenants, and the error that ended it if one did.
    pub(crate) failed: BTreeMap<String, Option<ErrorKind>>,
    report_file: Option<ReportFile>,
    quiet: bool,
}

impl ListRun {
    /// Prepares a listing to read, and removes the report of an earlier one.
    pub(crate) fn new(
        listing: Listing,
        report_file: Option<ReportFile>,
        progress: Progress,
        quiet: bool,
    ) -> Result<Self, Failure> {
        if let Some(file) = &report_file {
            file.remove_earlier()?;
        }
        Ok(Self {
            listing,
            progress,
            failed: BTreeMap::new(),
            report_file,
            quiet,
        })
    }

    /// Reads the listing until it ends, the receiver is satisfied or fails, or a signal arrives. A second
    /// signal abandons the receiver.
    pub(crate) async fn read<R: Receiver>(&mut self, receiver: &mut R) -> Ending {
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return Ending::Unwritable(format!("cannot listen for signals: {error}")),
        };
        let ending = tokio::select! {
            biased;
            exit = signals.next() => Ending::Interrupted(exit),
            read = self.feed(receiver) => read.err().unwrap_or(Ending::Finished),
        };
        self.progress.finish();
        self.listing.stop(match &ending {
            Ending::Finished => return ending,
            Ending::Closed => "the output was closed",
            Ending::Unwritable(_) => R::UNWRITABLE,
            Ending::Interrupted(_) => "interrupted",
        });
        tokio::select! {
            biased;
            _ = signals.next() => {}
            () = receiver.abort(self, &ending) => {}
        }
        ending
    }

    async fn feed(&mut self, receiver: &mut impl Receiver) -> Result<(), Ending> {
        while !receiver.is_satisfied() {
            let item = match self.listing.next().now_or_never() {
                Some(item) => item,
                None => {
                    self.note_errors();
                    receiver.flush(self, true).await?;
                    self.next().await
                }
            };
            self.note_errors();
            match item {
                Some(Ok(tenant)) => receiver.take(tenant)?,
                Some(Err(incomplete)) => self.note(incomplete.errors),
                None => break,
            }
            receiver.flush(self, false).await?;
        }
        // The progress line occupies the place of the rows.
        self.progress.finish();
        receiver.finish(self).await
    }

    async fn next(&mut self) -> Option<Result<Box<Tenant>, Incomplete>> {
        loop {
            self.note_errors();
            self.progress.update(&self.listing, &self.failed);
            if !self.progress.is_shown() {
                return self.listing.next().await;
            }
            if let Ok(item) = timeout(INTERVAL, self.listing.next()).await {
                return item;
            }
        }
    }

    fn note_errors(&mut self) {
        let errors = self.listing.take_errors();
        self.note(errors);
    }

    /// Records that tenants are missing. The summary names an account's error, but not the records that could not be read.
    fn note(&mut self, errors: Vec<ListingError>) {
        for error in errors {
            let failed = self.failed.entry(error.account.clone()).or_default();
            match &error.kind {
                ListingErrorKind::Record(_) => self.progress.error(&error.to_string()),
                ListingErrorKind::Account(error) => *failed = Some(error.kind()),
                _ => {}
            }
        }
    }

    /// Writes the report and the summary, to each line of which `remark` may add. Returns the exit code.
    pub(crate) fn conclude(
        self,
        written: &Written,
        ending: &Ending,
        exit: Exit,
        remark: impl Fn(&tenancy::SourceReport) -> Option<String>,
    ) -> Exit {
        let mut exit = exit;
        if let Some(Err(error)) = self.report_file.map(|file| file.write(written)) {
            message::error(&error);
            if exit == Exit::Complete {
                exit = Exit::Partial;
            }
        }
        for source in &written.report.sources {
            let line = summary::line(source) + &remark(source).unwrap_or_default();
            if self.failed.contains_key(&source.account) {
                message::error(&line);
            } else if !(source.complete && self.quiet || matches!(ending, Ending::Closed)) {
                message::line(&line);
            }
        }
        exit
    }
}

/// Runs a future to its end. Name resolution that still runs is abandoned.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Timers run between tasks, by default after 61 of them: a server that floods a connection would delay its own deadline.
        .event_interval(5)
        .enable_all()
        .build()
        .map_err(|error: io::Error| {
            Failure::machine(format!("cannot start the async runtime: {error}"))
        })?;
    let output = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(output)
}
