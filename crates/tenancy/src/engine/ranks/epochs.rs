//! Pages in parallel: when an epoch begins, and what it counts for.

use super::super::step::Flow;
use super::answer::{Answer, Epoch};
use super::{EPOCH_PAGES_PER_REQUEST, Mode, Ranks};
use crate::RankBy;

/// Up to this many pages, sequential reads beat a parallel epoch plus its confirming request.
const WORTHWHILE: u64 = 2;
/// The most pages that are read one at a time after an epoch failed.
const LONGEST_CAUTION: u64 = 64;

impl Ranks {
    /// How many pages are not covered, where the total tells it.
    fn pages_left(&self) -> u64 {
        if self.record.skipped {
            return 0;
        }
        self.total.map_or(u64::MAX, |total| {
            total
                .saturating_sub(self.page_start(self.covered))
                .div_ceil(self.size)
        })
    }

    pub(super) fn after_single(&mut self) {
        if matches!(self.mode, Mode::Single { left: 0 }) {
            let worth_it =
                self.concurrency > 1 && self.pages_left() > WORTHWHILE && self.total.is_some();
            self.mode = if worth_it {
                Mode::FirstLook
            } else {
                Mode::Single { left: 1 }
            };
        }
    }

    /// Begins an epoch after a look at page 1, where enough is left to read in parallel. Its last page is the one that ends the list,
    /// empty or not.
    pub(super) fn begin_epoch(&mut self, look: &Answer) {
        self.mode = match (look.first, self.total) {
            (Some(head), Some(total))
                if self.concurrency > 1
                    && self.pages_left() > WORTHWHILE
                    && look.total == Some(total) =>
            {
                let next = self.page_start(self.covered);
                let ends_list = total.saturating_sub(next) / self.size + 1;
                let pages = self.reach.min(ends_list).min(self.pages_from(next));
                Mode::Epoch(Epoch {
                    head,
                    total,
                    next,
                    end: next + pages * self.size,
                    in_flight: 0,
                    taken: next,
                })
            }
            _ => Mode::Single { left: 1 },
        };
    }

    /// How many pages from this rank on the provider takes the offsets of.
    fn pages_from(&self, start: u64) -> u64 {
        match self.by {
            RankBy::Offset {
                largest: Some(largest),
            } => largest.saturating_sub(start) / self.size + 1,
            _ => u64::MAX,
        }
    }

    /// The second look agreed with the first: all of the epoch counts. It is the first look of the next epoch.
    pub(super) fn close_epoch(&mut self, look: &Answer) {
        let Mode::Epoch(epoch) = &self.mode else {
            return;
        };
        self.covered = self.covered.max(epoch.taken);
        self.record.end_seen |= epoch.end > epoch.total;
        self.caution = 1;
        self.reach = (self.reach * 2).min(self.concurrency * EPOCH_PAGES_PER_REQUEST);
        self.check_end();
        self.begin_epoch(look);
    }

    /// The list has moved, or an answer contradicts others: of the epoch, only this answer counts.
    pub(super) fn abandon_epoch(&mut self, answer: &Answer) -> Flow {
        self.mode = Mode::Single { left: self.caution };
        self.caution = (self.caution * 2).min(LONGEST_CAUTION);
        self.reach = (self.reach / 4).max(self.concurrency);
        self.count(answer);
        Flow::Discard
    }
}
