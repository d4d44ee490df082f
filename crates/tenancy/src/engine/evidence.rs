//! What a walk observed, as far as it speaks for or against a whole list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a walk observed.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) end: End,
    pub(super) total: Total,
    pub(super) order: Order,
    /// Whether the list moved: a total changed, or a record came twice.
    pub(super) moved: bool,
    /// How the place that a page states for itself contradicts the request or the other pages.
    pub(super) misplaced: Option<String>,
    /// Which records are missing by the provider's own account: a page that stays short, a field that names an error or more
    /// records.
    pub(super) missing: Option<String>,
    pub(super) earlier: Earlier,
}

/// How a walk compares with the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// It is the first one.
    None,
    /// It found the same tenants.
    Same,
    /// It found others.
    Differs,
    /// It found far fewer.
    Fewer { before: u64, met: u64 },
}

impl Earlier {
    /// How a walk that met so many tenants, so many of them new, compares with one that met `before`.
    pub(super) fn compare(before: u64, met: u64, new: u64) -> Self {
        let is_emptied = met == 0 && before > 0;
        if is_emptied || met + met / 10 + 1 < before {
            Self::Fewer { before, met }
        } else if met == before && new == 0 {
            Self::Same
        } else {
            Self::Differs
        }
    }
}

/// How the end of the list was observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// A page that was not full, a page beyond the last, the documented end marker, or the end of the one body.
    Observed,
    /// The end marker is absent, and nothing names further records.
    Implied,
    /// It was not.
    #[default]
    NotObserved,
}

/// What the totals say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Total {
    /// There is none.
    Absent,
    /// One was sent that cannot be read.
    Unreadable,
    /// As many as were met, at least.
    Agrees,
    /// More than were met.
    Exceeds { total: u64, met: u64 },
    /// Something that other answers contradict.
    Contradicted(String),
}

/// What is known of the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// It does not matter: one answer had the whole list.
    OneAnswer,
    /// Newest first, by the records' own creation times: nothing comes in below the head.
    NewestFirst,
    /// Oldest first, by the records' own creation times: everything comes in at the end.
    OldestFirst,
    /// The provider states one, and the records do not show it.
    Unverified,
    /// The provider states none that never changes.
    Unstated,
    /// Only the provider's links define it.
    Links,
    /// Each page begins after a record that was named, in an order that never changes: by the records' own creation times.
    Keyset,
}
