//! Listed values: makes a schema's enumeration and default agree with its type.

use serde_json::{Map, Value, json};

use crate::error::Diagnostics;
use crate::schema::plain;

/// The values of an enumeration are of its type, none is there twice, and null is `nullable`.
pub(super) fn enumeration(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let Some(Value::Array(listed)) = map.remove("enum") else {
        return;
    };
    let kind = map
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut kept: Vec<Value> = Vec::new();
    for value in &listed {
        let fitting = match (kind.as_str(), value) {
            (_, Value::Null) => {
                map.insert("nullable".to_owned(), json!(true));
                continue;
            }
            ("string", Value::Number(_) | Value::Bool(_)) => Some(json!(value.to_string())),
            ("integer" | "number", Value::String(text)) => {
                text.parse::<i64>().ok().map(Value::from)
            }
            ("string", Value::String(_))
            | ("integer" | "number", Value::Number(_))
            | ("boolean", Value::Bool(_)) => Some(value.clone()),
            _ => None,
        };
        match fitting {
            Some(value) if !kept.contains(&value) => kept.push(value),
            Some(_) => {}
            None => {
                let value = plain(value);
                let reason = format!(
                    "the enumeration's value `{value}` is not of type {kind}: it is left out"
                );
                diagnostics.warn(at, reason);
            }
        }
    }
    if listed.iter().all(Value::is_null) && !listed.is_empty() {
        kept.push(Value::Null);
    }
    if !kept.is_empty() {
        map.insert("enum".to_owned(), Value::Array(kept));
    }
}

/// A default that is not of its schema's type is no default.
pub(super) fn default(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let Some(default) = map.get("default") else {
        return;
    };
    let kind = map.get("type").and_then(Value::as_str);
    let fits = match kind {
        Some("string") => default.is_string(),
        Some("integer") => default.is_i64() || default.is_u64(),
        Some("number") => default.is_number(),
        Some("boolean") => default.is_boolean(),
        Some("array") => default.as_array().is_some_and(Vec::is_empty),
        _ => false,
    };
    let values = map.get("enum").and_then(Value::as_array);
    if fits && values.is_none_or(|values| values.contains(default)) {
        return;
    }
    if !default.is_null() && kind.is_some_and(|kind| kind != "object" && kind != "array") {
        let reason = format!(
            "the default `{}` does not fit its type: it is ignored",
            plain(default)
        );
        diagnostics.warn(at, reason);
    }
    map.remove("default");
}
