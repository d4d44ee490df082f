//! Where the schemas of a document stand: the one walk over them that every step shares.

use serde_json::{Map, Value};

use super::error::Result;
use super::pointer::join;

/// The extension that holds the JSON pointer at which a schema stands in the provider's document.
pub const ORIGIN: &str = "x-origin";

/// HTTP methods in the order in which a path item's operations are read.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Where the provider's document has this schema; empty if a step made it.
pub fn origin(schema: &Value) -> &str {
    schema
        .get(ORIGIN)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The map under `key`, if it is one.
pub fn map_of<'a>(value: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    value.get(key).and_then(Value::as_object)
}

/// The text under `key`, if it is one.
pub fn text_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Whether `key` is `true`.
pub fn is_true(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// The name of the component that a schema refers to, directly or as `allOf: [$ref]` beside annotations.
pub fn reference_of(schema: &Value) -> Option<&str> {
    let direct = text_of(schema, "$ref");
    let wrapped = || match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([only]) => text_of(only, "$ref"),
        _ => None,
    };
    direct
        .or_else(wrapped)?
        .strip_prefix("#/components/schemas/")
}

fn is_wrapped_reference(schema: &Value) -> bool {
    let members = schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice);
    matches!(members, Some([Value::Object(only)]) if only.len() == 1 && only.contains_key("$ref"))
}

/// The schema `{"$ref": …}` of a component.
pub fn reference_to(name: &str) -> Value {
    let mut map = Map::new();
    map.insert(
        "$ref".to_owned(),
        Value::String(format!("#/components/schemas/{name}")),
    );
    Value::Object(map)
}

/// Calls `visit` with each direct child schema of a schema, and the child's pointer.
pub fn children(
    schema: &mut Value,
    pointer: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    let Some(map) = schema.as_object_mut() else {
        return Ok(());
    };
    for (key, value) in map.iter_mut() {
        let here = join(pointer, key);
        match (key.as_str(), value) {
            (
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
                Value::Object(named),
            ) => {
                for (name, child) in named.iter_mut() {
                    visit(child, &join(&here, name))?;
                }
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Value::Array(list)) => {
                for (index, child) in list.iter_mut().enumerate() {
                    visit(child, &join(&here, &index.to_string()))?;
                }
            }
            (
                "items"
                | "additionalProperties"
                | "not"
                | "contains"
                | "propertyNames"
                | "if"
                | "then"
                | "else"
                | "unevaluatedProperties"
                | "unevaluatedItems"
                | "additionalItems",
                child @ (Value::Object(_) | Value::Bool(_)),
            ) => visit(child, &here)?,
            _ => {}
        }
    }
    Ok(())
}

/// Calls `visit` with a schema and all below it, the innermost first.
pub fn walk(
    schema: &mut Value,
    pointer: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    if schema.is_boolean() {
        return Ok(());
    }
    // `allOf: [$ref]` beside annotations is one reference: what is inside is no schema of its own.
    if !is_wrapped_reference(schema) {
        children(schema, pointer, &mut |child, here| walk(child, here, visit))?;
    }
    visit(schema, pointer)
}

/// Calls `visit` with each outermost schema of a document: components, parameters, bodies. Works for 2.0 and 3.x.
pub fn roots(
    document: &mut Value,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    each(document, "", "definitions", visit)?;
    each(document, "", "parameters", &mut |parameter, at| {
        in_parameter(parameter, at, visit)
    })?;
    each(document, "", "responses", &mut |response, at| {
        in_response(response, at, visit)
    })?;
    if let Some(components) = document.get_mut("components") {
        let at = "/components";
        each(components, at, "schemas", visit)?;
        each(components, at, "parameters", &mut |parameter, at| {
            in_parameter(parameter, at, visit)
        })?;
        each(components, at, "requestBodies", &mut |body, at| {
            in_content(body, at, visit)
        })?;
        each(components, at, "responses", &mut |response, at| {
            in_response(response, at, visit)
        })?;
    }
    each(document, "", "paths", &mut |item, at| {
        in_path_item(item, at, visit)
    })
}

/// Calls `visit` with every schema of a document, the innermost first.
pub fn walk_all(
    document: &mut Value,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    roots(document, &mut |schema, at| walk(schema, at, visit))
}

/// Calls `visit` with each operation: its path, method, the operation, and its pointer.
pub fn operations(
    document: &mut Value,
    visit: &mut dyn FnMut(&str, &str, &mut Value, &str) -> Result<()>,
) -> Result<()> {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    for (path, item) in paths.iter_mut() {
        let at = join("/paths", path);
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(path, method, operation, &join(&at, method))?;
            }
        }
    }
    Ok(())
}

fn each(
    parent: &mut Value,
    pointer: &str,
    key: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    let here = join(pointer, key);
    match parent.get_mut(key) {
        Some(Value::Object(map)) => {
            for (name, value) in map.iter_mut() {
                visit(value, &join(&here, name))?;
            }
        }
        Some(Value::Array(list)) => {
            for (index, value) in list.iter_mut().enumerate() {
                visit(value, &join(&here, &index.to_string()))?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn in_path_item(
    item: &mut Value,
    pointer: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    each(item, pointer, "parameters", &mut |parameter, at| {
        in_parameter(parameter, at, visit)
    })?;
    for method in METHODS {
        if let Some(operation) = item.get_mut(method) {
            in_operation(operation, &join(pointer, method), visit)?;
        }
    }
    Ok(())
}

/// Calls `visit` with each outermost schema of an operation.
pub fn in_operation(
    operation: &mut Value,
    pointer: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    each(operation, pointer, "parameters", &mut |parameter, at| {
        in_parameter(parameter, at, visit)
    })?;
    if let Some(body) = operation.get_mut("requestBody") {
        in_content(body, &join(pointer, "requestBody"), visit)?;
    }
    each(operation, pointer, "responses", &mut |response, at| {
        in_response(response, at, visit)
    })?;
    each(
        operation,
        pointer,
        super::lower::ERRORS,
        &mut |error, at| in_schema_key(error, at, visit),
    )
}

fn in_parameter(
    parameter: &mut Value,
    at: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    in_schema_key(parameter, at, visit)?;
    in_content(parameter, at, visit)
}

fn in_response(
    response: &mut Value,
    at: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    in_schema_key(response, at, visit)?;
    in_content(response, at, visit)
}

fn in_content(
    parent: &mut Value,
    at: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    each(parent, at, "content", &mut |media, at| {
        in_schema_key(media, at, visit)
    })
}

fn in_schema_key(
    parent: &mut Value,
    at: &str,
    visit: &mut dyn FnMut(&mut Value, &str) -> Result<()>,
) -> Result<()> {
    match parent.get_mut("schema") {
        Some(schema) => visit(schema, &join(at, "schema")),
        None => Ok(()),
    }
}
