//! A list that arrives as one body.

use super::evidence::{Earlier, End, Evidence, Order};
use super::step::{Flow, Step, Tally};
use super::totals::Totals;
use super::walk::Walk;
use super::walk_state::WalkState;
use crate::{Error, Page, Position};

/// A list that arrives in one body. The body is a snapshot, so no tenant can be missed between pages. A total must agree with it.
#[derive(Debug, Default)]
pub(super) struct OneBody {
    asked: bool,
    met: u64,
    totals: Totals,
    maybe_cut: bool,
    missing: Option<String>,
    ambiguous: Option<String>,
}

impl Walk for OneBody {
    fn issue(&mut self) -> Option<Step> {
        let first = !std::mem::replace(&mut self.asked, true);
        first.then_some(Step {
            position: Position::Whole,
            start: 0,
            size: 0,
            again: false,
            beyond: false,
            may_be_beyond: false,
        })
    }

    fn accept(&mut self, _: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.met = records.distinct;
        self.totals.take(page);
        self.maybe_cut = page.maybe_cut;
        let repeated = records.sent - records.distinct;
        self.ambiguous = (repeated > 0)
            .then(|| format!("{repeated} records of one answer repeat another one to the letter"));
        self.missing = page.partial.clone().or_else(|| page.more.clone());
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        self.totals.last()
    }

    fn evidence(&self) -> Evidence {
        Evidence {
            end: match self.maybe_cut {
                true => End::Implied,
                false => End::Observed,
            },
            total: self.totals.evidence(self.met),
            order: Order::OneAnswer,
            moved: false,
            misplaced: None,
            ambiguous: self.ambiguous.clone(),
            missing: self.missing.clone(),
            is_empty: self.met == 0,
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::OneBody
    }
}
