//! Repair: what people write into schemas and OpenAPI does not have, read as it was meant.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::ORIGIN;
use crate::schema::origin;
use crate::walk;

/// Keywords that narrow a value further than a Rust type says. Servers judge what is sent to them, and one that breaks its
/// own rule must not cost the answer.
const NARROWING: [&str; 16] = [
    "not",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "collectionFormat",
    "allowEmptyValue",
];

/// The extensions that mean something to codegen; `x-rust-type` and the like do not.
const OURS: [&str; 6] = [
    ORIGIN,
    "x-exact",
    "x-or-false",
    "x-allow-any",
    "x-map",
    "x-stated",
];

/// The document whose schemas have only keywords, types and values that OpenAPI 3.0 knows.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    walk::walk_all(&mut document, &mut |schema, _| {
        let at = origin(schema).to_owned();
        if let Some(map) = schema.as_object_mut() {
            repair(map, &at, diagnostics);
        }
        Ok(())
    })?;
    Ok(document)
}

fn repair(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    if map.get("x-nullable") == Some(&json!(true)) {
        map.insert("nullable".to_owned(), json!(true));
    }
    map.retain(|key, value| {
        let foreign = key.starts_with("x-") && !OURS.contains(&key.as_str());
        !(foreign || NARROWING.contains(&key.as_str()) || value.is_null() && key != "default")
    });
    booleans(map);
    texts(map);
    shapes(map, at, diagnostics);
    named_type(map, at, diagnostics);
    implied_type(map, at, diagnostics);
    requirements(map);
    values(map, at, diagnostics);
    default_value(map, at, diagnostics);
}

fn booleans(map: &mut Map<String, Value>) {
    for key in [
        "nullable",
        "deprecated",
        "readOnly",
        "writeOnly",
        "x-exact",
        "x-or-false",
        "x-allow-any",
        "x-map",
        "x-stated",
    ] {
        match map.get(key) {
            Some(Value::String(text)) if text == "true" => {
                map.insert(key.to_owned(), json!(true));
            }
            Some(Value::Bool(true)) | None => {}
            Some(_) => {
                map.remove(key);
            }
        }
    }
}

fn texts(map: &mut Map<String, Value>) {
    for key in ["description", "title", "format", "$ref", "summary"] {
        if map.get(key).is_some_and(|value| !value.is_string()) {
            map.remove(key);
        }
    }
}

/// Keywords that hold schemas hold nothing else.
fn shapes(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let mut wrong = Vec::new();
    for (key, value) in map.iter() {
        let fits = match key.as_str() {
            "properties" => value.is_object(),
            "items" => value.is_object(),
            "additionalProperties" => value.is_object() || value.is_boolean(),
            "allOf" | "oneOf" | "anyOf" => value.as_array().is_some_and(|list| !list.is_empty()),
            "discriminator" => value.get("propertyName").is_some_and(Value::is_string),
            "enum" => value.is_array(),
            _ => true,
        };
        if !fits {
            wrong.push(key.clone());
        }
    }
    for key in wrong {
        match (key.as_str(), map.remove(&key)) {
            ("discriminator", Some(Value::String(property))) => {
                map.insert(key, json!({ "propertyName": property }));
            }
            ("allOf" | "oneOf" | "anyOf", Some(Value::Array(_))) => {}
            ("items", Some(Value::Bool(_))) => {
                map.insert(key, json!({ORIGIN: at}));
            }
            _ => diagnostics.warn(at, format!("`{key}` is malformed and is ignored")),
        }
    }
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        properties.retain(|_, schema| schema.is_object());
    }
}

/// The type that a wrong type name means, and the format it implies.
fn meant(name: &str) -> Option<(Option<&'static str>, Option<&'static str>)> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "text" | "char" | "varchar" | "enum" | "uuid" | "guid" | "uri"
        | "url" | "email" | "phone" | "time" | "timespan" | "duration" | "byte" | "binary"
        | "file" | "base64" | "password" => (Some("string"), None),
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

