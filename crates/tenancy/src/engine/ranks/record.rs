//! What a walk over ranks has observed so far.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::evidence::{Earlier, End, Evidence, Order, Total};
use super::super::keys::Keys;
use super::super::step::Tally;
use super::answer::{Answer, has_repeats};
use super::numbering::Numbering;
use crate::{Page, StatedOrder};

/// What the answers have shown so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RanksRecord {
    /// How the totals contradict the records.
    pub(super) contradictory: Option<String>,
    /// How the place that a page states contradicts the request.
    pub(super) misplaced: Option<String>,
    pub(super) numbering: Numbering,
    /// Whether the totals changed so often that they brought no progress.
    pub(in crate::engine) wobbles: bool,
    pub(super) unclear: bool,
    pub(super) missing: Option<String>,
    /// The field on the furthest page that names further records.
    pub(super) more: Option<String>,
    /// How much the total rose in all, and how much it fell.
    pub(super) rises: u64,
    pub(super) falls: u64,
    /// Whether the walk began anew because the page size changed.
    pub(super) resized: bool,
    /// Whether a page was skipped that stayed short.
    pub(super) skipped: bool,
    /// Whether the last page with records was not full.
    pub(super) short: bool,
    pub(super) largest_total: u64,
    /// How many records were received again on pages that were read for the first time.
    pub(super) repeats: u64,
    pub(super) pages: u64,
    /// The number of consecutive pages without progress.
    pub(super) stalls: u32,
    /// The number of distinct tenants that this walk has met.
    pub(super) met: u64,
    /// The number of them on one page that stated it was the whole list.
    pub(super) snapshot: u64,
    /// The furthest rank that any answer reached.
    pub(super) reached: u64,
    pub(super) end_seen: bool,
    pub(super) keys: Keys,
}

impl RanksRecord {
    /// Records what an answer shows, whether or not it counts. `fresh` is true if its page was not read before.
    pub(super) fn observe(&mut self, answer: &Answer, page: &Page, records: Tally, fresh: bool) {
        if self.missing.is_none() {
            self.missing.clone_from(&page.partial);
        }
        self.unclear |= page.unclear;
        self.largest_total = self.largest_total.max(answer.total.unwrap_or_default());
        if let Some(why) = answer.misplaced(page, records) {
            self.misplaced.get_or_insert(why);
        }
        let has_nothing_new = fresh && answer.has_nothing_new(records);
        // After a page that was not full, this one is the last one again.
        if has_nothing_new && !self.short {
            let name = answer.name();
            self.miss(format!(
                "{name} had nothing that was not on the pages before it"
            ));
        }
        if has_nothing_new && !has_repeats(records) {
            return;
        }
        self.reached = self.reached.max(answer.end);
        if !fresh {
            return;
        }
        self.more.clone_from(&page.more);
        self.keys.append(records.keys);
        self.repeats += records.known();
        if answer.start == 0 && answer.total == Some(answer.end) {
            self.snapshot = answer.end;
        }
    }

    /// Compares a total with the one before.
    pub(super) fn compare(&mut self, before: u64, total: u64) {
        self.rises += total.saturating_sub(before);
        self.falls += before.saturating_sub(total);
    }

    pub(super) fn contradict(&mut self, why: impl FnOnce() -> String) {
        self.contradictory.get_or_insert_with(why);
    }

    pub(super) fn miss(&mut self, why: String) {
        self.missing.get_or_insert(why);
    }

    /// Returns the evidence for and against a complete list with this order and this last total.
    pub(super) fn evidence(&self, stated: StatedOrder, total: Option<u64>) -> Evidence {
        let is_snapshot = self.snapshot == self.met && total == Some(self.met);
        let order = match stated {
            _ if is_snapshot => Order::OneAnswer,
            // Only a tenant created meanwhile moves another one to a later page.
            StatedOrder::NewestFirst
                if self.keys.are_newest_first() && self.repeats <= self.rises =>
            {
                Order::NewestFirst
            }
            StatedOrder::OldestFirst if self.keys.are_oldest_first() => Order::OldestFirst,
            StatedOrder::Unstated => Order::Unstated,
            _ => Order::Unverified,
        };
        // Totals that are all smaller count something else.
        let fell = self.falls > 0;
        let only_fell = fell && self.rises == 0 && self.largest_total >= self.met;
        let is_moved = self.repeats > 0 || self.resized || only_fell;
        // Whether a total counted tenants that this walk never met. A total that lags behind the list may hide that they still exist.
        let is_unmet = fell && self.met < total.unwrap_or_default() + self.falls;
        // Totals that change follow a list, or say nothing at all. Newest first, they prove which.
        let (total, moved) = match self.total(total) {
            Total::Agrees if order == Order::NewestFirst => (Total::Agrees, is_unmet),
            Total::Agrees if order != Order::OneAnswer && (self.rises > 0 || fell) => {
                (Total::changed(), is_moved)
            }
            total => (total, is_moved),
        };
        Evidence {
            end: match self.end_seen {
                true => End::Observed,
                false => End::NotObserved,
            },
            total,
            order,
            moved,
            misplaced: self
                .misplaced
                .clone()
                .or_else(|| self.numbering.misplaced()),
            ambiguous: self.numbering.ambiguous(),
            missing: self.missing.clone().or_else(|| self.more.clone()),
            is_empty: self.met == 0,
            earlier: Earlier::None,
        }
    }

    /// Compares the totals with the tenants met. A contradicted total can still show that tenants are missing, with a tolerance for
    /// tenants created or deleted meanwhile.
    fn total(&self, total: Option<u64>) -> Total {
        let (met, largest) = (self.met, self.largest_total);
        match &self.contradictory {
            Some(_) if largest > met + met / 50 + 1 => Total::Exceeds {
                total: largest,
                met,
            },
            Some(why) => Total::Contradicted(why.clone()),
            None if self.unclear => Total::Unreadable,
            None => match total {
                None => Total::Absent,
                // Each tenant of the last total was met, or created meanwhile.
                Some(total) if met + self.rises < total => Total::Exceeds { total, met },
                Some(_) => Total::Agrees,
            },
        }
    }
}
