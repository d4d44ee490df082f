//! The types that walks and their reader share: a step, and what its page contained.

use super::keys::Keys;
use crate::Position;

/// The number of consecutive pages without a new record after which a list counts as endless.
pub(super) const MOST_BARREN_PAGES: u32 = 100;

/// The next page to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) position: Position,
    /// The number of records before the page; 0 if the walk does not know it.
    pub(super) start: u64,
    pub(super) size: u32,
    /// Whether the page was read before, so that its records may be known.
    pub(super) again: bool,
    /// Whether the list should end before this page, so that a server may refuse it.
    pub(super) beyond: bool,
    /// Whether the list may end before this page, for all that is known.
    pub(super) may_be_beyond: bool,
}

impl Step {
    /// Whether a page before led to this one.
    pub(super) fn follows(&self) -> bool {
        matches!(
            self.position,
            Position::Link(Some(_)) | Position::After(Some(_))
        )
    }
}

/// The facts about a page's records that a walk needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// The number of records on the page.
    pub(super) sent: u64,
    /// The number of distinct records on the page.
    pub(super) distinct: u64,
    /// The number of records on the page that are the parent's own.
    pub(super) parents: u64,
    /// The number of distinct ones that are the parent's own, met before: it may stand on each page.
    pub(super) parents_again: u64,
    /// The number of them that this walk had not met before.
    pub(super) new_to_walk: u64,
    /// The number of those that are unreadable and have the bytes of a record on an earlier page: the page may be a repeat.
    pub(super) repeated_unreadable: u64,
    /// Whether a tenant is named as the parent of others, so that it may be the account itself.
    pub(super) names_parent: bool,
    /// Whether a tenant has another status than the list's filter.
    pub(super) misfiltered: bool,
    /// The statuses of the page's tenants: a bit for each that a plain list may omit, in the order of its capabilities.
    pub(super) statuses: u64,
    /// The number of distinct records that no walk had met before.
    pub(super) new: u64,
    /// The fingerprint of the first record.
    pub(super) first: Option<u128>,
    /// The fingerprint of the last record.
    pub(super) last: Option<u128>,
    /// The creation times of the records that are new to the walk.
    pub(super) keys: Keys,
}

impl Tally {
    /// The numbers of records that a page may state: of all, of distinct ones, and of those that are not the parent's own.
    pub(super) fn counts(self) -> [u64; 3] {
        [self.sent, self.distinct, self.sent - self.parents]
    }

    /// The number of distinct tenants on the page that the walk had met before.
    pub(super) fn known(&self) -> u64 {
        self.distinct - self.new_to_walk - self.parents_again
    }
}

/// What happens to the pages in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// They are still needed.
    Continue,
    /// They no longer count: the walk continues elsewhere. Their tenants are listed all the same.
    Discard,
}
