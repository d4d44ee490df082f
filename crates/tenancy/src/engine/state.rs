//! The position of a walk, as a checkpoint keeps it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::End;
use crate::Moment;

/// How far a walk has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WalkState {
    OneBody,
    #[serde(alias = "numbered")]
    Ranks(RanksState),
    #[serde(alias = "cursor")]
    Links(LinksState),
}

/// How far a walk over ranks has come. Ranks, not pages: the page size may differ after a resumption.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RanksState {
    /// Up to which rank everything has been listed.
    pub(super) covered: u64,
    /// The total at the last answer that counts.
    pub(super) total: Option<u64>,
    /// Whether the totals no longer decide which page comes next.
    #[serde(default)]
    pub(super) ignores_totals: bool,
    #[serde(default)]
    pub(super) record: RanksRecord,
}

/// What the answers have shown so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RanksRecord {
    /// How the totals contradict the records.
    pub(super) contradictory: Option<String>,
    /// Whether the totals changed so often that nothing was gained by heeding them.
    pub(super) wobbles: bool,
    pub(super) unclear: bool,
    pub(super) missing: Option<String>,
    /// What on the furthest page names further records.
    pub(super) more: Option<String>,
    /// Whether the total was the same in every answer.
    pub(super) steady: bool,
    pub(super) largest_total: u64,
    /// Whether a record came twice on pages that were read for the first time.
    pub(super) repeats: bool,
    pub(super) pages: u64,
    /// How often in a row a page brought no progress.
    pub(super) stalls: u32,
    /// How many distinct tenants this walk has met.
    pub(super) met: u64,
    /// How many of them one page had that claimed to be the whole list.
    pub(super) snapshot: u64,
    /// The furthest rank that any answer reached.
    pub(super) reached: u64,
    pub(super) end_seen: bool,
    pub(super) keys: Keys,
}

impl Default for RanksRecord {
    fn default() -> Self {
        Self {
            contradictory: None,
            wobbles: false,
            unclear: false,
            missing: None,
            more: None,
            steady: true,
            largest_total: 0,
            repeats: false,
            pages: 0,
            stalls: 0,
            met: 0,
            snapshot: 0,
            reached: 0,
            end_seen: false,
            keys: Keys::default(),
        }
    }
}

/// Whether records are in the order of their creation, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Keys {
    first: Option<Moment>,
    last: Option<Moment>,
    /// Whether a record has no creation time, or comes after an older one.
    broken: bool,
}

impl Keys {
    #[cfg(test)]
    pub(super) const NONE: Self = Self {
        first: None,
        last: None,
        broken: false,
    };

    /// Adds the creation time of the next record.
    pub(super) fn push(&mut self, created_at: Option<Moment>) {
        self.broken |= match (self.last, created_at) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(before), Some(after)) => !is_newest_first(before, after),
        };
        self.first = self.first.or(created_at);
        self.last = created_at.or(self.last);
    }

    /// Adds the records of the next page.
    pub(super) fn append(&mut self, page: Self) {
        if let Some(first) = page.first {
            self.push(Some(first));
        }
        self.broken |= page.broken;
        self.last = page.last.or(self.last);
    }

    pub(super) fn are_newest_first(self) -> bool {
        self.first.is_some() && !self.broken
    }
}

fn is_newest_first(before: Moment, after: Moment) -> bool {
    match (before, after) {
        (Moment::Instant(before), Moment::Instant(after)) => before >= after,
        (Moment::Local(before), Moment::Local(after)) => before >= after,
        (Moment::Date(before), Moment::Date(after)) => before >= after,
        _ => false,
    }
}

/// How far a walk along links has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LinksState {
    pub(super) next: Link,
    pub(super) pages: u64,
    pub(super) repeats: bool,
    #[serde(default)]
    pub(super) missing: Option<String>,
    #[serde(default)]
    pub(super) end: End,
}

/// Where a walk along links continues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Link {
    Head,
    After(String),
    End,
}
