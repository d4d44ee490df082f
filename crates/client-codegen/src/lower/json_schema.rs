//! OpenAPI 3.1 to 3.0: JSON Schema's own words for what 3.0 says in its own, and `$ref` with siblings.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ANNOTATIONS, ORIGIN};
use crate::schema::{origin, text_of};
use crate::walk;

/// Keywords that only narrow a value, and that no Rust type can say.
const CONSTRAINTS: [&str; 18] = [
    "$defs",
    "definitions",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentSchemas",
    "dependentRequired",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
    "contentMediaType",
    "contentEncoding",
    "contentSchema",
];

/// The document as OpenAPI 3.0. Runs on every document: people write 3.1's words into 3.0 ones too.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let version = text_of(&document, "openapi").unwrap_or_default().to_owned();
    if !version.starts_with("3.") {
        return Err(Error::at(
            "/openapi",
            format!("version `{version}` is neither 3.0 nor 3.1, nor `swagger: 2.0`"),
        ));
    }
    let siblings_count = !version.starts_with("3.0");
    walk::walk_all(&mut document, &mut |schema, _| {
        lower_schema(schema, siblings_count, diagnostics)
    })?;
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        root.remove("webhooks");
    }
    Ok(document)
}

fn lower_schema(
    schema: &mut Value,
    siblings_count: bool,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let at = origin(schema).to_owned();
    let Some(map) = schema.as_object_mut() else {
        return Ok(());
    };
    if map.contains_key("$ref") {
        lower_reference(map, siblings_count);
        return Ok(());
    }
    false_properties(map);
    let forbidden = forbids(&Value::Object(map.clone()));
    map.retain(|key, _| !CONSTRAINTS.contains(&key.as_str()) || (forbidden && key == "not"));
    tuples(map, &at, diagnostics);
    patterns(map);
    bounds(map);
    if let Some(value) = map.remove("const") {
        map.insert("enum".to_owned(), json!([value]));
    }
    types(map);
    Ok(())
}

