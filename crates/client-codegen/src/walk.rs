//! Walks over the operations and schemas of a document, shared by every step.

use serde_json::Value;

use crate::error::{Diagnostics, Result};
use crate::extension::ERRORS;
use crate::pointer::join;
use crate::schema::plain_reference;

/// HTTP methods in the order in which a path item's operations are read.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Called with a value and its JSON pointer.
type Visit<'a> = &'a mut dyn FnMut(&mut Value, &str) -> Result<()>;

/// Called with an operation, as by [`operations`]: path, method, the operation, its pointer. An error refuses it.
type Refuse<'a> = &'a mut dyn FnMut(&str, &str, &mut Value, &str, &mut Diagnostics) -> Result<()>;

/// Calls `visit` with each direct child schema of a schema.
pub(crate) fn children(schema: &mut Value, pointer: &str, visit: Visit<'_>) -> Result<()> {
    let Some(map) = schema.as_object_mut() else {
        return Ok(());
    };
    for (key, value) in map.iter_mut() {
        let here = join(pointer, key);
        match (key.as_str(), &*value) {
            (
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
                Value::Object(_),
            )
            | ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Value::Array(_)) => {
                members(value, &here, visit)?;
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
                Value::Object(_) | Value::Bool(_),
            ) => visit(value, &here)?,
            _ => {}
        }
    }
    Ok(())
}

/// Calls `visit` with a schema and all below it, the innermost first.
pub(crate) fn walk(schema: &mut Value, pointer: &str, visit: Visit<'_>) -> Result<()> {
    if schema.is_boolean() {
        return Ok(());
    }
    // The member of `allOf: [$ref]` is no schema by itself.
    if plain_reference(schema).is_none() {
        children(schema, pointer, &mut |child, here| walk(child, here, visit))?;
    }
    visit(schema, pointer)
}

/// Calls `visit` with each outermost schema of a document whose references are inlined: components, parameters, bodies.
/// Works for Swagger 2.0 and OpenAPI 3.x.
pub(crate) fn roots(document: &mut Value, visit: Visit<'_>) -> Result<()> {
    each(document, "", "definitions", visit)?;
    if let Some(components) = document.get_mut("components") {
        each(components, "/components", "schemas", visit)?;
    }
    operations(document, &mut |_, _, operation, at| {
        in_operation(operation, at, visit)
    })
}

/// Calls `visit` with every schema of a document, the innermost first.
pub(crate) fn walk_all(document: &mut Value, visit: Visit<'_>) -> Result<()> {
    roots(document, &mut |schema, at| walk(schema, at, visit))
}

/// Calls `visit` with each operation: its path, method, the operation, and its pointer.
pub(crate) fn operations(
    document: &mut Value,
    visit: &mut dyn FnMut(&str, &str, &mut Value, &str) -> Result<()>,
) -> Result<()> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                let at = format!("{}/{method}", join("/paths", path));
                visit(path, method, operation, &at)?;
            }
        }
    }
    Ok(())
}

/// Calls `visit` with each operation, as [`operations`] does. One that `visit` refuses is skipped if the whole document was
/// asked for.
pub(crate) fn sendable(
    document: &mut Value,
    diagnostics: &mut Diagnostics,
    visit: Refuse<'_>,
) -> Result<()> {
    operations(document, &mut |path, method, operation, at| match visit(
        path,
        method,
        operation,
        at,
        diagnostics,
    ) {
        Ok(()) => Ok(()),
        Err(error) => {
            *operation = Value::Null;
            diagnostics.skip(method, path, error)
        }
    })?;
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|_, operation| !operation.is_null());
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    Ok(())
}

/// Calls `visit` with each outermost schema of an operation.
fn in_operation(operation: &mut Value, at: &str, visit: Visit<'_>) -> Result<()> {
    for key in ["parameters", "requestBody", "responses", ERRORS] {
        match operation.get_mut(key) {
            Some(body) if key == "requestBody" => in_holder(body, &join(at, key), visit)?,
            _ => each(operation, at, key, &mut |holder, at| {
                in_holder(holder, at, visit)
            })?,
        }
    }
    Ok(())
}

/// A parameter, body, response or media type: what holds a schema, directly or in its `content`.
fn in_holder(holder: &mut Value, at: &str, visit: Visit<'_>) -> Result<()> {
    if let Some(schema) = holder.get_mut("schema") {
        visit(schema, &join(at, "schema"))?;
    }
    each(holder, at, "content", &mut |media, at| {
        in_holder(media, at, visit)
    })
}

fn each(parent: &mut Value, pointer: &str, key: &str, visit: Visit<'_>) -> Result<()> {
    match parent.get_mut(key) {
        Some(value) => members(value, &join(pointer, key), visit),
        None => Ok(()),
    }
}

/// The values of a map or a list.
fn members(value: &mut Value, pointer: &str, visit: Visit<'_>) -> Result<()> {
    match value {
        Value::Object(map) => map
            .iter_mut()
            .try_for_each(|(name, value)| visit(value, &join(pointer, name))),
        Value::Array(list) => list
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, value)| visit(value, &join(pointer, &index.to_string()))),
        _ => Ok(()),
    }
}
