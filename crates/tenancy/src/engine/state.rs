//! The position of a walk, as a checkpoint keeps it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a walk has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WalkState {
    OneBody,
    Numbered(RanksState),
    Cursor(LinksState),
}

/// How far a walk over ranks has come. Ranks, not pages: the page size may differ after a resumption.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RanksState {
    /// Up to which rank everything has been listed.
    pub(super) covered: u64,
    /// The total at the last answer that counts.
    pub(super) total: Option<u64>,
    pub(super) record: RanksRecord,
}

/// What the answers have shown so far that supports or contradicts the assumptions of a walk over ranks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RanksRecord {
    #[serde(rename = "odd")]
    pub(super) contradictory: Option<String>,
    pub(super) missing: Option<String>,
    /// Whether the total was the same in every answer.
    pub(super) steady: bool,
    pub(super) first_total: Option<u64>,
    pub(super) pages: u64,
    /// How often in a row a page brought no progress.
    pub(super) stalls: u32,
    /// How many distinct tenants this walk has met.
    pub(super) met: u64,
    /// The furthest rank that any answer reached.
    pub(super) reached: u64,
}

impl Default for RanksRecord {
    fn default() -> Self {
        Self {
            contradictory: None,
            missing: None,
            steady: true,
            first_total: None,
            pages: 0,
            stalls: 0,
            met: 0,
            reached: 0,
        }
    }
}

/// How far a walk along links has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LinksState {
    pub(super) next: Link,
    pub(super) pages: u64,
    pub(super) repeats: bool,
}

/// Where a walk along links continues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    Head,
    After(String),
    End,
}
