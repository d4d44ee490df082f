//! The ledger as text, a field a row.

use std::collections::BTreeSet;

use tenancy_tests::providers::facts;
use tenancy_tests::spec::{Field, Spec};

use crate::derive::{Derived, Effects};

/// The ledger as text.
pub(crate) fn shown(spec: &Spec, derived: &Derived) -> String {
    format!(
        "A record with every field: {}.\n\nThe page:\n\n{}\nA record in `{}`:\n\n{}",
        derived
            .unchanged
            .join("; with nothing but what has to be there: "),
        rows(spec, &spec.page_fields(), &derived.of_page),
        spec.records,
        rows(spec, &spec.record.fields(), &derived.of_record),
    )
}

fn rows(spec: &Spec, fields: &[Field], effects: &Effects) -> String {
    let cells: Vec<_> = fields
        .iter()
        .map(|field| {
            let name = field.dotted();
            let moved = moved(spec, effects, &name);
            (name, field.shape.to_string(), moved)
        })
        .collect();
    let names = cells
        .iter()
        .map(|(name, ..)| name.len())
        .max()
        .unwrap_or_default();
    let shapes = cells
        .iter()
        .map(|(_, shape, _)| shape.len())
        .max()
        .unwrap_or_default();
    let row = |(name, shape, moved)| format!("{name:<names$}  {shape:<shapes$}  {moved}\n");
    cells.into_iter().map(row).collect()
}

fn moved(spec: &Spec, effects: &Effects, field: &str) -> String {
    let mut moved: Vec<String> = effects.alone[field].iter().cloned().collect();
    let together = effects.together[field].iter();
    moved.extend(together.map(|label| format!("{label} (with another field)")));
    match reason(spec.provider, field) {
        _ if !moved.is_empty() => moved.join(", "),
        Some(reason) => format!("unmapped: {reason}"),
        None => "unmapped".to_owned(),
    }
}

/// The fields that are said to move nothing and do, or are not declared any more.
pub(crate) fn reasons_that_do_not_hold(spec: &Spec, derived: &Derived) -> Vec<&'static str> {
    let moves = |effects: &Effects, name: &str| {
        !effects.alone[name].is_empty() || !effects.together[name].is_empty()
    };
    let of_page: BTreeSet<_> = spec.page_fields().iter().map(Field::dotted).collect();
    let of_record: BTreeSet<_> = spec.record.fields().iter().map(Field::dotted).collect();
    let holds = |ignored: &str| {
        let of_page = of_page.iter().map(|name| (name, &derived.of_page));
        let of_record = of_record.iter().map(|name| (name, &derived.of_record));
        let within: Vec<_> = of_page
            .chain(of_record)
            .filter(|(name, _)| is_within(name, ignored))
            .collect();
        !within.is_empty() && !within.iter().any(|(name, effects)| moves(effects, name))
    };
    let ignored = facts(spec.provider).ignored.iter();
    let ignored = ignored.map(|(ignored, _)| *ignored);
    ignored.filter(|ignored| !holds(ignored)).collect()
}

/// Why nothing depends on a field, if that is on purpose.
fn reason(provider: &str, field: &str) -> Option<&'static str> {
    let mut entries = facts(provider).ignored.iter();
    let (_, reason) = entries.find(|(ignored, _)| is_within(field, ignored))?;
    Some(reason)
}

/// Whether a field is another one, or below it.
fn is_within(field: &str, other: &str) -> bool {
    field
        .strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
