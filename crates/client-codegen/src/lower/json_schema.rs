//! OpenAPI 3.1 to 3.0: replaces JSON Schema keywords by those of 3.0, and resolves siblings of `$ref`.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, is_among, is_annotation};
use crate::schema::{origin, text_of};
use crate::walk;

/// Keywords that only narrow a value, and that no Rust type can say.
const CONSTRAINTS: &str = "$defs definitions not if then else contains minContains maxContains propertyNames \
    dependentSchemas dependentRequired unevaluatedProperties unevaluatedItems additionalItems \
    contentMediaType contentEncoding contentSchema";

/// The document as OpenAPI 3.0. Runs on every document: people write 3.1's words into 3.0 ones too.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let version = text_of(document, "openapi").unwrap_or_default().to_owned();
    if !version.starts_with("3.") {
        let reason = format!("version `{version}` is neither 3.0 nor 3.1, nor `swagger: 2.0`");
        return Err(Error::at("/openapi", reason));
    }
    let siblings_count = !version.starts_with("3.0");
    walk::walk_all(document, &mut |schema, _| {
        let at = origin(schema).to_owned();
        let forbidden = forbids(schema);
        let Some(map) = schema.as_object_mut() else {
            return Ok(());
        };
        if map.contains_key("$ref") {
            beside_reference(map, siblings_count);
            return Ok(());
        }
        false_properties(map);
        map.retain(|key, _| !is_among(key, CONSTRAINTS) || (forbidden && key == "not"));
        tuples(map, &at, diagnostics);
        patterns(map);
        bounds(map);
        if let Some(value) = map.remove("const") {
            map.insert("enum".to_owned(), json!([value]));
        }
        types(map);
        Ok(())
    })?;
    document["openapi"] = json!("3.0.3");
    Ok(())
}

/// Beside a `$ref`, 3.0 ignores all; its annotations are kept, since they are meant. In 3.1 all counts.
fn beside_reference(map: &mut Map<String, Value>, siblings_count: bool) {
    let stated = std::mem::take(map);
    let mut all = Map::new();
    let mut rest = Map::new();
    for (key, value) in stated {
        match key.as_str() {
            "$ref" | ORIGIN => drop(map.insert(key, value)),
            name if is_annotation(name) => drop(all.insert(key, value)),
            _ if siblings_count => drop(rest.insert(key, value)),
            _ => {}
        }
    }
    if all.is_empty() && rest.is_empty() {
        return;
    }
    let mut members = vec![json!({ "$ref": map.remove("$ref") })];
    if !rest.is_empty() {
        members.push(Value::Object(rest));
    }
    map.insert("allOf".to_owned(), Value::Array(members));
    map.extend(all);
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
    let not = schema.get("not").and_then(Value::as_object);
    not.is_some_and(|not| not.keys().all(|key| key == ORIGIN))
}

fn tuples(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let listed = match (map.remove("prefixItems"), map.get("items")) {
        (Some(Value::Array(prefix)), _) => prefix,
        (_, Some(Value::Array(list))) => list.clone(),
        _ => return,
    };
    let reason = "a tuple becomes a list of any of its element types";
    diagnostics.warn(at, reason);
    map.insert("items".to_owned(), json!({"anyOf": listed, ORIGIN: at}));
}

fn patterns(map: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = map.remove("patternProperties") else {
        return;
    };
    let mut schemas: Vec<Value> = patterns.into_iter().map(|(_, schema)| schema).collect();
    if matches!(
        map.get("additionalProperties"),
        None | Some(Value::Bool(false))
    ) && let Some(last) = schemas.pop()
    {
        let schema = if schemas.is_empty() {
            last
        } else {
            schemas.push(last);
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
    let mut types: Vec<Value> = match map.get("type") {
        Some(Value::Array(listed)) => listed.clone(),
        Some(null) if null == "null" => vec![json!("null")],
        _ => return,
    };
    map.remove("type");
    let count = types.len();
    types.retain(|name| name != "null");
    types.dedup();
    if types.len() < count {
        map.insert("nullable".to_owned(), json!(true));
    }
    if types.contains(&json!("number")) {
        types.retain(|name| name != "integer");
    }
    match types.as_slice() {
        [] if count == 0 => {}
        [] => drop(map.insert("enum".to_owned(), json!([null]))),
        [only] => drop(map.insert("type".to_owned(), only.clone())),
        _ => {
            let stated = Value::Object(map.clone());
            map.retain(|key, _| is_annotation(key));
            let branches = types.iter().map(|name| branch(name, &stated)).collect();
            map.insert("anyOf".to_owned(), Value::Array(branches));
        }
    }
}

fn branch(name: &Value, stated: &Value) -> Value {
    let keys = match name.as_str() {
        Some("object") => "properties required additionalProperties",
        Some("array") => "items",
        Some("string") => "format enum",
        _ => "format",
    };
    let mut branch = json!({"type": name, ORIGIN: stated.get(ORIGIN)});
    for (key, value) in stated.as_object().into_iter().flatten() {
        if is_among(key, keys) {
            branch[key] = value.clone();
        }
    }
    branch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(version: &str, schema: Value) -> Value {
        let document = json!({"openapi": version, "components": {"schemas": {"S": schema}}});
        let lowered = after(lower, document, &mut Diagnostics::default()).unwrap();
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
        let error = after(
            lower,
            json!({"openapi": "4.0"}),
            &mut Diagnostics::default(),
        )
        .unwrap_err();
        assert_eq!(error.pointer, "#/openapi");
    }
}
