//! An answer of a walk over ranks, and an epoch of answers that were in flight at once.

use super::super::step::{Step, Tally};
use crate::{Page, Position};

/// The parts of an answer that the proof needs: the ranks that it lists, the total, and its first record.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) position: Position,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) total: Option<u64>,
    pub(super) first: Option<u128>,
    /// Whether the page has fewer records than requested, the same ones counted too.
    pub(super) is_short: bool,
    /// Whether others may follow the page even if it is not full.
    pub(super) maybe_cut: bool,
}

impl Answer {
    pub(super) fn new(step: &Step, page: &Page, records: Tally) -> Self {
        Self {
            position: step.position.clone(),
            start: step.start,
            end: step.start + records.distinct,
            total: page.total,
            first: records.first,
            is_short: records.sent < u64::from(step.size),
            maybe_cut: (page.maybe_cut || has_repeats(records)) && page.total.is_none(),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Whether all of its records were on pages before it.
    pub(super) fn has_nothing_new(&self, records: Tally) -> bool {
        self.start > 0 && self.len() > 0 && records.new_to_walk == 0
    }

    /// The page's name for messages.
    pub(super) fn name(&self) -> String {
        match self.position {
            Position::Number(number) => format!("page {number}"),
            _ => format!("the page at offset {}", self.start),
        }
    }

    /// Describes how the place that the page states contradicts the request, if it does.
    pub(super) fn misplaced(&self, page: &Page, records: Tally) -> Option<String> {
        let place = page.place;
        let name = self.name();
        if let Some(stated) = place.start.filter(|start| *start != self.start) {
            let start = self.start;
            return Some(format!(
                "{name} says that it begins at {stated}, and should at {start}"
            ));
        }
        place
            .contradicts(records.counts())
            .then(|| format!("{name} does not have the number of records that it states"))
    }
}

/// Whether records of one page are the same. A server that joins tables may count them as so many rows, so that a page of few
/// tenants is full.
pub(super) fn has_repeats(records: Tally) -> bool {
    records.sent > records.distinct
}

/// Pages that are read in parallel, between two looks at page 1.
#[derive(Debug)]
pub(super) struct Epoch {
    pub(super) head: u128,
    pub(super) total: u64,
    /// The rank before the next page to request, and the rank before the page after the epoch.
    pub(super) next: u64,
    pub(super) end: u64,
    /// The number of pages requested and not yet answered.
    pub(super) in_flight: u64,
    /// Up to which rank the answers reach without a gap.
    pub(super) taken: u64,
}

impl Epoch {
    /// Whether an answer can be from the same list as the first look. If so, it counts.
    pub(super) fn accept(&mut self, answer: &Answer, size: u64) -> bool {
        let end = (answer.start + size).min(self.total);
        let agrees =
            answer.total == Some(self.total) && answer.start == self.taken && answer.end == end;
        if agrees {
            self.taken = end;
        }
        agrees
    }

    /// Whether the second look shows the same total and first record as the first look.
    pub(super) fn confirmed_by(&self, look: &Answer) -> bool {
        look.total == Some(self.total) && look.first == Some(self.head)
    }
}
