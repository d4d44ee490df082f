//! The summary of a sync: one line an account, and where it is recorded.

use tenancy::{Certainty, SourceReport};
use tenancy_store::{AccountKey, Address, Conclusion, Run};

use super::preparation::name;
use super::recorder::Recorded;
use crate::{output::message, output::summary};

/// What there is to say.
pub(super) struct Summary<'a> {
    pub(super) recorded: &'a Recorded,
    /// The accounts that another sync is at work on.
    pub(super) busy: &'a [AccountKey],
    pub(super) run: Run,
    pub(super) address: &'a Address,
    /// Nothing about complete accounts.
    pub(super) quiet: bool,
}

impl Summary<'_> {
    pub(super) fn write(&self) {
        for source in &self.recorded.report.sources {
            let line = self.line(source);
            if self.recorded.faulty.contains(&source.account) {
                message::error(&line);
            } else if !(source.complete && self.quiet) {
                message::line(&line);
            }
        }
        for account in self.busy {
            message::error(&format!(
                "{}: left out, because another sync is at work on it; --wait waits for that one",
                name(account)
            ));
        }
        if !self.quiet && !self.recorded.conclusions.is_empty() {
            message::line(&format!("run {} in {}", self.run.number, self.address));
        }
    }

    fn line(&self, source: &SourceReport) -> String {
        let line = summary::line(source);
        let conclusions = self.recorded.conclusions.iter();
        let conclusion = conclusions
            .filter(|(account, _)| account.account == source.account)
            .map(|(_, conclusion)| conclusion)
            .next();
        match conclusion {
            Some(conclusion) => format!("{line}; {}", recorded(source, conclusion)),
            None => format!("{line}; not recorded"),
        }
    }
}

fn recorded(source: &SourceReport, conclusion: &Conclusion) -> String {
    let mut text = format!(
        "{} created, {} changed, {} gone, {} back, {} unchanged",
        conclusion.created,
        conclusion.changed,
        conclusion.gone,
        conclusion.back,
        conclusion.unchanged
    );
    if conclusion.missing > 0 {
        let why = if source.complete && source.certainty == Certainty::Assumed {
            "only cursors vouch for the list, and --verify reads it again"
        } else {
            "the list was not complete"
        };
        text.push_str(&format!(
            "; {} not found and not marked gone: {why}",
            conclusion.missing
        ));
    }
    if conclusion.goes_on {
        text.push_str("; the next run goes on from there");
    }
    text
}
