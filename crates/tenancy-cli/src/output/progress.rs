//! A progress line on the terminal.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use client_runtime::{WaitReason, Waiting};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenancy::{ErrorKind, Listing};

use super::{controls, message};

/// How often the line is updated.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);
/// The shortest wait that is shown.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// A progress line on standard error, or nothing.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    updated: Option<Instant>,
}

impl Progress {
    /// Progress, shown if wanted and if standard error is a terminal.
    pub(crate) fn new(wanted: bool) -> Self {
        // indicatif hides what it would draw on anything but a terminal.
        let target = if wanted {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        // Cut off, not wrapped, if too long for the terminal.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(INTERVAL);
        }
        Self {
            bar,
            started: Instant::now(),
            updated: None,
        }
    }

    /// Whether the line is shown.
    pub(crate) fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Updates the line, at most once per interval. `failed` has the accounts with errors, and the error that ended a list.
    pub(crate) fn update(
        &mut self,
        listing: &Listing,
        failed: &BTreeMap<String, Option<ErrorKind>>,
    ) {
        let just_now = self
            .updated
            .is_some_and(|updated| updated.elapsed() < INTERVAL);
        if !self.is_shown() || just_now {
            return;
        }
        self.updated = Some(Instant::now());
        let report = listing.progress();
        let sum = |count: fn(&tenancy::SourceReport) -> u64| report.sources.iter().map(count).sum();
        let known = report.sources.iter().map(|source| match source.complete {
            true => Some(source.tenants),
            false => source.expected,
        });
        let reading = report.sources.iter().filter(|source| {
            let ended = failed.get(&source.account).copied().flatten().is_some();
            source.requests > 0 && !source.complete && !ended
        });
        let state = State {
            total: known.sum(),
            reading: reading.map(|source| source.account.clone()).collect(),
            tenants: sum(|source| source.tenants),
            pages: sum(|source| source.pages),
            complete: sum(|source| u64::from(source.complete)),
            accounts: sum(|_| 1),
            elapsed: self.started.elapsed(),
        };
        let waiting = listing.waiting();
        let wait = longest(waiting.iter()).map(|(account, waiting)| {
            describe(account.name(), account.provider().name(), *waiting)
        });
        let line = state.line(wait);
        self.bar.set_message(controls::escape(&line).into_owned());
    }

    /// Writes an error above the line.
    pub(crate) fn error(&self, text: &str) {
        self.bar.suspend(|| message::error(text));
    }

    /// Removes the line.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// The numbers of the line.
#[derive(Debug)]
struct State {
    tenants: u64,
    /// How many tenants there are, if every provider says so.
    total: Option<u64>,
    /// The accounts whose lists are being read.
    reading: Vec<String>,
    pages: u64,
    complete: u64,
    accounts: u64,
    elapsed: Duration,
}

impl State {
    /// The wait comes first: a narrow terminal cuts off the end.
    fn line(&self, wait: Option<String>) -> String {
        let seconds = self.elapsed.as_secs();
        let tenants = match self.total.filter(|total| *total > self.tenants) {
            Some(total) => {
                let share = self.tenants.saturating_mul(100) / total;
                format!("{} of {total} tenants ({share} %)", self.tenants)
            }
            None => format!("{} tenants", self.tenants),
        };
        let reading = match &self.reading[..] {
            [] => None,
            [account] => Some(format!("reading {account}")),
            [account, others @ ..] => Some(format!("reading {account} and {} more", others.len())),
        };
        let parts = [
            wait,
            Some(tenants),
            Some(format!("{} pages", self.pages)),
            // Meaningless in the first second.
            self.tenants
                .checked_div(seconds)
                .map(|rate| format!("{rate} tenants/s")),
            Some(format!(
                "{} of {} accounts complete",
                self.complete, self.accounts
            )),
            reading,
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The longest of the most important waits.
fn longest<'a, A>(waiting: impl Iterator<Item = &'a (A, Waiting)>) -> Option<&'a (A, Waiting)> {
    waiting
        .filter(|(_, waiting)| waiting.left >= SHORTEST_WAIT)
        .min_by_key(|(_, waiting)| (waiting.reason, std::cmp::Reverse(waiting.left)))
}

fn describe(account: &str, provider: &str, waiting: Waiting) -> String {
    let seconds = waiting.left.as_secs_f64().ceil();
    let why = match waiting.reason {
        WaitReason::Asked => format!("as {provider} requested"),
        WaitReason::Retry => format!("to retry {account}"),
        _ => format!("for the rate limit of {account}"),
    };
    format!("waiting {seconds} s {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_there_is_and_for_what_is_waited() {
        let mut state = State {
            tenants: 1240,
            total: None,
            reading: Vec::new(),
            pages: 13,
            complete: 1,
            accounts: 3,
            elapsed: Duration::from_millis(900),
        };
        assert_eq!(
            state.line(None),
            "1240 tenants, 13 pages, 1 of 3 accounts complete"
        );
        state.elapsed = Duration::from_secs(4);
        assert_eq!(
            state.line(Some("waiting 12 s as p requested".to_owned())),
            "waiting 12 s as p requested, 1240 tenants, 13 pages, 310 tenants/s, 1 of 3 accounts complete"
        );
        state.total = Some(28_000);
        state.reading = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(
            state.line(None),
            "1240 of 28000 tenants (4 %), 13 pages, 310 tenants/s, 1 of 3 accounts complete, reading a and 2 more"
        );
    }

    #[test]
    fn the_most_important_wait_is_shown_and_short_ones_are_not() {
        let wait = |millis, reason| ((), Waiting::new(Duration::from_millis(millis), reason));
        let shown =
            |waits: &[_]| longest(waits.iter()).map(|((), waiting)| describe("a", "p", *waiting));
        let asked = wait(11_200, WaitReason::Asked);
        let retry = wait(30_000, WaitReason::Retry);
        let rate = wait(2_000, WaitReason::RateLimit);
        assert_eq!(
            shown(&[rate, retry, asked]).as_deref(),
            Some("waiting 12 s as p requested")
        );
        assert_eq!(
            shown(&[retry, rate]).as_deref(),
            Some("waiting 30 s to retry a")
        );
        assert_eq!(shown(&[wait(900, WaitReason::Asked)]), None);
    }
}
