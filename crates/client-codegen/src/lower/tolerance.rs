//! Tolerance: relaxes schemas, so that an answer that departs from the document still decodes.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{ALLOW_ANY, EXACT, NOT_NULL, OR_FALSE, WIRE_NAMES};
use crate::schema::{
    components, has_properties, is_true, list, map_of, reference_of, remove, text_of,
};
use crate::walk;

/// The document in which a null field is an absent one, lists and maps may be absent, objects may have new properties,
/// nothing is invented by a default, and numbers and booleans are not held to a list of values.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let aliases = components(document);
    walk::walk_all(document, &mut |schema, _| {
        if schema.is_object() {
            remove(schema, "default");
            closed_values(schema);
            fields(schema, &aliases);
            further_properties(schema);
            map_of_anything(schema);
        }
        Ok(())
    })
}

/// The document without what typify cannot say even where a client is to be strict.
pub(crate) fn strict(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    walk::walk_all(document, &mut |schema, _| {
        map_of_anything(schema);
        let is_text = text_of(schema, "type") == Some("string");
        if !is_text {
            closed_values(schema);
        }
        if !is_text || schema.get("enum").is_some() || schema.get("format").is_some() {
            remove(schema, "default");
        }
        match text_of(schema, "format") {
            Some("date-time") => {
                schema["format"] = json!("rust ::chrono::DateTime<::chrono::offset::Utc>");
            }
            Some("date") => schema["format"] = json!("rust ::chrono::naive::NaiveDate"),
            Some("password") => drop(remove(schema, "format")),
            _ => {}
        }
        remove(schema, EXACT);
        remove(schema, OR_FALSE);
        Ok(())
    })
}

/// Numbers and booleans are not held to a list of values; null and nothing else may be anything later, and is absent until then.
fn closed_values(schema: &mut Value) {
    let is_null = list(schema, "enum").iter().all(Value::is_null);
    if is_null || text_of(schema, "type") != Some("string") {
        remove(schema, "enum");
    }
}

fn fields(schema: &mut Value, aliases: &Map<String, Value>) {
    let Some(mut properties) = map_of(schema, "properties").cloned() else {
        return;
    };
    let (mut kept, mut not_null) = (Vec::new(), Vec::new());
    for (name, property) in properties.iter_mut() {
        // A bare reference cannot say `nullable`; its component never does.
        let nullable = is_true(property, "nullable");
        if !nullable {
            not_null.push(name);
        }
        let required = list(schema, "required").contains(&json!(name));
        if required && !nullable && !is_true(property, "writeOnly") {
            kept.push(name);
        } else if is_container(property, aliases) {
            property["nullable"] = json!(true);
        }
    }
    schema[NOT_NULL] = json!(not_null);
    if kept.is_empty() {
        remove(schema, "required");
    } else {
        schema["required"] = json!(kept);
    }
    schema["properties"] = Value::Object(properties);
}

/// Lists and maps: typify gives an absent one as an empty one, and refuses null.
fn is_container(schema: &Value, aliases: &Map<String, Value>) -> bool {
    let is_list = |schema: &Value| text_of(schema, "type") == Some("array");
    match reference_of(schema) {
        Some(name) => aliases.get(name).is_some_and(is_list),
        None => {
            is_list(schema) || text_of(schema, "type") == Some("object") && !has_properties(schema)
        }
    }
}

fn further_properties(schema: &mut Value) {
    match schema.get("additionalProperties") {
        Some(Value::Bool(_)) => drop(remove(schema, "additionalProperties")),
        // Beside named properties a new one may have any type.
        Some(Value::Object(_)) if has_properties(schema) => {
            schema["additionalProperties"] = json!({ ALLOW_ANY: true });
        }
        _ => {}
    }
    // An object without properties is a map of anything; typify says the same.
    if map_of(schema, "properties").is_some_and(Map::is_empty) {
        remove(schema, "properties");
        remove(schema, WIRE_NAMES);
    }
}

/// A map of values of any type is an object of which nothing is said.
fn map_of_anything(schema: &mut Value) {
    let Some(values) = map_of(schema, "additionalProperties").cloned() else {
        return;
    };
    let deciding = ["type", "$ref", "allOf", "oneOf", "format"];
    if !has_properties(schema) && !deciding.iter().any(|key| values.contains_key(*key)) {
        remove(schema, "additionalProperties");
        if let Some(meant) = values.get(ALLOW_ANY) {
            schema[ALLOW_ANY] = meant.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(schema: Value) -> Value {
        let document = json!({"components": {"schemas": {"S": schema}}});
        after(lower, document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]["S"]
            .clone()
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
