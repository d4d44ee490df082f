//! A list that arrives as one body.

use super::state::WalkState;
use super::step::{Conclusion, Doubt, Flow, Step, Tally};
use super::walk::Walk;
use crate::error::ErrorKind;
use crate::{Certainty, Error, Page, Position};

/// A list that comes whole in one body: a snapshot, so nothing can slip past between pages. A total has to agree with it.
#[derive(Debug, Default)]
pub(super) struct OneBody {
    asked: bool,
    read: Option<(Tally, Option<u64>)>,
}

impl Walk for OneBody {
    fn issue(&mut self) -> Option<Step> {
        let first = !std::mem::replace(&mut self.asked, true);
        first.then_some(Step {
            position: Position::Whole,
            size: 0,
            again: false,
        })
    }

    fn accept(&mut self, _: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.read = Some((records, page.total));
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        self.read.and_then(|(_, total)| total)
    }

    fn conclude(&self) -> Conclusion {
        let doubt = match self.read {
            Some((records, Some(total))) if total != records.distinct => {
                let error = Error::new(
                    ErrorKind::Inconsistent,
                    format!(
                        "the provider says that there are {total} tenants, and sent {}",
                        records.distinct
                    ),
                );
                Some(if total > records.distinct {
                    Doubt::Missing(error)
                } else {
                    Doubt::Settleable(error)
                })
            }
            _ => None,
        };
        Conclusion {
            certainty: Certainty::Proved,
            doubt,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::OneBody
    }
}
