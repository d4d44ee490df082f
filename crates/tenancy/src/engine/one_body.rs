//! A list that arrives as one body.

use super::evidence::{Earlier, End, Evidence, Order, Total};
use super::state::WalkState;
use super::step::{Flow, Step, Tally};
use super::walk::Walk;
use crate::{Error, Page, Position};

/// A list that comes whole in one body: a snapshot, so nothing can slip past between pages. A total has to agree with it.
#[derive(Debug, Default)]
pub(super) struct OneBody {
    asked: bool,
    met: u64,
    total: Option<u64>,
    unclear: bool,
    missing: Option<String>,
}

impl Walk for OneBody {
    fn issue(&mut self) -> Option<Step> {
        let first = !std::mem::replace(&mut self.asked, true);
        first.then_some(Step {
            position: Position::Whole,
            size: 0,
            again: false,
            beyond: false,
        })
    }

    fn accept(&mut self, _: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.met = records.distinct;
        self.total = page.total;
        self.unclear = page.unclear;
        self.missing = page.partial.clone().or_else(|| page.more.clone());
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        self.total
    }

    fn evidence(&self) -> Evidence {
        let met = self.met;
        Evidence {
            end: End::Observed,
            total: match self.total {
                None if self.unclear => Total::Unreadable,
                None => Total::Absent,
                Some(total) if total > met => Total::Exceeds { total, met },
                Some(total) if total < met => Total::Contradicted(format!(
                    "the provider says that there are {total} tenants, and sent {met}"
                )),
                Some(_) => Total::Agrees,
            },
            order: Order::OneAnswer,
            moved: false,
            missing: self.missing.clone(),
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::OneBody
    }
}
