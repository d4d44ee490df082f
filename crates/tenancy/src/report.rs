//! The report: what is complete, and what is missing and why.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Checkpoint;

/// Why a list is not complete, as long as nothing else is known.
const UNFINISHED: &str = "the list was not read to its end";

/// What a listing came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Report {
    /// Whether every tenant of every account was listed.
    pub complete: bool,
    /// One entry an account, in the order of the configuration.
    pub sources: Vec<SourceReport>,
}

impl Report {
    /// The report of these listings together.
    #[must_use]
    pub fn of(sources: Vec<SourceReport>) -> Self {
        Self {
            complete: sources.iter().all(|source| source.complete),
            sources,
        }
    }

    /// How many accounts' lists have each certainty, the most certain first.
    #[must_use]
    pub fn certainties(&self) -> BTreeMap<Certainty, usize> {
        let mut counts = BTreeMap::new();
        for source in &self.sources {
            *counts.entry(source.certainty).or_default() += 1;
        }
        counts
    }
}

/// What the listing of one account came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SourceReport {
    /// The account.
    pub account: String,
    /// Its provider.
    pub provider: String,
    /// Whether every tenant of the account was listed.
    pub complete: bool,
    /// How many tenants were listed.
    pub tenants: u64,
    /// How many the provider says there are; null where it does not tell.
    pub expected: Option<u64>,
    /// How many pages were read.
    pub pages: u64,
    /// How many requests were sent, retries included.
    pub requests: u64,
    /// How many of them repeated one before.
    pub retries: u64,
    /// How many records were dropped because their tenant had been listed, on pages that were not read again on purpose.
    pub duplicates: u64,
    /// How many records were the parent itself, in the list of its children.
    #[serde(default)]
    pub parents: u64,
    /// How many records could not be made tenants. Each of the first thousand is an error of its own.
    pub quarantined: u64,
    /// How many tenants were left out by a status filter because their provider reports no status.
    pub not_judged: u64,
    /// The statuses of the tenants that a status filter left out, sorted; the first twenty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub other_statuses: BTreeSet<String>,
    /// Fields that were sent and that the provider's document does not know, as JSON pointers into a record, `*` for any
    /// position in an array; after the word `page`, into the page around the records; the first hundred.
    pub unknown_fields: Vec<String>,
    /// Fields that tenants omit, because records did not have them in the declared shape; the first hundred.
    #[serde(rename = "left_out")]
    pub omitted: Vec<Omission>,
    /// What was sent and the provider's document does not know, counted for each place; the first hundred places. The
    /// tenants have everything that it does know.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// How often something like `left_out` or `drift` was met in places beyond the first hundred.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub in_other_places: u64,
    /// How far a complete list can be trusted.
    #[serde(alias = "consistency")]
    pub certainty: Certainty,
    /// Why the list has this certainty, one reason for each kind of list that was read; empty where it was not read to its end.
    #[serde(default)]
    pub because: Vec<Reason>,
    /// Why the list is not complete; null if it is.
    pub error: Option<String>,
    /// Where to resume; null where there is nothing to resume.
    pub checkpoint: Option<Checkpoint>,
}

impl SourceReport {
    pub(crate) fn new(account: &str, provider: &str) -> Self {
        Self {
            account: account.to_owned(),
            provider: provider.to_owned(),
            complete: false,
            tenants: 0,
            expected: None,
            pages: 0,
            requests: 0,
            retries: 0,
            duplicates: 0,
            parents: 0,
            quarantined: 0,
            not_judged: 0,
            other_statuses: BTreeSet::new(),
            unknown_fields: Vec::new(),
            omitted: Vec::new(),
            drift: Vec::new(),
            in_other_places: 0,
            certainty: Certainty::Unproved,
            because: Vec::new(),
            error: Some(UNFINISHED.to_owned()),
            checkpoint: None,
        }
    }

    /// The report of a list that is read on: what was counted stays, what was concluded does not.
    pub(crate) fn unfinished(self) -> Self {
        let Self {
            account, provider, ..
        } = &self;
        let Self {
            complete,
            certainty,
            because,
            error,
            checkpoint,
            ..
        } = Self::new(account, provider);
        Self {
            complete,
            certainty,
            because,
            error,
            checkpoint,
            ..self
        }
    }

    /// Notes why the list was not read to its end, unless it was or another reason is known.
    pub(crate) fn stopped(&mut self, reason: &str) {
        if self.error.as_deref() == Some(UNFINISHED) {
            self.error = Some(reason.to_owned());
        }
    }

    /// Notes the status of a tenant that was not asked for.
    pub(crate) fn note_other_status(&mut self, status: &str) {
        let seen = &mut self.other_statuses;
        if seen.len() < MOST_OTHER_STATUSES && !seen.contains(status) {
            seen.insert(shortened(status.to_owned()));
        }
    }