fn named_type(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let Some(stated) = map.get("type").cloned() else {
        return;
    };
    let found = stated.as_str().and_then(meant);
    let Some((name, format)) = found else {
        diagnostics.warn(
            at,
            format!(
                "type `{}` is unknown: the value may be anything",
                plain(&stated)
            ),
        );
        map.remove("type");
        return;
    };
    match name {
        Some(name) if stated == json!(name) => {}
        Some(name) => {
            diagnostics.warn(at, format!("type `{}` is read as `{name}`", plain(&stated)));
            map.insert("type".to_owned(), json!(name));
            if let Some(format) = format {
                map.entry("format").or_insert_with(|| json!(format));
            }
            // `type: password` is meant as the format of that name, and `file` as bytes.
            if let Some(word @ ("password" | "binary" | "file")) = stated.as_str() {
                map.entry("format")
                    .or_insert_with(|| json!(word.replace("file", "binary")));
            }
        }
        None => {
            map.remove("type");
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A type that is missing, or that its own keywords contradict.
fn implied_type(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    if map.contains_key("$ref") {
        return;
    }
    let has_properties = map
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|all| !all.is_empty());
    let format = map
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let implied = if has_properties
        || map
            .get("additionalProperties")
            .is_some_and(Value::is_object)
    {
        Some("object")
    } else if map.contains_key("items") {
        Some("array")
    } else {
        enum_type(map).or(match format.as_str() {
            "int32" | "int64" | "uint32" | "uint64" => Some("integer"),
            "float" | "double" | "decimal" => Some("number"),
            "date" | "date-time" | "uuid" | "email" | "uri" | "password" | "byte" | "binary" => {
                Some("string")
            }
            _ => None,
        })
    };
    let stated = map.get("type").and_then(Value::as_str).map(str::to_owned);
    let composed = ["allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| map.contains_key(*key));
    match (stated.as_deref(), implied) {
        (None, Some(implied)) if !composed => {
            map.insert("type".to_owned(), json!(implied));
        }
        (
            Some("string" | "boolean" | "integer" | "number"),
            Some(implied @ ("object" | "array")),
        ) => {
            diagnostics.warn(
                at,
                format!(
                    "type `{}` has an {implied}'s keywords: it is read as one",
                    stated.unwrap_or_default()
                ),
            );
            map.insert("type".to_owned(), json!(implied));
        }
        (Some("object"), Some("array")) => {
            diagnostics.warn(
                at,
                "type `object` has `items` and no properties: it is read as an array",
            );
            map.insert("type".to_owned(), json!("array"));
        }
        _ => {}
    }
    match map.get("type").and_then(Value::as_str) {
        Some("array") => {
            map.remove("properties");
            map.entry("items").or_insert_with(|| json!({ORIGIN: at}));
        }
        Some("object") => {
            map.remove("items");
            map.remove("enum");
        }
        Some(_) => {
            map.remove("items");
            map.remove("properties");
            map.remove("additionalProperties");
        }
        None => {}
    }
    formats(map, &format);
}

fn enum_type(map: &Map<String, Value>) -> Option<&'static str> {
    let values: Vec<&Value> = map
        .get("enum")?
        .as_array()?
        .iter()
        .filter(|value| !value.is_null())
        .collect();
    let all =
        |test: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| test(value));
    if all(Value::is_string) {
        Some("string")
    } else if all(|value| value.is_i64() || value.is_u64()) {
        Some("integer")
    } else if all(Value::is_boolean) {
        Some("boolean")
    } else {
        None
    }
}

/// A format stays where it decides the Rust type; integers are `i64`, since a provider's `int32` overflows sooner or later.
fn formats(map: &mut Map<String, Value>, format: &str) {
    let kept = match map.get("type").and_then(Value::as_str) {
        Some("string") => matches!(format, "date" | "date-time" | "password" | "binary"),
        Some("integer") => format == "uint64",
        _ => false,
    };
    if !kept {
        map.remove("format");
    }
}

/// `required: true` on a property is meant for its parent's list.
fn requirements(map: &mut Map<String, Value>) {
    let mut required: Vec<Value> = match map.get("required") {
        Some(Value::Array(list)) => list
            .iter()
            .filter(|name| name.is_string())
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        for (name, schema) in properties.iter_mut() {
            if schema.get("x-meant-required").is_some() {
                if let Some(schema) = schema.as_object_mut() {
                    schema.remove("x-meant-required");
                }
                required.push(json!(name));
            }
        }
    }
    let meant = map.get("required") == Some(&json!(true));
    required.sort_by_key(ToString::to_string);
    required.dedup();
    map.remove("required");
    if !required.is_empty() {
        map.insert("required".to_owned(), Value::Array(required));
    }
    if meant {
        map.insert("x-meant-required".to_owned(), json!(true));
    }
}

/// The values of an enumeration are of its type, none is there twice, and null is `nullable`.
fn values(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
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
            ("string", Value::String(_)) => Some(value.clone()),
            ("string", Value::Number(_) | Value::Bool(_)) => Some(json!(value.to_string())),
            ("integer" | "number", Value::String(text)) => {
                text.parse::<i64>().ok().map(Value::from)
            }
            ("integer" | "number", Value::Number(_)) | ("boolean", Value::Bool(_)) => {
                Some(value.clone())
            }
            _ => None,
        };
        match fitting {
            Some(value) if !kept.contains(&value) => kept.push(value),
            Some(_) => {}
            None => diagnostics.warn(
                at,
                format!(
                    "the enumeration's value `{}` is no {kind}: it is left out",
                    plain(value)
                ),
            ),
        }
    }
    if listed.iter().all(Value::is_null) && !listed.is_empty() {
        map.insert("enum".to_owned(), json!([null]));
    } else if !kept.is_empty() {
        map.insert("enum".to_owned(), Value::Array(kept));
    }
}

