//! The position of a walk, as a checkpoint keeps it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::End;
use super::keys::Keys;
use super::ranks::record::RanksRecord;
use super::totals::Totals;

/// The position of a walk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WalkState {
    OneBody,
    #[serde(alias = "numbered")]
    Ranks(RanksState),
    #[serde(alias = "cursor")]
    Links(LinksState),
    Keyset(KeysetState),
}

impl WalkState {
    /// What another walk from the head keeps: an order that the records once refuted stays refuted.
    pub(super) fn begun_anew(self) -> Option<Self> {
        let Self::Keyset(KeysetState { refuted: true, .. }) = self else {
            return None;
        };
        Some(Self::Keyset(KeysetState {
            refuted: true,
            ..KeysetState::default()
        }))
    }
}

/// The position of a walk over ranks. It is in ranks, not pages, because the page size may differ after a resumption.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RanksState {
    /// The rank up to which every tenant that exists throughout has been listed.
    pub(super) covered: u64,
    /// The total at the last answer that counts.
    pub(super) total: Option<u64>,
    /// Whether the totals no longer decide which page comes next.
    #[serde(default)]
    pub(super) ignores_totals: bool,
    #[serde(default)]
    pub(super) record: RanksRecord,
}

/// The position of a walk along links.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LinksState {
    pub(super) next: Link,
    pub(super) pages: u64,
    pub(super) repeats: bool,
    #[serde(default)]
    pub(super) missing: Option<String>,
    #[serde(default)]
    pub(super) misplaced: Option<String>,
    /// The first page that does not begin where it says, and whether any page says that it begins at another place than 0.
    #[serde(default)]
    pub(super) elsewhere: Option<String>,
    #[serde(default)]
    pub(super) counts: bool,
    /// Which link was there before.
    #[serde(default)]
    pub(super) ambiguous: Option<String>,
    /// The number of records on the pages, the number of these that are the parent's own, and the number of distinct ones.
    #[serde(default)]
    pub(super) received: u64,
    #[serde(default)]
    pub(super) parents: u64,
    #[serde(default)]
    pub(super) met: u64,
    /// The most records on a page that another one followed.
    #[serde(default)]
    pub(super) largest: u64,
    #[serde(default)]
    pub(super) totals: Totals,
    /// The number of pages that began with the last record of the page before, and whether one began with another record.
    #[serde(default)]
    pub(super) overlaps: u64,
    #[serde(default)]
    pub(super) adjoins: bool,
    #[serde(default)]
    pub(super) end: End,
}

/// Where a walk along links continues.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    #[default]
    Head,
    After(String),
    End,
}

/// The position of a walk along the identities of records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct KeysetState {
    /// The identities of the last records before the next page, in order. Empty before the first page.
    pub(super) after: Vec<String>,
    /// The one of them that a page named, although it was not the page's last record.
    #[serde(default)]
    pub(super) named: Option<String>,
    /// Whether the last page says that more records follow.
    #[serde(default)]
    pub(super) has_more: bool,
    pub(super) pages: u64,
    pub(super) repeats: bool,
    pub(super) missing: Option<String>,
    /// The most records on a page so far.
    #[serde(default)]
    pub(super) largest: u64,
    /// Which page named such a record and was followed.
    #[serde(default)]
    pub(super) ambiguous: Option<String>,
    pub(super) met: u64,
    pub(super) totals: Totals,
    pub(super) keys: Keys,
    /// Whether the records of this walk, or of an earlier one over the account's lists, were not in the stated order.
    #[serde(default)]
    pub(super) refuted: bool,
    pub(super) end: End,
}
