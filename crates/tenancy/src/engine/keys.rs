//! The order of records, by their own creation times.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Moment;

/// In which orders of creation the records so far can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Keys {
    first: Option<Moment>,
    last: Option<Moment>,
    /// Whether a record has no creation time, or one that cannot be compared.
    incomparable: bool,
    /// How many records were created later than the one before, earlier, and at the same time.
    later: u64,
    earlier: u64,
    equal: u64,
}

impl Keys {
    #[cfg(test)]
    pub(super) const NONE: Self = Self {
        first: None,
        last: None,
        incomparable: false,
        later: 0,
        earlier: 0,
        equal: 0,
    };

    /// Adds the creation time of the next record.
    pub(super) fn push(&mut self, created_at: Option<Moment>) {
        match (self.last, created_at) {
            (_, None) => self.incomparable = true,
            (None, Some(_)) => {}
            (Some(before), Some(after)) => match compare(before, after) {
                Some(Ordering::Less) => self.later += 1,
                Some(Ordering::Greater) => self.earlier += 1,
                Some(Ordering::Equal) => self.equal += 1,
                None => self.incomparable = true,
            },
        }
        self.first = self.first.or(created_at);
        self.last = created_at.or(self.last);
    }

    /// Adds the records of the next page.
    pub(super) fn append(&mut self, page: Self) {
        if let Some(first) = page.first {
            self.push(Some(first));
        }
        self.incomparable |= page.incomparable;
        self.later += page.later;
        self.earlier += page.earlier;
        self.equal += page.equal;
        self.last = page.last.or(self.last);
    }

    pub(super) fn are_newest_first(self) -> bool {
        self.later == 0 && self.show_an_order()
    }

    pub(super) fn are_oldest_first(self) -> bool {
        self.earlier == 0 && self.show_an_order()
    }

    /// Records that were created at the same time may be in any order: where most were, times show nothing.
    fn show_an_order(self) -> bool {
        self.first.is_some() && !self.incomparable && self.equal <= self.later + self.earlier
    }
}

fn compare(before: Moment, after: Moment) -> Option<Ordering> {
    match (before, after) {
        (Moment::Instant(before), Moment::Instant(after)) => Some(before.cmp(&after)),
        (Moment::Local(before), Moment::Local(after)) => Some(before.cmp(&after)),
        (Moment::Date(before), Moment::Date(after)) => Some(before.cmp(&after)),
        _ => None,
    }
}