    /// Counts a field that the provider's document does not know.
    pub(crate) fn count_unknown_field(&mut self, path: &str) {
        let path = place(path);
        if self.unknown_fields.len() < MOST_DRIFT && !self.unknown_fields.contains(&path) {
            self.unknown_fields.push(path.clone());
        }
        self.count_drift(&path, DriftKind::UnknownField);
    }

    /// Counts something that the provider's document does not know.
    pub(crate) fn count_drift(&mut self, path: &str, kind: DriftKind) {
        let path = place(path);
        let met = |drift: &&mut Drift| drift.path == path && drift.kind == kind;
        if let Some(drift) = self.drift.iter_mut().find(met) {
            drift.records += 1;
        } else if self.drift.len() < MOST_DRIFT {
            self.drift.push(Drift {
                path,
                kind,
                records: 1,
            });
        } else {
            self.in_other_places += 1;
        }
    }

    /// Counts a field that a tenant omits. A field counts once for each reason.
    pub(crate) fn count_omission(&mut self, path: &str, reason: &str) {
        let (path, reason) = (place(path), shortened(reason.to_owned()));
        let met = |field: &&mut Omission| field.path == path && field.reason == reason;
        if let Some(field) = self.omitted.iter_mut().find(met) {
            field.records += 1;
        } else if self.omitted.len() < MOST_DRIFT {
            self.omitted.push(Omission {
                path,
                reason,
                records: 1,
            });
        } else {
            self.in_other_places += 1;
        }
    }
}

/// How many places a report names where something was sent that the provider's document does not know.
const MOST_DRIFT: usize = 100;
/// The longest path, reason or status in a report, in bytes: a provider chooses them.
const LONGEST_TEXT: usize = 500;
/// How many statuses that were not asked for are kept.
const MOST_OTHER_STATUSES: usize = 20;

fn place(path: &str) -> String {
    shortened(without_positions(path))
}

/// The text, cut off if it is long.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let is_boundary = |at: &usize| text.is_char_boundary(*at);
        let end = (0..=LONGEST_TEXT).rev().find(is_boundary);
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// `/users/3/phone` and `/users/4/phone` are one field: `/users/*/phone`.
fn without_positions(path: &str) -> String {
    path.split('/')
        .map(|step| {
            if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
                "*"
            } else {
                step
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Something that was sent and that the provider's document does not know: its API has changed, or its document was never
/// right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Drift {
    /// Where: a JSON pointer into a record, `*` for any position in an array; after the word `page`, one into the page
    /// around the records.
    pub path: String,
    /// What it is.
    pub kind: DriftKind,
    /// How often it was met; at most once a record where it is in no array.
    pub records: u64,
}

/// How what was sent departs from the provider's document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DriftKind {
    /// A field that the document does not know.
    UnknownField,
    /// A word that is none of those that the document lists.
    UnknownValue,
    /// A null where the document lets none be.
    UndeclaredNull,
}

/// A field that tenants omit, because records did not have it in the declared shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Omission {
    /// The field: a JSON pointer into a record, `*` for any position in an array; after the word `page`, one into the page
    /// around the records.
    pub path: String,
    /// What was wrong with it.
    pub reason: String,
    /// In how many records.
    pub records: u64,
}

/// How far it is certain that nothing was missed while the list was read; the most certain first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certainty {
    /// Every tenant that existed during the whole listing was seen: the list came in one piece, or what was observed between its
    /// pages shows that nothing slipped past.
    Proved,
    /// As with `assumed`, and another read of the list found no other tenants.
    Agreed,
    /// The list came in pages chained by the provider's cursors, nothing contradicts them, and nothing but the provider
    /// vouches for them.
    Assumed,
    /// Something contradicts the list, or it was not read to its end.
    Unproved,
}

/// Why a list has its certainty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Reason {
    /// A short code, such as `totals_and_order`.
    pub code: String,
    /// The same in a sentence.
    pub text: String,
}

impl Reason {
    pub(crate) fn new(code: &str, text: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            text: text.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_counted_once_for_each_reason() {
        let mut report = SourceReport::new("a", "p");
        report.count_omission("/users/3/phone", "is true");
        report.count_omission("/users/14/phone", "is true");
        report.count_omission("/name", "is a number");
        let counted: Vec<_> = report
            .omitted
            .iter()
            .map(|field| (field.path.as_str(), field.records))
            .collect();
        assert_eq!(counted, [("/users/*/phone", 2), ("/name", 1)]);
    }

    #[test]
    fn a_report_stays_small_whatever_is_sent() {
        let mut report = SourceReport::new("a", "p");
        for number in 0..1000 {
            let long = format!("/{number}x{}", "é".repeat(1000));
            report.count_unknown_field(&long);
            report.count_omission(&long, &long);
            report.note_other_status(&long);
        }
        assert_eq!((report.drift.len(), report.omitted.len()), (100, 100));
        assert_eq!(report.in_other_places, 1800);
        assert!(serde_json::to_string(&report).unwrap().len() < 300_000);
    }
}
