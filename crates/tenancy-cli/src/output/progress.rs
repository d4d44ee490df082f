//! Shows on a terminal how far a list has come.

use std::time::{Duration, Instant};

use client_runtime::{WaitReason, Waiting};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenancy::{Account, Listing};

use crate::{output::escape, output::message};

/// How often the numbers change.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);
/// A wait that is shorter than this is none to a person.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// A line on standard error that says how far the list has come, or nothing at all.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    updated: Option<Instant>,
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
        // A line that is too long for the terminal is cut off, and does not wrap.
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

    /// Whether anything is shown.
    pub(crate) fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows how far the list has come, if that was not shown just now.
    pub(crate) fn update(&mut self, listing: &Listing) {
        let just_now = self
            .updated
            .is_some_and(|updated| updated.elapsed() < INTERVAL);
        if !self.is_shown() || just_now {
            return;
        }
        self.updated = Some(Instant::now());
        let report = listing.progress();
        let sum = |count: fn(&tenancy::SourceReport) -> u64| report.sources.iter().map(count).sum();
        let state = State {
            tenants: sum(|source| source.tenants),
            pages: sum(|source| source.pages),
            complete: sum(|source| u64::from(source.complete)),
            accounts: sum(|_| 1),
            elapsed: self.started.elapsed(),
        };
        let wait = longest(&listing.waiting()).map(|(account, waiting)| told(account, waiting));
        self.bar.set_message(state.line(wait));
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

/// How far a list has come.
#[derive(Debug)]
struct State {
    tenants: u64,
    pages: u64,
    complete: u64,
    accounts: u64,
    elapsed: Duration,
}

impl State {
    /// The waiting stands first: it is what a person wonders about, and a narrow terminal cuts off the end.
    fn line(&self, wait: Option<String>) -> String {
        let seconds = self.elapsed.as_secs();
        let parts = [
            wait,
            Some(format!("{} tenants", self.tenants)),
            Some(format!("{} pages", self.pages)),
            // In the first second it would say nothing.
            self.tenants
                .checked_div(seconds)
                .map(|rate| format!("{rate} tenants a second")),
            Some(format!(
                "{} of {} accounts complete",
                self.complete, self.accounts
            )),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The weightiest wait, and of those the longest.
fn longest<'a>(waiting: &[(&'a Account, Waiting)]) -> Option<(&'a Account, Waiting)> {
    waiting
        .iter()
        .filter(|(_, waiting)| waiting.left >= SHORTEST_WAIT)
        .min_by_key(|(_, waiting)| (waiting.reason, std::cmp::Reverse(waiting.left)))
        .copied()
}

fn told(account: &Account, waiting: Waiting) -> String {
    let seconds = waiting.left.as_secs_f64().ceil();
    let why = match waiting.reason {
        WaitReason::Asked => format!("as {} asked", account.provider().name()),
        WaitReason::Retry => format!("to ask {} again", account.name()),
        _ => format!("to keep to the pace of {}", account.name()),
    };
    escape::terminal(&format!("waiting {seconds} s, {why}")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_there_is_and_for_what_is_waited() {
        let mut state = State {
            tenants: 1240,
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
            state.line(Some("waiting 12 s, as vobiz asked".to_owned())),
            "waiting 12 s, as vobiz asked, 1240 tenants, 13 pages, 310 tenants a second, 1 of 3 accounts complete"
        );
    }

    #[test]
    fn of_several_waits_the_one_that_was_asked_for_is_told_and_short_ones_are_not() {
        let client = vobiz_client::Client::connect(vobiz_client::Credentials::new("MA_1", "t"));
        let vobiz = tenancy::providers::Vobiz::new(client.unwrap(), "MA_1").unwrap();
        let account = Account::new("a\u{202e}b", vobiz).unwrap();
        let wait = |millis, reason| {
            (
                &account,
                Waiting::new(Duration::from_millis(millis), reason),
            )
        };
        let shown = |waits: &[_]| longest(waits).map(|(account, waiting)| told(account, waiting));
        let (asked, retry, pace) = (
            wait(11_200, WaitReason::Asked),
            wait(30_000, WaitReason::Retry),
            wait(2_000, WaitReason::RateLimit),
        );
        assert_eq!(
            shown(&[pace, retry, asked]).as_deref(),
            Some("waiting 12 s, as vobiz asked")
        );
        assert_eq!(
            shown(&[retry, pace]).as_deref(),
            Some("waiting 30 s, to ask a\\u{202e}b again")
        );
        assert_eq!(shown(&[wait(900, WaitReason::Asked)]), None);
    }
}
