//! What a walk observed for or against a complete list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a walk observed.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) end: End,
    pub(super) total: Total,
    pub(super) order: Order,
    /// Whether the list moved: a record was received twice, or the total only fell. Newest first with a total that agrees: whether
    /// the total fell, and fewer tenants were met than the last total plus all its falls.
    pub(super) moved: bool,
    /// What can be read in more than one way, such as a list that is null.
    pub(super) ambiguous: Option<String>,
    /// How the place that a page states for itself contradicts the request or the other pages.
    pub(super) misplaced: Option<String>,
    /// Which records the provider itself shows to be missing: a page stays short, or a field names an error or further records.
    pub(super) missing: Option<String>,
    /// Whether no record was received.
    pub(super) is_empty: bool,
    pub(super) earlier: Earlier,
}

/// How a walk compares with the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// There is no previous walk.
    None,
    /// It found the same tenants.
    Same,
    /// It found other tenants.
    Differs,
    /// It found far fewer tenants.
    Fewer { before: u64, met: u64 },
}

impl Earlier {
    /// Compares a walk that met this many tenants, of which this many are new, with one that met `before`.
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
    /// The end was not observed.
    #[default]
    NotObserved,
}

/// How the totals compare with the tenants received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Total {
    /// The provider sent no total.
    Absent,
    /// The provider sent a total that cannot be read.
    Unreadable,
    /// The total accounts for the tenants met.
    Agrees,
    /// The total states more tenants than were met.
    Exceeds { total: u64, met: u64 },
    /// Other answers, or the tenants received, contradict the total.
    Contradicted(String),
}

impl Total {
    /// The total changed within one walk, and nothing shows whether the list did.
    pub(super) fn changed() -> Self {
        Self::Contradicted("the total changed within one read".to_owned())
    }
}

/// What is known about the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The order does not matter: one answer had the whole list.
    OneAnswer,
    /// Newest first, by the records' own creation times: records are inserted only at the head.
    NewestFirst,
    /// Oldest first, by the records' own creation times: records are only appended.
    OldestFirst,
    /// The provider states an order that the records do not show.
    Unverified,
    /// The provider states no order, or one that may change.
    Unstated,
    /// Only the provider's links define the order.
    Links,
    /// Each page begins after the record that its request names, in the unchanging order of the records' own creation times.
    Keyset,
    /// The same, but some records have the same creation time or none, so that their order may change.
    Tied,
}
