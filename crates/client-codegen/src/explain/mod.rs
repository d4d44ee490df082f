//! Explains how a changed document affects a list of tenants: *field of the document → field of the model → effect*.

mod accepted;
mod compare;
mod effect;
mod facts;
mod field_map;
mod render;
mod role;

use std::hash::Hasher;

use serde_json::Value;
use siphasher::sip::SipHasher13;

use crate::options::Selection;
pub use accepted::Accepted;
use compare::{Difference, Kind};
use effect::{Context, effect};
use facts::{Facts, Place};
pub use field_map::FieldMap;
pub use render::markdown;
use role::{Role, role};

/// The severity of a change for a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Lists may fail, miss tenants or identify them differently.
    Breaking,
    /// A value may be lost or unknown.
    Warning,
    /// Nothing is lost.
    Note,
}

/// One change of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The severity.
    pub severity: Severity,
    /// The operation, by its id.
    pub operation: String,
    /// The place, in Markdown: "parameter `limit`".
    pub place: String,
    /// What changed there: "maximum 100 instead of 200".
    pub what: String,
    /// What the place feeds: a field of the model, or a part of paging.
    pub feeds: Option<String>,
    /// The effect on a list.
    pub effect: &'static str,
    /// The line of the field-coverage snapshot that changes with it.
    pub line: Option<String>,
    /// An identifier of the change that stays the same in later commits.
    pub fingerprint: String,
}

/// Returns the changes between two corrected documents ([`correct`](crate::correct)), the most severe first. `operations` says
/// where the records are, and `map` which field of the model each field feeds.
#[must_use]
pub fn explain(
    before: &Value,
    after: &Value,
    operations: &[Selection],
    map: &FieldMap,
) -> Vec<Change> {
    let (before, after) = (
        facts::facts(before, operations),
        facts::facts(after, operations),
    );
    let mut changes: Vec<Change> = compare::compare(&before, &after)
        .into_iter()
        .map(|difference| change(&difference, &before, operations, map))
        .collect();
    changes.sort_by_key(|change| change.severity);
    changes
}

fn change(
    difference: &Difference,
    before: &Facts,
    operations: &[Selection],
    map: &FieldMap,
) -> Change {
    let operation = difference.operation.clone();
    let what = render::what(&difference.kind);
    let subject = render::subject_of(difference);
    let mut hasher = SipHasher13::new();
    hasher.write(format!("{operation}\n{subject}\n{what}").as_bytes());
    let fingerprint = format!("{:016x}", hasher.finish());
    let (severity, effect, feeds) = match &difference.place {
        Some(place) => {
            let selection = operations.iter().find(|one| one.id == operation);
            let role = role(place, selection.and_then(|one| one.records.as_deref()), map);
            let mut places = before.get(&operation).into_iter().flatten();
            let was_paged = places.any(|(place, _)| {
                matches!(place, Place::Parameter(..))
                    && role::role(place, None, map) == Role::Position
            });
            let (severity, effect) = effect(&difference.kind, &Context { role, was_paged });
            (severity, effect, render::feeds(place, role, map))
        }
        None if matches!(difference.kind, Kind::Added(_)) => {
            (Severity::Note, "It can be called.", None)
        }
        None => {
            let effect = "The document no longer has this operation.";
            (Severity::Breaking, effect, None)
        }
    };
    let moves_line = matches!(
        difference.kind,
        Kind::Removed | Kind::Renamed(_) | Kind::Changed("type" | "nullable" | "required", ..)
    );
    let place = difference.place.as_ref().filter(|_| moves_line);
    let line = place.and_then(|place| map.line(place)).map(str::to_owned);
    Change {
        severity,
        operation,
        place: subject,
        what,
        feeds,
        effect,
        line,
        fingerprint,
    }
}
