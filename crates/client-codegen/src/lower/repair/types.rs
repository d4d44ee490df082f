//! Types: corrects wrong names, and infers a missing type from the other keywords.

use serde_json::{Map, Value, json};

use crate::error::Diagnostics;
use crate::extension::ORIGIN;
use crate::schema::plain;

/// The type that a wrong type name means, and the format it implies.
fn meant(name: &str) -> Option<(Option<&'static str>, Option<&'static str>)> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "text" | "char" | "varchar" | "enum" | "uuid" | "guid" | "uri"
        | "url" | "email" | "phone" | "time" | "timespan" | "duration" | "byte" | "base64" => {
            (Some("string"), None)
        }
        "binary" | "file" => (Some("string"), Some("binary")),
        "password" => (Some("string"), Some("password")),
        "date" => (Some("string"), Some("date")),
        "datetime" | "date-time" | "timestamp" => (Some("string"), Some("date-time")),
        "integer" | "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint32" | "uint64"
        | "long" | "short" | "bigint" | "biginteger" => (Some("integer"), None),
        "number" | "float" | "double" | "decimal" | "numeric" | "money" | "currency" => {
            (Some("number"), None)
        }
        "boolean" | "bool" => (Some("boolean"), None),
        "object" | "map" | "dict" | "dictionary" | "hash" | "struct" | "json" => {
            (Some("object"), None)
        }
        "array" | "list" | "set" => (Some("array"), None),
        "any" | "mixed" | "unknown" | "undefined" | "*" | "" => (None, None),
        _ => return None,
    })
}

/// Reads a wrong type name as it is meant.
pub(super) fn named(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let Some(stated) = map.get("type").cloned() else {
        return;
    };
    let name = plain(&stated);
    match stated.as_str().and_then(meant) {
        Some((Some(meant), _)) if stated == meant => {}
        Some((Some(meant), format)) => {
            diagnostics.warn(at, format!("type `{name}` is read as `{meant}`"));
            map.insert("type".to_owned(), json!(meant));
            if let Some(format) = format {
                map.entry("format").or_insert_with(|| json!(format));
            }
        }
        Some((None, _)) => drop(map.remove("type")),
        None => {
            diagnostics.warn(
                at,
                format!("type `{name}` is unknown: the value may be anything"),
            );
            map.remove("type");
        }
    }
}

/// States a type that is missing, or that its other keywords contradict, and drops keywords of other types.
pub(super) fn implied(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    if map.contains_key("$ref") {
        return;
    }
    let implied = implied_type(map);
    let stated = map.get("type").and_then(Value::as_str).map(str::to_owned);
    let composed = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| map.contains_key(*key));
    let read = match (stated.as_deref(), implied) {
        (None, Some(implied)) if !composed => Some(implied),
        (
            Some(stated @ ("string" | "boolean" | "integer" | "number")),
            Some(implied @ ("object" | "array")),
        ) => {
            let reason = format!("type `{stated}` has an {implied}'s keywords: it is read as one");
            diagnostics.warn(at, reason);
            Some(implied)
        }
        (Some("object"), Some("array")) => {
            let reason = "type `object` has `items` and no properties: it is read as an array";
            diagnostics.warn(at, reason);
            Some("array")
        }
        _ => None,
    };
    if let Some(read) = read {
        map.insert("type".to_owned(), json!(read));
    }
    let foreign: &[&str] = match map.get("type").and_then(Value::as_str) {
        Some("array") => &["properties"],
        Some("object") => &["items", "enum"],
        Some(_) => &["items", "properties", "additionalProperties"],
        None => &[],
    };
    map.retain(|key, _| !foreign.contains(&key.as_str()));
    if map.get("type") == Some(&json!("array")) {
        map.entry("items").or_insert_with(|| json!({ORIGIN: at}));
    }
}

fn implied_type(map: &Map<String, Value>) -> Option<&'static str> {
    let object = |key: &str| map.get(key).and_then(Value::as_object);
    if object("properties").is_some_and(|all| !all.is_empty())
        || object("additionalProperties").is_some()
    {
        return Some("object");
    }
    if map.contains_key("items") {
        return Some("array");
    }
    let values = map
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let values: Vec<&Value> = values.filter(|value| !value.is_null()).collect();
    let all =
        |test: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| test(value));
    if all(Value::is_string) {
        return Some("string");
    }
    if all(|value| value.is_i64() || value.is_u64()) {
        return Some("integer");
    }
    if all(Value::is_boolean) {
        return Some("boolean");
    }
    match map.get("format").and_then(Value::as_str)? {
        "int32" | "int64" | "uint32" | "uint64" => Some("integer"),
        "float" | "double" | "decimal" => Some("number"),
        "date" | "date-time" | "uuid" | "email" | "uri" | "password" | "byte" | "binary" => {
            Some("string")
        }
        _ => None,
    }
}
