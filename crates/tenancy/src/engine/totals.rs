//! Compares the totals on the pages of a list with the records received.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::Total;
use crate::Page;

/// The totals so far, of a list whose paging does not depend on them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Totals {
    last: Option<u64>,
    largest: u64,
    /// Whether a page had a larger total than the page before it, and whether one had a smaller one.
    #[serde(default)]
    rose: bool,
    #[serde(default)]
    fell: bool,
    unclear: bool,
}

impl Totals {
    pub(super) fn take(&mut self, page: &Page) {
        self.unclear |= page.unclear;
        let Some(total) = page.total else { return };
        self.rose |= self.last.is_some_and(|before| before < total);
        self.fell |= self.last.is_some_and(|before| before > total);
        self.last = Some(total);
        self.largest = self.largest.max(total);
    }

    pub(super) fn last(&self) -> Option<u64> {
        self.last
    }

    /// Whether the totals show that this many tenants are what a list was left with. Totals that are all smaller count something else.
    pub(super) fn only_fell(&self, met: u64) -> bool {
        self.fell && !self.rose && self.largest >= met
    }

    pub(super) fn changed(&self) -> bool {
        self.rose || self.fell
    }

    /// Compares the totals with a list of this many tenants. Changing totals allow for tenants created or deleted meanwhile.
    pub(super) fn evidence(&self, met: u64) -> Total {
        let changed = self.changed();
        match self.last {
            None if self.unclear => Total::Unreadable,
            None => Total::Absent,
            Some(total) if total < met && !changed => Total::Contradicted(format!(
                "the provider says that there are {total} tenants, and sent {met}"
            )),
            Some(_) if self.largest > met && !changed => Total::Exceeds {
                total: self.largest,
                met,
            },
            Some(_) if self.largest > met + met / 50 + 1 => Total::Exceeds {
                total: self.largest,
                met,
            },
            Some(_) if self.largest < met => Total::Contradicted(format!(
                "the provider never says that there are more than {} tenants, and sent {met}",
                self.largest
            )),
            Some(_) => Total::Agrees,
        }
    }
}
