//! The secret that stands in every record whose provider sends one.

use serde_json::Value;
use tenancy_tests::spec::{Kind, Shape, Step};

/// A sub-account's token.
pub(crate) const SECRET: &str = "t0ken-of-a-mutant-77aa";

/// The names of the fields that are secrets, however deep in a record.
pub(crate) fn names(record: &Shape) -> Vec<String> {
    let fields = record.fields().into_iter();
    let secrets = fields.filter(|field| matches!(field.shape.kind, Kind::Secret));
    let name = |step: Option<&Step>| match step {
        Some(Step::Member(name)) => Some(name.clone()),
        _ => None,
    };
    secrets
        .filter_map(|field| name(field.path.last()))
        .collect()
}

/// Puts the secret in each field of these names that a record has.
pub(crate) fn put(record: &mut Value, names: &[String]) {
    match record {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if names.contains(name) => SECRET.clone_into(text),
                    value => put(value, names),
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                put(element, names);
            }
        }
        _ => {}
    }
}
