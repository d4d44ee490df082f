//! The words that walks and their reader share: a step, what its page brought, and how a walk ends.

use crate::{Certainty, Error, Position};

/// The next page to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) position: Position,
    pub(super) size: u32,
    /// Whether the page was read before, so that its records may be known.
    pub(super) again: bool,
}

/// What a page's records were, as far as a walk needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// How many distinct records the page has.
    pub(super) distinct: u64,
    /// How many of them this walk had not met before.
    pub(super) new_to_walk: u64,
    /// How many of them no walk had met before.
    pub(super) new: u64,
    /// The fingerprint of the first one.
    pub(super) first: Option<u128>,
}

/// What happens to the pages in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// They are still needed.
    Continue,
    /// They are useless: the walk continues elsewhere.
    Discard,
}

/// What a walk found, at its end.
#[derive(Debug)]
pub(super) struct Conclusion {
    pub(super) certainty: Certainty,
    /// Why the walk may have missed something, so that another one is needed to be sure.
    pub(super) doubt: Option<Doubt>,
}

/// Why a walk may have missed something.
#[derive(Debug)]
pub(super) enum Doubt {
    /// The list moved, or contradicts itself: another walk that finds nothing new settles it.
    Settleable(Error),
    /// The provider itself says that something is missing: only a walk without this doubt settles it.
    Missing(Error),
}
