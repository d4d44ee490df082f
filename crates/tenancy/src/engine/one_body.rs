//! A list that comes whole in one body.

use super::walk::{Conclusion, Doubt, Flow, Records, Step};
use crate::error::ErrorKind;
use crate::{Certainty, Error, Page, Position};

/// A list that comes whole in one body: a snapshot, so nothing can slip past between pages. Where the provider tells a
/// total, it has to agree.
#[derive(Debug, Default)]
pub(super) struct OneBody {
    asked: bool,
    read: Option<(Records, Option<u64>)>,
}

impl OneBody {
    pub(super) fn issue(&mut self) -> Option<Step> {
        let first = !std::mem::replace(&mut self.asked, true);
        first.then_some(Step {
            position: Position::Whole,
            size: 0,
            again: false,
        })
    }

    pub(super) fn accept(&mut self, page: &Page, records: Records) -> Flow {
        self.read = Some((records, page.total));
        Flow::GoOn
    }

    pub(super) fn expected(&self) -> Option<u64> {
        self.read.and_then(|(_, total)| total)
    }

    pub(super) fn conclude(&self) -> Conclusion {
        let doubt = match self.read {
            Some((records, Some(total))) if total != records.different => {
                let error = Error::new(
                    ErrorKind::Inconsistent,
                    format!(
                        "the provider says that there are {total} tenants, and sent {}",
                        records.different
                    ),
                );
                Some(if total > records.different {
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
}
