//! Repair: rewrites schemas that OpenAPI does not allow to what their authors meant.

mod formats;
mod listed;
mod types;

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{ALLOW_ANY, EXACT, OPEN_SET, OR_FALSE, ORIGIN, STATED, is_among};
use crate::schema::{origin, remove};
use crate::walk;

/// Keywords that narrow a value further than a Rust type says. Servers judge what is sent to them, and one that breaks its
/// own rule must not cost the answer.
const NARROWING: &str = "not pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf \
    minItems maxItems uniqueItems minProperties maxProperties collectionFormat allowEmptyValue";

/// The extensions that an overlay may use; `x-rust-type` and the like mean nothing to codegen.
const OURS: [&str; 5] = [EXACT, OR_FALSE, ALLOW_ANY, OPEN_SET, STATED];

/// The document whose schemas have only keywords, types and values that OpenAPI 3.0 knows.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    walk::walk_all(document, &mut |schema, _| {
        let at = origin(schema).to_owned();
        if let Some(map) = schema.as_object_mut() {
            keywords(map);
            shapes(map, &at, diagnostics);
            types::named(map, &at, diagnostics);
            types::implied(map, &at, diagnostics);
            formats::keep_known(map, &at, diagnostics);
            requirements(map);
            listed::enumeration(map, &at, diagnostics);
            listed::default(map, &at, diagnostics);
        }
        Ok(())
    })
}

/// Drops keywords without a meaning here, and those whose value is no text or boolean where they need one.
fn keywords(map: &mut Map<String, Value>) {
    if map.get("x-nullable") == Some(&json!(true)) {
        map.insert("nullable".to_owned(), json!(true));
    }
    map.retain(|key, value| match key.as_str() {
        ORIGIN => true,
        "nullable" | "deprecated" | "readOnly" | "writeOnly" => is_yes(value),
        key if OURS.contains(&key) => is_yes(value),
        "description" | "title" | "format" | "$ref" | "summary" => value.is_string(),
        "default" => true,
        key => !(key.starts_with("x-") || is_among(key, NARROWING) || value.is_null()),
    });
}

/// Whether the value is true; a text becomes a boolean.
fn is_yes(value: &mut Value) -> bool {
    if *value == "true" {
        *value = json!(true);
    }
    *value == true
}

/// Keywords that hold schemas hold nothing else.
fn shapes(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let keys: Vec<String> = map.keys().cloned().collect();
    for key in keys {
        let Some(value) = map.get_mut(&key) else {
            continue;
        };
        let fits = match key.as_str() {
            "properties" | "items" => value.is_object(),
            "additionalProperties" => value.is_object() || value.is_boolean(),
            "allOf" | "oneOf" | "anyOf" => value.as_array().is_some_and(|list| !list.is_empty()),
            "discriminator" => value.get("propertyName").is_some_and(Value::is_string),
            "enum" => value.is_array(),
            _ => true,
        };
        if fits {
            continue;
        }
        match (key.as_str(), &*value) {
            ("discriminator", Value::String(property)) => {
                *value = json!({ "propertyName": property });
                continue;
            }
            ("items", Value::Bool(_)) => {
                *value = json!({ORIGIN: at});
                continue;
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(_)) => {}
            _ => diagnostics.warn(at, format!("`{key}` is malformed and is ignored")),
        }
        map.remove(&key);
    }
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        properties.retain(|_, schema| schema.is_object());
    }
}

/// `required: true` on a property is meant for its parent's list.
fn requirements(map: &mut Map<String, Value>) {
    let stated = map.remove("required");
    let mut required: Vec<Value> = match &stated {
        Some(Value::Array(list)) => list.clone(),
        _ => Vec::new(),
    };
    required.retain(Value::is_string);
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        for (name, schema) in properties.iter_mut() {
            if remove(schema, "x-meant-required").is_some() {
                required.push(json!(name));
            }
        }
    }
    required.sort_by_key(ToString::to_string);
    required.dedup();
    if !required.is_empty() {
        map.insert("required".to_owned(), Value::Array(required));
    }
    if stated == Some(json!(true)) {
        map.insert("x-meant-required".to_owned(), json!(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(schema: Value) -> (Value, usize) {
        let mut diagnostics = Diagnostics::default();
        let document = json!({"components": {"schemas": {"S": schema}}});
        let lowered = after(lower, document, &mut diagnostics).unwrap();
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
                json!({"type": "string", "format": "uuid"}),
                json!({"type": "string"}),
                0,
            ),
            (
                json!({"type": "string", "format": "datetime"}),
                json!({"type": "string"}),
                1,
            ),
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
        // WorkOS' document names a property twice.
        let (after, _) = run(json!({"type": "object", "required": ["a", "b", "a"]}));
        assert_eq!(after["required"], json!(["a", "b"]));
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
