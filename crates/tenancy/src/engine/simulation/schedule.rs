//! All that a seed decides: the server, its list, and what goes wrong.

use crate::{Paging, Status};

/// The families of lists, as the figures name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    OneBody,
    Numbers,
    Offsets,
    /// Page numbers or offsets without any total.
    BareArrays,
    /// A cursor that names the last record sent.
    KeyCursors,
    /// A cursor that is an offset.
    OffsetCursors,
    /// The address of the next page.
    Addresses,
    Keyset,
    /// A list that leaves a status out unless asked for it.
    MergedLists,
    /// A status that only the filter tells that found the tenant.
    FilteredLists,
    /// A list in which the parent is a record.
    ParentInList,
}

/// The lists of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lists {
    One,
    /// The plain list leaves archived tenants out, or has them too.
    Merged {
        overlap: bool,
    },
    /// Active and suspended tenants have a list each, and the plain list leaves both out, or has them too.
    Apart {
        overlap: bool,
    },
    /// Records have no status.
    Filtered,
}

/// One schedule.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) seed: u64,
    pub(super) family: Family,
    /// How the list is cut into pages: one of the first eight families.
    pub(super) pages: Family,
    /// The same as the provider's document states it.
    pub(super) paging: Paging,
    /// The order that the list really has.
    pub(super) order: Sorted,
    pub(super) lists: Lists,
    pub(super) has_parent: bool,
    pub(super) has_total: bool,
    /// Whether pages state their place.
    pub(super) has_place: bool,
    /// Whether pages by key say whether more records follow, and whether they name the record that these follow.
    pub(super) has_marker: bool,
    pub(super) has_name: bool,
    pub(super) tenants: usize,
    pub(super) page_size: u32,
    pub(super) concurrency: u32,
    pub(super) filter: Option<Status>,
    /// The share of answers before which the list changes, in percent.
    pub(super) churn: u8,
    /// How often the list may change.
    pub(super) most_changes: u32,
    pub(super) creates: bool,
    pub(super) deletes: bool,
    pub(super) faults: Faults,
    pub(super) lies: Lies,
    /// Whether assumed lists are read again.
    pub(super) verify: bool,
    /// How often the listing is interrupted and resumed.
    pub(super) interruptions: u32,
}

impl Schedule {
    /// Whether no tenant can be lost without a trace: then even a list that is only assumed has all of them.
    pub(super) fn leaves_traces(&self) -> bool {
        // A status that changes adds to a list by status.
        let only_shrinks = !self.creates && self.lists == Lists::One;
        let counted = self.has_total
            && self.faults.flickers == 0
            && self.lies.total == Said::Honest
            && (self.most_changes <= 1 || only_shrinks);
        !self.lies.are_silent() && (counted || self.churn == 0 || self.most_changes == 0)
    }
}

/// What may go wrong at a server: shares of answers in percent, and settings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// An error.
    pub(super) errors: u8,
    /// A total that is wrong for once.
    pub(super) flickers: u8,
    /// A record twice in its page.
    pub(super) doubles: u8,
    /// A record that cannot be read.
    pub(super) unreadable: u8,
    /// An empty page with a link to what follows.
    pub(super) empty_pages: u8,
    /// A link that has expired.
    pub(super) expired: u8,
    /// The page size that the server does not exceed.
    pub(super) clamp: Option<(usize, Echo)>,
    pub(super) beyond: Beyond,
    pub(super) deleted_key: DeletedKey,
    /// Whether a page begins with the record that it should begin after.
    pub(super) is_inclusive: bool,
}

/// The page size that a server states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Echo {
    Used,
    Requested,
    None,
}

/// What a server sends beyond the end of a list by ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Beyond {
    #[default]
    Nothing,
    LastPage,
    NoPage,
    Refusal,
}

/// What a server sends after a record that was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum DeletedKey {
    /// What followed the record.
    #[default]
    Following,
    Refusal,
    /// An empty page.
    Nothing,
}

/// How a server departs from its document: shares of answers in percent, and settings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lies {
    /// Whether the list has another order than stated.
    pub(super) other_order: bool,
    /// Whether records have no creation time.
    pub(super) no_keys: bool,
    pub(super) total: Said,
    /// The offset above which the server refuses requests, without its document saying so.
    pub(super) offset_cap: Option<u64>,
    /// An empty last page with a total of 0, once.
    pub(super) collapses: u8,
    /// Half a page, once.
    pub(super) short: u8,
    /// The records of another page, once.
    pub(super) misrouted: u8,
    /// The end marker in mid-list, once.
    pub(super) ends_early: u8,
    /// Half a page beside an error.
    pub(super) partial: u8,
    /// The continuation under another name.
    pub(super) renamed: u8,
    /// No continuation.
    pub(super) cut_off: u8,
    /// Half a page without a continuation, once.
    pub(super) unmarked: u8,
    /// A continuation that cannot be read.
    pub(super) unreadable_link: u8,
    /// The link that led to the page.
    pub(super) repeated_link: u8,
    /// An empty page that says what follows the records that it should have, once.
    pub(super) emptied: u8,
    /// Whether pages by key name no identities, and only such names are understood.
    pub(super) is_opaque: bool,
    /// Whether each page is the first one.
    pub(super) is_stuck: bool,
}

impl Lies {
    /// Whether tenants can be missing without a trace on the page.
    fn are_silent(&self) -> bool {
        self.collapses + self.short + self.ends_early + self.cut_off + self.unmarked > 0
            || self.emptied > 0
    }

    /// The kinds of lies, for the figures.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        let total = match self.total {
            Said::Honest => "",
            Said::OfPage => "total of the page",
            Said::OfActive => "total of another list",
            Said::Zero => "total 0",
            Said::Capped => "capped total",
            Said::TooHigh => "total too high",
            Said::Unreadable => "unreadable total",
            Said::Sometimes => "total on some pages",
            Said::Wobbling => "wobbling total",
            Said::Lagging => "lagging total",
        };
        [
            (self.other_order, "other order"),
            (self.no_keys, "no creation times"),
            (!total.is_empty(), total),
            (self.offset_cap.is_some(), "undocumented offset cap"),
            (self.collapses > 0, "collapse"),
            (self.short > 0, "half a page"),
            (self.misrouted > 0, "another page"),
            (self.ends_early > 0, "end marker in mid-list"),
            (self.partial > 0, "list beside an error"),
            (self.renamed > 0, "renamed continuation"),
            (self.cut_off > 0, "absent continuation"),
            (self.unreadable_link > 0, "unreadable continuation"),
            (self.repeated_link > 0, "repeated continuation"),
            (self.emptied > 0, "emptied page"),
            (self.is_opaque, "key that is no identity"),
            (self.is_stuck, "position that is ignored"),
        ]
        .into_iter()
        .filter_map(|(told, name)| told.then_some(name))
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sorted {
    NewestFirst,
    OldestFirst,
    Arbitrary,
    /// Newest first, but neighbours change places from one request to the next.
    Unstable,
    /// A tenant that is updated comes to the head.
    LastUpdated,
}

/// The total that a server states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Said {
    #[default]
    Honest,
    OfPage,
    OfActive,
    Zero,
    Capped,
    TooHigh,
    Unreadable,
    Sometimes,
    Wobbling,
    Lagging,
}
