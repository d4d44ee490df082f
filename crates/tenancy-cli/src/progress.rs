//! Shows on a terminal how far a list has come.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenancy::Listing;

use crate::message;

/// How often the numbers change.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);

/// A line on standard error that says how far the list has come, or nothing at all.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    updated: Instant,
}

impl Progress {
    /// Progress that is shown only if it is wanted and standard error is a terminal.
    pub(crate) fn new(wanted: bool) -> Self {
        // indicatif hides what it would draw on anything but a terminal.
        let target = if wanted {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(ProgressStyle::default_spinner());
        if !bar.is_hidden() {
            bar.enable_steady_tick(INTERVAL);
        }
        Self {
            bar,
            updated: Instant::now(),
        }
    }

    /// Whether anything is shown.
    pub(crate) fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows how far the list has come, if that was not shown just now.
    pub(crate) fn update(&mut self, listing: &Listing) {
        if self.bar.is_hidden() || self.updated.elapsed() < INTERVAL {
            return;
        }
        self.updated = Instant::now();
        let report = listing.progress();
        let tenants: u64 = report.sources.iter().map(|source| source.tenants).sum();
        let pages: u64 = report.sources.iter().map(|source| source.pages).sum();
        let complete = report
            .sources
            .iter()
            .filter(|source| source.complete)
            .count();
        let accounts = report.sources.len();
        self.bar.set_message(format!(
            "{tenants} tenants, {pages} pages, {complete} of {accounts} accounts complete"
        ));
    }

    /// Writes an error without tearing the line.
    pub(crate) fn error(&self, text: &str) {
        self.bar.suspend(|| message::error(text));
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