/// A default that is not of its schema's type is no default.
fn default_value(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let Some(default) = map.get("default") else {
        return;
    };
    let fits = match map.get("type").and_then(Value::as_str) {
        Some("string") => default.is_string(),
        Some("integer") => default.is_i64() || default.is_u64(),
        Some("number") => default.is_number(),
        Some("boolean") => default.is_boolean(),
        Some("array") => default.as_array().is_some_and(Vec::is_empty),
        _ => false,
    };
    let listed = map
        .get("enum")
        .and_then(Value::as_array)
        .is_none_or(|values| values.contains(default));
    if !(fits && listed) {
        if !default.is_null()
            && map
                .get("type")
                .is_some_and(|kind| kind != "object" && kind != "array")
        {
            diagnostics.warn(
                at,
                format!(
                    "the default `{}` does not fit its type: it is ignored",
                    plain(default)
                ),
            );
        }
        map.remove("default");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(schema: Value) -> (Value, usize) {
        let mut diagnostics = Diagnostics::default();
        let document = json!({"components": {"schemas": {"S": schema}}});
        let lowered = lower(document, &mut diagnostics).unwrap();
        (
            lowered["components"]["schemas"]["S"].clone(),
            diagnostics.warnings().len(),
        )
    }

    #[test]
    fn wrong_types_are_read_as_meant() {
        for (before, after, warnings) in [
            (json!({"type": "int"}), json!({"type": "integer"}), 1),
            (json!({"type": "String"}), json!({"type": "string"}), 1),
            (
                json!({"type": "datetime"}),
                json!({"type": "string", "format": "date-time"}),
                1,
            ),
            (json!({"type": "any"}), json!({}), 0),
            (json!({"type": "frobnicate"}), json!({}), 1),
            (json!({"type": 7}), json!({}), 1),
            (
                json!({"properties": {"a": {}}}),
                json!({"type": "object", "properties": {"a": {}}}),
                0,
            ),
            (
                json!({"type": "string", "properties": {"a": {}}}),
                json!({"type": "object", "properties": {"a": {}}}),
                1,
            ),
            (
                json!({"type": "object", "items": {}}),
                json!({"type": "array", "items": {}}),
                1,
            ),
            (
                json!({"type": "array"}),
                json!({"type": "array", "items": {"x-origin": ""}}),
                0,
            ),
            (
                json!({"type": "integer", "format": "int32", "minimum": 0}),
                json!({"type": "integer"}),
                0,
            ),
            (json!({"format": "int64"}), json!({"type": "integer"}), 0),
            (
                json!({"type": "string", "pattern": "(?!x", "x-rust-type": {}}),
                json!({"type": "string"}),
                0,
            ),
            (
                json!({"type": "string", "nullable": "true"}),
                json!({"type": "string", "nullable": true}),
                0,
            ),
            (
                json!({"type": "array", "items": true}),
                json!({"type": "array", "items": {"x-origin": ""}}),
                0,
            ),
            (json!({"oneOf": [], "properties": []}), json!({}), 1),
        ] {
            assert_eq!(run(before.clone()), (after, warnings), "{before}");
        }
    }

    #[test]
    fn enumerations_hold_values_of_their_type() {
        for (before, after, warnings) in [
            (
                json!({"enum": ["a", "a", null]}),
                json!({"type": "string", "nullable": true, "enum": ["a"]}),
                0,
            ),
            (
                json!({"type": "string", "enum": [1, true]}),
                json!({"type": "string", "enum": ["1", "true"]}),
                0,
            ),
            (
                json!({"type": "integer", "enum": ["1", "x"]}),
                json!({"type": "integer", "enum": [1]}),
                1,
            ),
            (
                json!({"enum": [null]}),
                json!({"nullable": true, "enum": [null]}),
                0,
            ),
        ] {
            assert_eq!(run(before.clone()), (after, warnings), "{before}");
        }
    }

    #[test]
    fn requirements_and_defaults() {
        let (after, _) = run(
            json!({"type": "object", "required": true, "properties": {"a": {"type": "string", "required": true}}}),
        );
        assert_eq!(after["required"], json!(["a"]));
        assert_eq!(
            run(json!({"type": "integer", "default": "10"})),
            (json!({"type": "integer"}), 1)
        );
        assert_eq!(
            run(json!({"type": "integer", "default": 10})).0["default"],
            10
        );
    }
}
