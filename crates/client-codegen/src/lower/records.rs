//! Records: the elements of an operation's list are isolated from one another, so that a bad one does not cost the others.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, RECORDS};
use crate::rust_type::native;
use crate::schema::{components, map_of, origin, reference_of, text_of};
use crate::walk;

/// The document whose lists of records hold `Record<T>`. Where nobody says which list it is, the only one of objects is.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let mut components = components(&document);
    walk::operations(&mut document, &mut |_, method, operation, at| {
        let stated = text_of(operation, RECORDS).map(str::to_owned);
        let found = match &stated {
            Some(path) => Some(path.clone()),
            None if method == "get" => {
                body(operation).and_then(|body| only_list(&body, &components, 0))
            }
            None => None,
        };
        let Some(path) = found else { return Ok(()) };
        let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
        let done = each_body(operation, &mut |schema| {
            isolate(schema, &steps, &mut components)
        });
        match (done, stated) {
            (Some(Ok(())), _) => operation[RECORDS] = json!(path),
            (Some(Err(reason)), Some(_)) => {
                return Err(Error::at(at, format!("`records = \"{path}\"`: {reason}")));
            }
            (None, Some(_)) => {
                return Err(Error::at(
                    at,
                    format!("`records = \"{path}\"`: the answer is no JSON"),
                ));
            }
            (Some(Err(reason)), None) => diagnostics.warn(
                at,
                format!("the elements of `{path}` are not isolated: {reason}"),
            ),
            (None, None) => {}
        }
        Ok(())
    })?;
    document["components"]["schemas"] = Value::Object(components);
    Ok(document)
}

fn bodies(operation: &mut Value) -> impl Iterator<Item = &mut Value> {
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    responses
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(|response| {
            response
                .get_mut("content")?
                .get_mut("application/json")?
                .get_mut("schema")
        })
}

fn body(operation: &mut Value) -> Option<Value> {
    bodies(operation).next().cloned()
}

fn each_body(
    operation: &mut Value,
    visit: &mut dyn FnMut(&mut Value) -> Result<(), String>,
) -> Option<Result<(), String>> {
    let mut done = None;
    for schema in bodies(operation) {
        let result = visit(schema);
        if result.is_err() {
            return Some(result);
        }
        done = Some(result);
    }
    done
}

fn resolved(schema: &Value, components: &Map<String, Value>) -> Value {
    reference_of(schema)
        .and_then(|name| components.get(name))
        .unwrap_or(schema)
        .clone()
}

/// The path to the only list of objects in a body, at most two objects deep; `""` is a body that is a list itself.
fn only_list(body: &Value, components: &Map<String, Value>, depth: usize) -> Option<String> {
    let schema = resolved(body, components);
    if is_list_of_objects(&schema, components) {
        return Some(String::new());
    }
    let properties = map_of(&schema, "properties")?;
    let lists: Vec<&String> = properties
        .iter()
        .filter(|(_, child)| is_list_of_objects(child, components))
        // A tree's branches are parts of it, not records.
        .filter(|(_, child)| {
            child.get("items").and_then(reference_of) != reference_of(body)
                || reference_of(body).is_none()
        })
        .map(|(name, _)| name)
        .collect();
    match lists.as_slice() {
        [only] => Some((*only).clone()),
        [] if depth < 1 => {
            let mut inner = properties
                .iter()
                .filter_map(|(name, child)| {
                    Some(format!(
                        "{name}.{}",
                        only_list(child, components, depth + 1)?
                    ))
                })
                .map(|path| path.trim_end_matches('.').to_owned());
            let first = inner.next()?;
            inner.next().is_none().then_some(first)
        }
        _ => None,
    }
}

fn is_list_of_objects(schema: &Value, components: &Map<String, Value>) -> bool {
    text_of(schema, "type") == Some("array")
        && schema.get("items").is_some_and(|items| {
            reference_of(items)
                .and_then(|name| components.get(name))
                .is_some_and(|item| item.get("enum").is_none())
        })
}

/// Follows the path and makes the list's elements records.
fn isolate(
    schema: &mut Value,
    steps: &[&str],
    components: &mut Map<String, Value>,
) -> Result<(), String> {
    if let Some(name) = reference_of(schema).map(str::to_owned) {
        let mut target = components.get(&name).cloned().unwrap_or_default();
        isolate(&mut target, steps, components)?;
        components.insert(name, target);
        return Ok(());
    }
    match steps.split_first() {
        Some((step, rest)) => match schema
            .get_mut("properties")
            .and_then(|all| all.get_mut(*step))
        {
            Some(child) => isolate(child, rest, components),
            None => Err(format!("the body has no property `{step}`")),
        },
        None => {
            let Some(items) = schema.get_mut("items") else {
                return Err("it is no list".to_owned());
            };
            if text_of(items, "format").is_some_and(|format| format.contains("Record<")) {
                return Ok(());
            }
            let Some(name) = reference_of(items).map(str::to_owned) else {
                return Err("its elements are no objects".to_owned());
            };
            let at = origin(items).to_owned();
            *items = native(&format!("::client_runtime::Record<types::{name}>"));
            items[ORIGIN] = json!(at);
            items["x-reaches"] = json!({ "$ref": format!("#/components/schemas/{name}") });
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        lower(document, &mut Diagnostics::default())
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
        let failure = run(Some("rows"), json!({"$ref": "#/components/schemas/Page"})).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/paths/~1a/get: `records = \"rows\"`: the body has no property `rows`"
        );
        let failure = run(Some("total"), json!({"$ref": "#/components/schemas/Page"})).unwrap_err();
        assert!(failure.reason.contains("it is no list"), "{failure}");
    }
}
