//! Describes places and changes in words, and writes the report in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::compare::{Difference, Kind};
use super::facts::Place;
use super::field_map::FieldMap;
use super::role::Role;
use super::{Accepted, Change, Severity};

/// Describes the place of a change.
pub(super) fn subject_of(difference: &Difference) -> String {
    difference
        .place
        .as_ref()
        .map_or_else(|| "operation".to_owned(), subject)
}

/// Describes what changed there.
pub(super) fn what(kind: &Kind) -> String {
    match kind {
        Kind::Added(_) => "new".to_owned(),
        Kind::Removed => "gone".to_owned(),
        Kind::Renamed(now) => format!("now called `{}`", name(now)),
        Kind::Word(word, true) => format!("new value `{word}`"),
        Kind::Word(word, false) => format!("value `{word}` is gone"),
        Kind::Changed("prose", ..) => "another description".to_owned(),
        Kind::Changed("required", _, Some(new)) if new == "true" => "now required".to_owned(),
        Kind::Changed("required", ..) => "now optional".to_owned(),
        Kind::Changed("nullable", _, Some(new)) if new == "true" => "now nullable".to_owned(),
        Kind::Changed("nullable", ..) => "no longer nullable".to_owned(),
        Kind::Changed("deprecated", _, Some(_)) => "now deprecated".to_owned(),
        Kind::Changed("deprecated", ..) => "no longer deprecated".to_owned(),
        Kind::Changed(aspect, old, new) => {
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
            let aspect = match *aspect {
                "is" => "",
                "words" => "values ",
                "maxLength" => "longest text ",
                other => &format!("{other} "),
            };
            format!("{aspect}{} instead of {}", shown(new), shown(old))
        }
    }
}

fn subject(place: &Place) -> String {
    match place {
        Place::Request => "request".to_owned(),
        Place::Server => "server".to_owned(),
        Place::Credentials => "authentication".to_owned(),
        Place::Response(status) => format!("response `{status}`"),
        Place::Parameter(within, _) if within == "query" => format!("parameter `{}`", name(place)),
        Place::Parameter(within, _) => format!("{within} parameter `{}`", name(place)),
        Place::Envelope(_) => format!("field `{}` of the page", name(place)),
        Place::Record(_) => format!("field `{}` of a record", name(place)),
    }
}

fn name(place: &Place) -> &str {
    match place {
        Place::Parameter(_, name) | Place::Envelope(name) | Place::Record(name) => name,
        Place::Request | Place::Server | Place::Credentials | Place::Response(_) => "",
    }
}

/// What a place feeds: fields of the model, or a part of paging.
pub(super) fn feeds(place: &Place, role: Role, map: &FieldMap) -> Option<String> {
    let fixed = match role {
        Role::Size => "page size",
        Role::Position | Role::Continuation | Role::Page => "paging",
        Role::Order => "order",
        Role::Filter => "filter",
        Role::Records => "all tenants",
        Role::Total => "expected number of tenants",
        Role::Request
        | Role::Server
        | Role::Credentials
        | Role::Success
        | Role::Failure
        | Role::Argument => return None,
        Role::Identity | Role::Status | Role::Mapped | Role::Unmapped => {
            let Place::Record(field) = place else {
                return None;
            };
            let moves = map.of_record(field).iter();
            let moves: Vec<String> = moves.map(|field| format!("`{field}`")).collect();
            return Some(match moves.is_empty() {
                true => "unmapped".to_owned(),
                false => moves.join(", "),
            });
        }
    };
    Some(fixed.to_owned())
}

impl Change {
    /// The change as one line of Markdown.
    fn line(&self, accepted: &Accepted) -> String {
        let severity = match self.severity {
            Severity::Breaking => "**breaking**",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let feeds = self.feeds.as_ref().map(|feeds| format!(" → {feeds}"));
        let feeds = feeds.unwrap_or_default();
        let mut line = format!(
            "- {severity}: {}{feeds}: {}. {}",
            self.place, self.what, self.effect
        );
        match (accepted.reason(&self.fingerprint), self.severity) {
            (Some(reason), _) => line += &format!(" Accepted: {reason}"),
            (None, Severity::Breaking) => line += &format!(" (fingerprint `{}`)", self.fingerprint),
            (None, _) => {}
        }
        line
    }
}

/// The report on one provider as Markdown, for a comment in a pull request; empty if nothing changed.
#[must_use]
pub fn markdown(provider: &str, changes: &[Change], accepted: &Accepted) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let of = |severity, word: &str| {
        let count = changes
            .iter()
            .filter(|change| change.severity == severity)
            .count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {word}{plural}"))
    };
    let counts = [
        of(Severity::Breaking, "breaking change"),
        of(Severity::Warning, "warning"),
        of(Severity::Note, "note"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let mut text = format!("### {provider}: {}\n", counts.join(", "));
    let mut operation = "";
    let mut sorted: Vec<&Change> = changes.iter().collect();
    sorted.sort_by_key(|change| &change.operation);
    for change in sorted {
        if change.operation != operation {
            operation = &change.operation;
            let _ = write!(text, "\n`{operation}`:\n\n");
        }
        text += &change.line(accepted);
        text += "\n";
    }
    let lines: BTreeSet<&str> = changes
        .iter()
        .filter_map(|change| change.line.as_deref())
        .collect();
    if !lines.is_empty() {
        let _ = write!(
            text,
            "\nLines of `tests/snapshots/field_coverage__{provider}.snap` that change:\n\n```\n"
        );
        for line in lines {
            text += line;
            text += "\n";
        }
        text += "```\n";
    }
    if !accepted.pending(changes).is_empty() {
        let _ = write!(
            text,
            "\nTo accept a breaking change, add its fingerprint and the reason to `specs/{provider}/accepted.toml`.\n"
        );
    }
    text
}
