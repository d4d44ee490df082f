//! Records: isolates the elements of an operation's list, so that a malformed one does not cost the others.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, RECORDS};
use crate::rust_type::native;
use crate::schema::{components, map_of, origin, reference_of, reference_to, text_of, values_mut};
use crate::walk;

/// The document whose lists of records hold `Record<T>`. Where nobody says which list it is, the only one of objects is.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let mut components = components(document);
    walk::operations(document, &mut |_, method, operation, at| {
        let stated = text_of(operation, RECORDS).map(str::to_owned);
        let guessed = || match method {
            "get" => only_list(body(operation)?, &components, 0),
            _ => None,
        };
        let Some(path) = stated.clone().or_else(guessed) else {
            return Ok(());
        };
        let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
        let done = match body(operation) {
            Some(body) => isolate(body, &steps, &mut components),
            None => Err("the response is not JSON".to_owned()),
        };
        match done {
            Ok(()) => operation[RECORDS] = json!(path),
            Err(reason) if stated.is_some() => {
                return Err(Error::at(at, format!("`records = \"{path}\"`: {reason}")));
            }
            Err(reason) => {
                let reason = format!("the elements of `{path}` are not isolated: {reason}");
                diagnostics.warn(at, reason);
            }
        }
        Ok(())
    })?;
    document["components"]["schemas"] = Value::Object(components);
    Ok(())
}

/// The path of the first list of records in a lowered document.
pub(crate) fn list_of_records(document: &Value) -> Option<&str> {
    let paths = map_of(document, "paths")?.values();
    let mut operations = paths.filter_map(Value::as_object).flat_map(Map::values);
    operations.find_map(|operation| text_of(operation, RECORDS))
}

/// The body of an operation's success.
fn body(operation: &mut Value) -> Option<&mut Value> {
    let success = values_mut(operation, "responses").next()?;
    success.pointer_mut("/content/application~1json/schema")
}

/// The path to the only list of objects in a body, at most two objects deep; `""` is a body that is a list itself.
fn only_list(body: &Value, components: &Map<String, Value>, depth: usize) -> Option<String> {
    let own = reference_of(body);
    let schema = own.and_then(|name| components.get(name)).unwrap_or(body);
    if is_list_of_objects(schema, components) {
        return Some(String::new());
    }
    let properties = map_of(schema, "properties")?;
    // A tree's branches are parts of it, not records.
    let is_branch = |list: &Value| own.is_some() && reference_of(&list["items"]) == own;
    let lists: Vec<&String> = properties
        .iter()
        .filter(|(_, child)| is_list_of_objects(child, components) && !is_branch(child))
        .map(|(name, _)| name)
        .collect();
    match lists.as_slice() {
        [only] => Some((*only).clone()),
        [] if depth < 1 => {
            let mut inner = properties.iter().filter_map(|(name, child)| {
                let path = format!("{name}.{}", only_list(child, components, depth + 1)?);
                Some(path.trim_end_matches('.').to_owned())
            });
            let first = inner.next()?;
            inner.next().is_none().then_some(first)
        }
        _ => None,
    }
}

fn is_list_of_objects(schema: &Value, components: &Map<String, Value>) -> bool {
    let item = schema.get("items").and_then(reference_of);
    let item = item.and_then(|name| components.get(name));
    text_of(schema, "type") == Some("array") && item.is_some_and(|item| item.get("enum").is_none())
}

/// Follows the path and makes the list's elements records.
fn isolate(
    schema: &mut Value,
    steps: &[&str],
    components: &mut Map<String, Value>,
) -> Result<(), String> {
    if let Some(name) = reference_of(schema) {
        let mut target = components.get(name).cloned().unwrap_or_default();
        isolate(&mut target, steps, components)?;
        components.insert(name.to_owned(), target);
        return Ok(());
    }
    if let Some((step, rest)) = steps.split_first() {
        let child = schema
            .get_mut("properties")
            .and_then(|all| all.get_mut(*step));
        let child = child.ok_or_else(|| format!("the body has no property `{step}`"))?;
        return isolate(child, rest, components);
    }
    let items = schema.get_mut("items").ok_or("it is not a list")?;
    if text_of(items, "format").is_some_and(|format| format.contains("Record<")) {
        return Ok(());
    }
    let name = reference_of(items).ok_or("its elements are not objects")?;
    let mut record = native(&format!("::client_runtime::Record<types::{name}>"));
    record[ORIGIN] = json!(origin(items));
    record["x-reaches"] = reference_to(name);
    *items = record;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(records: Option<&str>, body: Value) -> Result<Value> {
        let mut operation = json!({"responses": {"200": {"content": {"application/json": {"schema": body}}}}, "x-origin": "/x"});
        if let Some(records) = records {
            operation[RECORDS] = json!(records);
        }
        let document = json!({
            "paths": {"/a": {"get": operation}},
            "components": {"schemas": {
                "Page": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}, "total": {"type": "integer"}}},
                "Item": {"type": "object", "properties": {"id": {"type": "string"}}}}}
        });
        after(lower, document, &mut Diagnostics::default())
    }

    #[test]
    fn the_list_is_found_where_it_is_said_or_is_the_only_one() {
        let page = json!({"$ref": "#/components/schemas/Page"});
        for records in [Some("items"), None] {
            let lowered = run(records, page.clone()).unwrap();
            let items = &lowered["components"]["schemas"]["Page"]["properties"]["items"]["items"];
            assert_eq!(
                items["format"],
                "rust ::client_runtime::Record<types::Item>"
            );
            assert_eq!(lowered["paths"]["/a"]["get"][RECORDS], "items");
        }
        let lowered = run(
            None,
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Item"}}),
        )
        .unwrap();
        assert_eq!(lowered["paths"]["/a"]["get"][RECORDS], "");
        let lowered = run(
            None,
            json!({"type": "object", "properties": {"result": page}}),
        )
        .unwrap();
        assert_eq!(lowered["paths"]["/a"]["get"][RECORDS], "result.items");
    }

    #[test]
    fn a_list_that_is_not_there_is_an_error() {
        let error = run(Some("rows"), json!({"$ref": "#/components/schemas/Page"})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/paths/~1a/get: `records = \"rows\"`: the body has no property `rows`"
        );
        let error = run(Some("total"), json!({"$ref": "#/components/schemas/Page"})).unwrap_err();
        assert!(error.reason.contains("it is not a list"), "{error}");
    }
}
