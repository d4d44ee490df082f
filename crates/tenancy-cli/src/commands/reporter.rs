//! Shows the progress and the errors of a list, and at its end writes the report and the summary.

use std::collections::BTreeMap;
use std::io;

use tenancy::{ErrorKind, Listing, ListingError, ListingErrorKind, SourceReport};

use super::fail_on::failures;
use crate::args::FailOn;
use crate::exit::{Ending, Exit, Failure};
use crate::output::message;
use crate::output::progress::Progress;
use crate::output::report_file::{ReportFile, Written};
use crate::output::summary;

/// Shows what becomes of a list.
#[derive(Debug)]
pub(crate) struct Reporter {
    pub(crate) progress: Progress,
    /// The accounts whose list misses tenants, and the error that ended it if one did.
    failed: BTreeMap<String, Option<ErrorKind>>,
    report_file: Option<ReportFile>,
    fail_on: Vec<FailOn>,
    quiet: bool,
}

impl Reporter {
    /// Prepares for a list, and removes the report of an earlier one.
    pub(crate) fn new(
        report_file: Option<ReportFile>,
        progress: Progress,
        fail_on: &[FailOn],
        quiet: bool,
    ) -> Result<Self, Failure> {
        if let Some(file) = &report_file {
            file.remove_earlier()?;
        }
        Ok(Self {
            progress,
            failed: BTreeMap::new(),
            report_file,
            fail_on: fail_on.to_vec(),
            quiet,
        })
    }

    /// Updates the progress.
    pub(crate) fn update(&mut self, listing: &Listing) {
        self.progress.update(listing, &self.failed);
    }

    /// Records that tenants are missing. The summary names an account's error, but not the records that could not be read.
    pub(crate) fn note(&mut self, errors: impl IntoIterator<Item = ListingError>) {
        for error in errors {
            let failed = self.failed.entry(error.account.clone()).or_default();
            match &error.kind {
                ListingErrorKind::Record(_) => self.progress.error(&error.to_string()),
                ListingErrorKind::Account(error) => *failed = Some(error.kind()),
                _ => {}
            }
        }
    }

    /// Writes the report and the summary, to each line of which `remark` may add, and what `--fail-on` finds. Returns the exit
    /// code.
    pub(crate) fn conclude(
        self,
        written: &Written,
        ending: &Ending,
        exit: Exit,
        remark: impl Fn(&SourceReport) -> Option<String>,
    ) -> Exit {
        let mut exit = exit;
        if let Some(Err(error)) = self.report_file.map(|file| file.write(written)) {
            message::error(&error);
            exit = exit.or_partial();
        }
        for source in &written.report.sources {
            let line = summary::line(source) + &remark(source).unwrap_or_default();
            if self.failed.contains_key(&source.account) {
                message::error(&line);
            } else if !(source.complete && self.quiet || matches!(ending, Ending::Closed)) {
                message::line(&line);
            }
        }
        for account in written.excluded_accounts.iter().filter(|_| !self.quiet) {
            message::line(&format!("{account}: excluded"));
        }
        for failure in failures(&self.fail_on, &written.report) {
            message::error(&failure);
            if matches!(ending, Ending::Finished) {
                exit = exit.or_partial();
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
