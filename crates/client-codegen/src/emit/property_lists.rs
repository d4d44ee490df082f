//! Lists the properties that hold secrets and those that are never null.

use std::collections::BTreeSet;

use crate::extension::NOT_NULL;
use crate::rust_type::native_type;
use crate::schema::{map_of, text_of, texts, wire_names};
use serde_json::{Map, Value};

/// The wire names of all properties that are secrets.
pub(super) fn secret(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    each(document, &mut |_, _, wire, schema| {
        let is_secret = native_type(schema).is_some_and(|found| found.contains("::Secret"))
            || text_of(schema, "format") == Some("password");
        if is_secret {
            names.insert(wire.to_owned());
        }
    });
    names
}

/// The wire names of all properties that may be absent and that no schema lets be null.
pub(super) fn not_null(document: &Value) -> BTreeSet<String> {
    let (mut never, mut sometimes) = (BTreeSet::new(), BTreeSet::new());
    each(document, &mut |component, name, wire, _| {
        if !texts(component, "required").contains(&name) {
            let is_never = texts(component, NOT_NULL).contains(&name);
            let names = if is_never { &mut never } else { &mut sometimes };
            names.insert(wire.to_owned());
        }
    });
    never.difference(&sometimes).cloned().collect()
}

/// Visits each property: its component, its name, its name on the wire, its schema.
fn each(document: &Value, visit: &mut dyn FnMut(&Value, &str, &str, &Value)) {
    let components = map_of(&document["components"], "schemas");
    for component in components.into_iter().flat_map(Map::values) {
        let wire = wire_names(component);
        for (name, schema) in map_of(component, "properties").into_iter().flatten() {
            let wire = wire.get(name).and_then(Value::as_str).unwrap_or(name);
            visit(component, name, wire, schema);
        }
    }
}
