//! The report: what is complete, and what is missing and why.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Checkpoint;
use crate::entry::Mapped;

/// Why a list is not complete, until another reason is known.
const UNFINISHED: &str = "the list was not read to its end";

/// The result of a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Report {
    /// Whether every tenant of every account was listed.
    pub complete: bool,
    /// One entry per account, in the order of the configuration.
    pub sources: Vec<SourceReport>,
}

impl Report {
    /// Combines the reports of these accounts.
    #[must_use]
    pub fn of(sources: Vec<SourceReport>) -> Self {
        Self {
            complete: sources.iter().all(|source| source.complete),
            sources,
        }
    }

    /// The number of accounts with each certainty, the most certain first.
    #[must_use]
    pub fn certainties(&self) -> BTreeMap<Certainty, usize> {
        let mut counts = BTreeMap::new();
        for source in &self.sources {
            *counts.entry(source.certainty).or_default() += 1;
        }
        counts
    }
}

/// The result of one account's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SourceReport {
    /// The account's name.
    pub account: String,
    /// The provider's name.
    pub provider: String,
    /// Whether every tenant of the account was listed.
    pub complete: bool,
    /// The number of tenants listed.
    pub tenants: u64,
    /// The number of tenants that the provider states; null if it states none.
    pub expected: Option<u64>,
    /// The number of pages read.
    pub pages: u64,
    /// The number of requests sent, including retries and redirects.
    pub requests: u64,
    /// The number of retries.
    pub retries: u64,
    /// The number of records dropped because their tenant was already listed, except on pages that were read again on purpose.
    pub duplicates: u64,
    /// The number of records that were the parent account itself, in the list of its children.
    #[serde(default)]
    pub parents: u64,
    /// The number of records that could not be read as tenants. Each of the first thousand is a separate error.
    pub quarantined: u64,
    /// The number of tenants that a status filter left out because their provider reports no status.
    pub not_judged: u64,
    /// The statuses of the tenants that a status filter left out, sorted; the first twenty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub other_statuses: BTreeSet<String>,
    /// The first hundred fields that the provider sent but its document does not declare. Each is a JSON pointer into a record,
    /// with `*` for any position in an array; after the word `page`, a pointer into the page around the records.
    pub unknown_fields: Vec<String>,
    /// The first hundred fields that tenants omit because the values in the records did not fit the document.
    #[serde(rename = "left_out")]
    pub omitted: Vec<Omission>,
    /// The undeclared fields, values and nulls that the provider sent, counted per place, for the first hundred places. The
    /// tenants have everything that the document declares.
    #[serde(default)]
    pub drift: Vec<Drift>,
    /// The number of omitted fields and of drift in places beyond the first hundred.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub in_other_places: u64,
    /// How far a complete list can be trusted.
    #[serde(alias = "consistency")]
    pub certainty: Certainty,
    /// Why the list has this certainty: each distinct reason once; empty if the list was not read to its end.
    #[serde(default)]
    pub because: Vec<Reason>,
    /// Why the list is not complete; null if it is.
    pub error: Option<String>,
    /// Where to resume; null if there is nothing to resume.
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

    /// Resets the conclusions for a list that is resumed, and keeps the counts.
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

    /// Records why the list was not read to its end, unless it was, or another reason is known.
    pub(crate) fn stopped(&mut self, reason: &str) {
        if self.error.as_deref() == Some(UNFINISHED) {
            self.error = Some(reason.to_owned());
        }
    }

    /// Records a status that a status filter left out.
    pub(crate) fn note_other_status(&mut self, status: &str) {
        let seen = &mut self.other_statuses;
        if seen.len() < MOST_OTHER_STATUSES && !seen.contains(status) {
            seen.insert(shortened(status.to_owned()));
        }
    }

    /// Counts a field that the provider's document does not declare.
    pub(crate) fn count_unknown_field(&mut self, path: &str) {
        let path = place(path);
        if self.unknown_fields.len() < MOST_DRIFT && !self.unknown_fields.contains(&path) {
            self.unknown_fields.push(path.clone());
        }
        self.count_drift(&path, DriftKind::UnknownField);
    }

    /// Counts where a record departs from the provider's document, apart from omitted fields.
    pub(crate) fn count_drift_of(&mut self, mapped: &Mapped) {
        for path in &mapped.unknown_fields {
            self.count_unknown_field(path);
        }
        for path in &mapped.undeclared_nulls {
            self.count_drift(path, DriftKind::UndeclaredNull);
        }
        for path in &mapped.unknown_values {
            self.count_drift(path, DriftKind::UnknownValue);
        }
    }

    /// Counts a field, value or null that the provider's document does not declare.
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

/// The most places with undeclared data that a report names.
const MOST_DRIFT: usize = 100;
/// The longest path, reason or status in a report, in bytes. The provider chooses these texts.
const LONGEST_TEXT: usize = 500;
/// The most statuses that are kept of tenants that a status filter left out.
const MOST_OTHER_STATUSES: usize = 20;

fn place(path: &str) -> String {
    shortened(without_positions(path))
}

/// Truncates a long text.
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

/// A field, value or null that the provider sent but its document does not declare: the API has changed, or the document was
/// wrong from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Drift {
    /// The place: a JSON pointer into a record, with `*` for any position in an array; after the word `page`, a pointer into
    /// the page around the records.
    pub path: String,
    /// The kind of drift.
    pub kind: DriftKind,
    /// The number of occurrences: at most one per record, unless the place is in an array.
    pub records: u64,
}

/// How the data that the provider sent differs from its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DriftKind {
    /// A field that the document does not declare.
    UnknownField,
    /// A value that is not in the document's enumeration.
    UnknownValue,
    /// A null where the document does not allow one.
    UndeclaredNull,
}

/// A field that tenants omit because its values in the records did not fit the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Omission {
    /// The field: a JSON pointer into a record, with `*` for any position in an array; after the word `page`, a pointer into
    /// the page around the records.
    pub path: String,
    /// What was wrong with its value.
    pub reason: String,
    /// The number of records with such a value.
    pub records: u64,
}

/// How far a list can be trusted to have missed no tenant; the most certain first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certainty {
    /// Every tenant that existed throughout was seen: one answer had the whole list, or the observations on its pages show that
    /// no tenant was missed.
    Proved,
    /// Nothing proves the list, and another read of it found the same tenants.
    Agreed,
    /// The list was read to its end; nothing contradicts it, and nothing confirms it.
    Assumed,
    /// The list is incomplete, or may be: something contradicts it, or it was not read to its end.
    Unproved,
}

/// Why a list has its certainty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Reason {
    /// A short code, such as `totals_and_order`.
    pub code: String,
    /// The reason in a sentence.
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