/// Beside a `$ref`, 3.0 ignores all; its annotations are kept, since they are meant. In 3.1 all counts.
fn lower_reference(map: &mut Map<String, Value>, siblings_count: bool) {
    let siblings: Map<String, Value> = map
        .iter()
        .filter(|(key, _)| *key != "$ref" && *key != ORIGIN)
        .filter(|(key, _)| {
            siblings_count || ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-")
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let reference = json!({ "$ref": map.get("$ref") });
    map.retain(|key, _| key == ORIGIN || key == "$ref");
    if siblings.is_empty() {
        return;
    }
    map.remove("$ref");
    let (annotations, rest): (Map<_, _>, Map<_, _>) = siblings
        .into_iter()
        .partition(|(key, _)| ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"));
    let mut all = vec![reference];
    if !rest.is_empty() {
        all.push(Value::Object(rest));
    }
    map.insert("allOf".to_owned(), Value::Array(all));
    map.extend(annotations);
}

/// A property whose schema is `false` may not be there.
fn false_properties(map: &mut Map<String, Value>) {
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        properties.retain(|_, schema| !forbids(schema));
    }
    if map.get("additionalProperties").is_some_and(forbids) {
        map.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Whether the schema is `false`: prune writes it as `not: {}`.
fn forbids(schema: &Value) -> bool {
    schema
        .get("not")
        .and_then(Value::as_object)
        .is_some_and(|not| not.keys().all(|key| key == ORIGIN))
}

fn tuples(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let listed = match (map.remove("prefixItems"), map.get("items")) {
        (Some(Value::Array(prefix)), _) => prefix,
        (_, Some(Value::Array(list))) => list.clone(),
        _ => return,
    };
    diagnostics.warn(
        at,
        "a list of fixed places becomes a list whose elements have any of the places' types",
    );
    map.insert("items".to_owned(), json!({"anyOf": listed, ORIGIN: at}));
}

fn patterns(map: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = map.remove("patternProperties") else {
        return;
    };
    let mut schemas: Vec<Value> = patterns.into_iter().map(|(_, schema)| schema).collect();
    let open = matches!(
        map.get("additionalProperties"),
        None | Some(Value::Bool(false))
    );
    if open && !schemas.is_empty() {
        let schema = if schemas.len() == 1 {
            schemas.remove(0)
        } else {
            json!({ "anyOf": schemas })
        };
        map.insert("additionalProperties".to_owned(), schema);
    }
}

fn bounds(map: &mut Map<String, Value>) {
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if let Some(value @ Value::Number(_)) = map.get(exclusive).cloned() {
            map.insert(bound.to_owned(), value);
            map.insert(exclusive.to_owned(), json!(true));
        }
    }
}

/// `type: [a, null]` is `type: a, nullable`; of several types each is a branch with the keywords that are its own.
fn types(map: &mut Map<String, Value>) {
    let Some(Value::Array(listed)) = map.get("type").cloned() else {
        if map.get("type") == Some(&json!("null")) {
            map.remove("type");
            map.insert("nullable".to_owned(), json!(true));
            map.insert("enum".to_owned(), json!([null]));
        }
        return;
    };
    map.remove("type");
    let mut types: Vec<Value> = listed
        .iter()
        .filter(|name| **name != json!("null"))
        .cloned()
        .collect();
    types.dedup();
    if types.len() < listed.len() {
        map.insert("nullable".to_owned(), json!(true));
    }
    if types.contains(&json!("number")) {
        types.retain(|name| *name != json!("integer"));
    }
    match types.len() {
        0 if !listed.is_empty() => {
            map.insert("enum".to_owned(), json!([null]));
        }
        0 => {}
        1 => {
            map.insert("type".to_owned(), types.remove(0));
        }
        _ => {
            let own: Map<String, Value> = map
                .iter()
                .filter(|(key, _)| !ANNOTATIONS.contains(&key.as_str()) && !key.starts_with("x-"))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            map.retain(|key, _| ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"));
            let at = map.get(ORIGIN).cloned().unwrap_or_default();
            let branches: Vec<Value> = types.iter().map(|name| branch(name, &own, &at)).collect();
            map.insert("anyOf".to_owned(), Value::Array(branches));
        }
    }
}

fn branch(name: &Value, own: &Map<String, Value>, at: &Value) -> Value {
    let keys: &[&str] = match name.as_str() {
        Some("object") => &["properties", "required", "additionalProperties"],
        Some("array") => &["items"],
        Some("string") => &["format", "enum"],
        _ => &["format"],
    };
    let mut map: Map<String, Value> = own
        .iter()
        .filter(|(key, _)| keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    map.insert("type".to_owned(), name.clone());
    map.insert(ORIGIN.to_owned(), at.clone());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(version: &str, schema: Value) -> Value {
        let document = json!({"openapi": version, "components": {"schemas": {"S": schema}}});
        let lowered = lower(document, &mut Diagnostics::default()).unwrap();
        lowered["components"]["schemas"]["S"].clone()
    }

    #[test]
    fn each_word_of_3_1_has_one_of_3_0() {
        for (before, after) in [
            (
                json!({"type": ["string", "null"]}),
                json!({"type": "string", "nullable": true}),
            ),
            (
                json!({"type": "null"}),
                json!({"nullable": true, "enum": [null]}),
            ),
            (json!({"const": "a"}), json!({"enum": ["a"]})),
            (
                json!({"type": "integer", "exclusiveMinimum": 1}),
                json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true}),
            ),
            (
                json!({"type": ["string", "integer"], "format": "x", "description": "d"}),
                json!({"description": "d", "anyOf": [{"type": "string", "format": "x", "x-origin": null},
                    {"type": "integer", "format": "x", "x-origin": null}]}),
            ),
            (
                json!({"properties": {"a": {"not": {}}, "b": {}}}),
                json!({"properties": {"b": {}}}),
            ),
            (
                json!({"patternProperties": {"^a": {"type": "string"}}}),
                json!({"additionalProperties": {"type": "string"}}),
            ),
            (
                json!({"$defs": {"a": {}}, "if": {}, "then": {}, "type": "string"}),
                json!({"type": "string"}),
            ),
            (
                json!({"prefixItems": [{"type": "string"}]}),
                json!({"items": {"anyOf": [{"type": "string"}], "x-origin": ""}}),
            ),
        ] {
            assert_eq!(run("3.1.0", before.clone()), after, "{before}");
        }
    }

    #[test]
    fn beside_a_reference_3_1_counts_all_and_3_0_the_annotations() {
        let schema =
            json!({"$ref": "#/components/schemas/S", "description": "d", "required": ["a"]});
        assert_eq!(
            run("3.1.0", schema.clone()),
            json!({"allOf": [{"$ref": "#/components/schemas/S"}, {"required": ["a"]}], "description": "d"})
        );
        assert_eq!(
            run("3.0.3", schema),
            json!({"allOf": [{"$ref": "#/components/schemas/S"}], "description": "d"})
        );
    }

    #[test]
    fn an_unknown_version_is_refused() {
        let failure = lower(json!({"openapi": "4.0"}), &mut Diagnostics::default()).unwrap_err();
        assert_eq!(failure.pointer, "#/openapi");
    }
}
