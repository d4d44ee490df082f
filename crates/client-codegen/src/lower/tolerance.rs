//! Tolerance: what a provider may send beyond its document must not cost the answer.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{NOT_NULL, WIRE_NAMES};
use crate::schema::{is_true, map_of, reference_of, text_of};
use crate::walk;

/// The document in which a null field is an absent one, lists and maps may be absent, objects may have new properties,
/// nothing is invented by a default, and numbers and booleans are not held to a list of values.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let aliases = map_of(&document["components"], "schemas")
        .cloned()
        .unwrap_or_default();
    walk::walk_all(&mut document, &mut |schema, _| {
        if let Some(map) = schema.as_object_mut() {
            map.remove("default");
            closed_values(map);
            fields(map, &aliases);
            further_properties(map);
            map_of_anything(map);
        }
        Ok(())
    })?;
    Ok(document)
}

/// What typify cannot say even where a client is to be strict.
pub(crate) fn strict(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    walk::walk_all(&mut document, &mut |schema, _| {
        if let Some(map) = schema.as_object_mut() {
            map_of_anything(map);
            if !matches!(text_of(&Value::Object(map.clone()), "type"), Some("string")) {
                closed_values(map);
                map.remove("default");
            }
            if map.contains_key("enum") || map.get("format").is_some() {
                map.remove("default");
            }
            let native = match map.get("format").and_then(Value::as_str) {
                Some("date-time") => "rust ::chrono::DateTime<::chrono::offset::Utc>",
                Some("date") => "rust ::chrono::naive::NaiveDate",
                Some("password") => "",
                _ => "-",
            };
            if native != "-" {
                map.insert("format".to_owned(), json!(native));
                map.retain(|key, value| key != "format" || value != "");
            }
            map.remove("x-exact");
            map.remove("x-or-false");
        }
        Ok(())
    })?;
    Ok(document)
}

fn closed_values(map: &mut Map<String, Value>) {
    let only_null = map
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().all(Value::is_null));
    if map.get("type") != Some(&json!("string")) && !only_null {
        map.remove("enum");
    }
    if only_null {
        // Null and nothing else: it may be anything later, and until then it is absent.
        map.remove("enum");
    }
}

fn fields(map: &mut Map<String, Value>, aliases: &Map<String, Value>) {
    let required: Vec<Value> = map
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let Some(Value::Object(properties)) = map.get_mut("properties") else {
        return;
    };
    let mut kept = Vec::new();
    let mut not_null = Vec::new();
    for (name, schema) in properties.iter_mut() {
        if !is_true(schema, "nullable") {
            not_null.push(json!(name));
        }
        // A bare reference cannot say `nullable`; its component never does.
        let written = is_true(schema, "write_only") || is_true(schema, "writeOnly");
        if required.contains(&json!(name)) && !is_true(schema, "nullable") && !written {
            kept.push(json!(name));
            continue;
        }
        if is_container(schema, aliases)
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("nullable".to_owned(), json!(true));
        }
    }
    map.insert(NOT_NULL.to_owned(), Value::Array(not_null));
    if kept.is_empty() {
        map.remove("required");
    } else {
        map.insert("required".to_owned(), Value::Array(kept));
    }
}

/// Lists and maps: typify gives an absent one as an empty one, and refuses null.
fn is_container(schema: &Value, aliases: &Map<String, Value>) -> bool {
    match reference_of(schema) {
        Some(name) => aliases
            .get(name)
            .is_some_and(|target| text_of(target, "type") == Some("array")),
        None => {
            text_of(schema, "type") == Some("array")
                || text_of(schema, "type") == Some("object")
                    && map_of(schema, "properties").is_none_or(Map::is_empty)
        }
    }
}

fn further_properties(map: &mut Map<String, Value>) {
    let has_properties = map
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|all| !all.is_empty());
    match map.get("additionalProperties") {
        Some(Value::Bool(_)) => {
            map.remove("additionalProperties");
        }
        Some(Value::Object(_)) if has_properties => {
            // Beside named properties a new one may have any type.
            map.insert(
                "additionalProperties".to_owned(),
                json!({"x-allow-any": true}),
            );
        }
        _ => {}
    }
    // An object without properties is a map of anything; typify says the same.
    if map
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(Map::is_empty)
    {
        map.remove("properties");
        map.remove(WIRE_NAMES);
    }
}

/// A map of values of any type is an object of which nothing is said.
fn map_of_anything(map: &mut Map<String, Value>) {
    let has_properties = map
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|all| !all.is_empty());
    let deciding = ["type", "$ref", "allOf", "oneOf", "format"];
    let Some(values) = map.get("additionalProperties").and_then(Value::as_object) else {
        return;
    };
    if !has_properties && !deciding.iter().any(|key| values.contains_key(*key)) {
        let meant = values.get("x-allow-any").cloned();
        map.remove("additionalProperties");
        if let Some(meant) = meant {
            map.insert("x-allow-any".to_owned(), meant);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(schema: Value) -> Value {
        let document = json!({"components": {"schemas": {"S": schema}}});
        lower(document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]["S"].clone()
    }

    #[test]
    fn a_null_field_is_an_absent_one() {
        let lowered = run(
            json!({"type": "object", "required": ["id", "name", "tags"], "properties": {
            "id": {"type": "string"}, "name": {"type": "string", "nullable": true}, "tags": {"type": "array", "items": {}},
            "more": {"type": "array", "items": {}}, "map": {"type": "object", "additionalProperties": {"type": "string"}}}}),
        );
        assert_eq!(lowered["required"], json!(["id", "tags"]));
        assert_eq!(lowered[NOT_NULL], json!(["id", "map", "more", "tags"]));
        assert_eq!(lowered["properties"]["more"]["nullable"], true);
        assert_eq!(lowered["properties"]["map"]["nullable"], true);
        assert!(lowered["properties"]["tags"].get("nullable").is_none());
    }

    #[test]
    fn new_properties_values_and_defaults() {
        for (before, after) in [
            (
                json!({"type": "object", "additionalProperties": false, "properties": {"a": {"default": 1}}}),
                json!({"type": "object", "properties": {"a": {}}, "x-not-null": ["a"]}),
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "string"}, "properties": {"a": {}}}),
                json!({"type": "object", "additionalProperties": {"x-allow-any": true}, "properties": {"a": {}}, "x-not-null": ["a"]}),
            ),
            (
                json!({"type": "integer", "enum": [1, 2], "default": 1}),
                json!({"type": "integer"}),
            ),
            (
                json!({"type": "string", "enum": ["a"]}),
                json!({"type": "string", "enum": ["a"]}),
            ),
        ] {
            assert_eq!(run(before.clone()), after, "{before}");
        }
    }
}
