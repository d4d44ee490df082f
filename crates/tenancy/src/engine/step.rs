//! The words that walks and their reader share: a step, and what its page brought.

use super::keys::Keys;
use crate::Position;

/// The next page to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) position: Position,
    /// How many records are before the page; 0 where the walk does not know.
    pub(super) start: u64,
    pub(super) size: u32,
    /// Whether the page was read before, so that its records may be known.
    pub(super) again: bool,
    /// Whether the list should end before this page, so that a server may refuse it.
    pub(super) beyond: bool,
}

/// What a page's records were, as far as a walk needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// How many distinct records the page has.
    pub(super) distinct: u64,
    /// How many of them this walk had not met before.
    pub(super) new_to_walk: u64,
    /// How many of those are unreadable and have the bytes of a record on an earlier page: the page may be a repeat.
    pub(super) repeated_unreadable: u64,
    /// How many of them no walk had met before.
    pub(super) new: u64,
    /// The fingerprint of the first one.
    pub(super) first: Option<u128>,
    /// The creation times of those that are new to the walk.
    pub(super) keys: Keys,
}

/// What happens to the pages in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// They are still needed.
    Continue,
    /// They are useless: the walk continues elsewhere.
    Discard,
}
