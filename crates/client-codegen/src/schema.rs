//! Reads one schema: its keywords, its origin, the component to which it refers.

use serde_json::{Map, Value, json};

use crate::extension::{
    ALLOW_ANY, EXACT, FIXED, OR_FALSE, ORIGIN, WIRE_NAMES, is_among, is_annotation,
};

/// Calls `visit` with a value and every value inside it, schema or not, the outermost first.
pub(crate) fn everywhere(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Object(map) => map.values_mut().for_each(|child| everywhere(child, visit)),
        Value::Array(items) => items.iter_mut().for_each(|child| everywhere(child, visit)),
        _ => {}
    }
}

/// Where the provider's document has this schema; empty if a step made it.
pub(crate) fn origin(schema: &Value) -> &str {
    schema
        .get(ORIGIN)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The map under `key`, if it is one.
pub(crate) fn map_of<'a>(value: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    value.get(key).and_then(Value::as_object)
}

/// The text under `key`, if it is one.
pub(crate) fn text_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The list under `key`; an empty one if there is none.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The texts in the list under `key`.
pub(crate) fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    list(value, key).iter().filter_map(Value::as_str).collect()
}

/// The elements of the list under `key`.
pub(crate) fn list_mut<'a>(value: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    value
        .get_mut(key)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

/// Removes the value of `key`.
pub(crate) fn remove(value: &mut Value, key: &str) -> Option<Value> {
    value.as_object_mut()?.remove(key)
}

/// The values of the map under `key`.
pub(crate) fn values_mut<'a>(
    value: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = &'a mut Value> {
    let map = value.get_mut(key).and_then(Value::as_object_mut);
    map.into_iter().flat_map(Map::values_mut)
}

/// The keywords of a schema that are among `words`.
pub(crate) fn picked(schema: &Value, words: &str) -> Map<String, Value> {
    let all = schema.as_object().into_iter().flatten();
    all.filter(|(key, _)| is_among(key, words))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The schemas of a document that have names.
pub(crate) fn components(document: &Value) -> Map<String, Value> {
    let schemas = document.pointer("/components/schemas");
    schemas
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

/// A value for a message: a text without quotes.
pub(crate) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Where the provider's document has this, or else `fallback`.
pub(crate) fn origin_or<'a>(value: &'a Value, fallback: &'a str) -> &'a str {
    match origin(value) {
        "" => fallback,
        at => at,
    }
}

/// Whether a schema declares properties.
pub(crate) fn has_properties(schema: &Value) -> bool {
    map_of(schema, "properties").is_some_and(|all| !all.is_empty())
}

/// Whether a schema becomes a Rust type with a name: an object, an enumeration or a choice.
pub(crate) fn is_type(schema: &Value) -> bool {
    let enumerated = schema.get("enum").is_some() && text_of(schema, "type") == Some("string");
    has_properties(schema) || enumerated || schema.get("oneOf").is_some()
}

/// Whether `key` is `true`.
pub(crate) fn is_true(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// The `$ref` of a plain reference: a schema that is a `$ref`, or the `allOf` of one, and beside it only annotates.
/// `allOf: [$ref]` beside properties is no reference but a composition.
pub(crate) fn plain_reference(schema: &Value) -> Option<&str> {
    if let Some(direct) = text_of(schema, "$ref") {
        return Some(direct);
    }
    let mut telling = list(schema, "allOf")
        .iter()
        .filter(|member| !says_nothing(member));
    let only = telling.next()?;
    let beside = |(key, value): (&String, &Value)| key == "allOf" || !says(key, value);
    let is_plain = telling.next().is_none() && schema.as_object()?.iter().all(beside);
    is_plain.then(|| plain_reference(only)).flatten()
}

/// The place of the components.
const COMPONENTS: &str = "#/components/schemas/";

/// The name of the component that a plain reference means.
pub(crate) fn reference_of(schema: &Value) -> Option<&str> {
    plain_reference(schema)?.strip_prefix(COMPONENTS)
}

/// The name of the component that a value's own `$ref` means.
pub(crate) fn target_of(value: &Value) -> Option<&str> {
    text_of(value, "$ref")?.strip_prefix(COMPONENTS)
}

/// The component that `name` means in the end: an alias means what it refers to.
pub(crate) fn dealiased<'a>(name: &'a str, components: &'a Map<String, Value>) -> &'a str {
    let mut name = name;
    for _ in 0..32 {
        match components.get(name).and_then(reference_of) {
            Some(next) => name = next,
            None => break,
        }
    }
    name
}

/// The schema `{"$ref": …}` of a component.
pub(crate) fn reference_to(name: &str) -> Value {
    json!({ "$ref": format!("{COMPONENTS}{name}") })
}

/// Whether two schemas say the same, wherever they stand.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    let bare = |schema: &Value| {
        let mut bare = schema.clone();
        everywhere(&mut bare, &mut |value| {
            if let Some(map) = value.as_object_mut() {
                let describes =
                    |key: &str, value: &Value| key == "description" && value.is_string();
                map.retain(|key, value| key != ORIGIN && key != FIXED && !describes(key, value));
            }
        });
        bare
    };
    bare(left) == bare(right)
}

/// Whether a schema only annotates: it has no keyword that decides a type.
pub(crate) fn says_nothing(schema: &Value) -> bool {
    schema
        .as_object()
        .is_some_and(|map| !map.iter().any(|(key, value)| says(key, value)))
}

/// Whether a keyword decides a type.
fn says(key: &str, value: &Value) -> bool {
    match key {
        EXACT | OR_FALSE | ALLOW_ANY => true,
        // `type: object` alone, beside a reference to an object, says nothing more.
        "type" => value != "object",
        "additionalProperties" => !value.is_boolean(),
        _ => !is_annotation(key),
    }
}

/// `schema`, with the annotations of `more` that it lacks; a reference stays one.
pub(crate) fn annotated(schema: &Value, more: &Map<String, Value>) -> Value {
    let annotations: Map<String, Value> = more
        .iter()
        .filter(|(key, _)| is_annotation(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut out = schema.as_object().cloned().unwrap_or_default();
    if out.contains_key("$ref") && annotations.keys().any(|key| key != ORIGIN) {
        let reference = json!({ "$ref": out.remove("$ref") });
        out.insert("allOf".to_owned(), json!([reference]));
    }
    if out.contains_key("$ref") {
        return Value::Object(out);
    }
    for (key, value) in annotations {
        out.entry(key).or_insert(value);
    }
    Value::Object(out)
}

/// The wire names of a component, by identifier.
pub(crate) fn wire_names(component: &Value) -> Map<String, Value> {
    map_of(component, WIRE_NAMES).cloned().unwrap_or_default()
}
