//! The order of records, by their own creation times.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Moment;

/// The orders of creation that fit the records so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Keys {
    first: Option<Moment>,
    last: Option<Moment>,
    /// The number of records that were created later than the previous one, and of those created earlier.
    later: u64,
    earlier: u64,
    /// The number of records whose creation time is the same, absent or not comparable.
    silent: u64,
}

impl Keys {
    #[cfg(test)]
    pub(super) const NONE: Self = Self {
        first: None,
        last: None,
        later: 0,
        earlier: 0,
        silent: 0,
    };

    /// Adds the creation time of the next record.
    pub(super) fn push(&mut self, created_at: Option<Moment>) {
        match (self.last, created_at) {
            (_, None) => self.silent += 1,
            (None, Some(_)) => {}
            (Some(before), Some(after)) => match compare(before, after) {
                Some(Ordering::Less) => self.later += 1,
                Some(Ordering::Greater) => self.earlier += 1,
                Some(Ordering::Equal) | None => self.silent += 1,
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
        self.later += page.later;
        self.earlier += page.earlier;
        self.silent += page.silent;
        self.last = page.last.or(self.last);
    }

    pub(super) fn are_newest_first(self) -> bool {
        !self.refute_newest_first() && self.show_an_order()
    }

    pub(super) fn are_oldest_first(self) -> bool {
        !self.refute_oldest_first() && self.show_an_order()
    }

    pub(super) fn refute_newest_first(self) -> bool {
        self.later > 0
    }

    pub(super) fn refute_oldest_first(self) -> bool {
        self.earlier > 0
    }

    /// Whether the creation times leave the order of some records open.
    pub(super) fn have_ties(self) -> bool {
        self.silent > 0
    }

    /// Records with the same creation time may be in any order. If most have the same time, times show nothing.
    fn show_an_order(self) -> bool {
        self.first.is_some() && self.silent <= self.later + self.earlier
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

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seconds: &[Option<i64>]) -> Keys {
        let mut keys = Keys::default();
        for second in seconds {
            let instant = second.map(|second| jiff::Timestamp::from_second(second).unwrap());
            keys.push(instant.map(Moment::Instant));
        }
        keys
    }

    #[test]
    fn an_order_is_shown_by_most_records_and_contradicted_by_one() {
        for (seconds, newest_first, oldest_first) in [
            (&[Some(3), Some(2), Some(1)][..], true, false),
            (&[Some(1), Some(2), Some(3)], false, true),
            (&[Some(3), Some(2), Some(2), Some(1)], true, false),
            (&[Some(3), None, Some(2), Some(1)], true, false),
            (&[Some(3), Some(1), Some(2)], false, false),
            (&[Some(3), Some(3), Some(3), Some(2)], false, false),
            (&[None, None], false, false),
            (&[Some(1)], true, true),
        ] {
            let keys = keys(seconds);
            let orders = (keys.are_newest_first(), keys.are_oldest_first());
            assert_eq!(orders, (newest_first, oldest_first), "{seconds:?}");
        }
    }

    #[test]
    fn pages_are_compared_at_their_border_too() {
        for (second, newest_first) in [(Some(2), true), (Some(5), false)] {
            let mut list = keys(&[Some(4), Some(3)]);
            list.append(keys(&[second, Some(1)]));
            assert_eq!(list.are_newest_first(), newest_first);
        }
    }
}
