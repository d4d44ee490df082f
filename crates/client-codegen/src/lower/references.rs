//! References to parameters, request bodies and responses become what they refer to; the path's parameters, the operation's.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::ORIGIN;
use crate::schema::{map_of, text_of};
use crate::walk;
use crate::walk::METHODS;

/// The document in which only schemas are referred to.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let components = document
        .get("components")
        .cloned()
        .unwrap_or_else(|| json!({}));
    path_parameters(&mut document);
    walk::operations(&mut document, &mut |_, _, operation, at| {
        for parameter in list_of(operation, "parameters") {
            inline(parameter, &components, at)?;
        }
        if let Some(body) = operation.get_mut("requestBody") {
            inline(body, &components, at)?;
        }
        for response in values_of(operation, "responses") {
            inline(response, &components, at)?;
        }
        overridden(operation);
        Ok(())
    })?;
    let kept = json!({
        "schemas": map_of(&components, "schemas").cloned().unwrap_or_default(),
        "securitySchemes": map_of(&components, "securitySchemes").cloned().unwrap_or_default(),
    });
    if let Some(root) = document.as_object_mut() {
        root.insert("components".to_owned(), kept);
    }
    Ok(document)
}

fn list_of<'a>(value: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    value
        .get_mut(key)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

fn values_of<'a>(value: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    value
        .get_mut(key)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(|map| map.values_mut())
}

/// The path's parameters go before the operation's own.
fn path_parameters(document: &mut Value) {
    for item in values_of(document, "paths") {
        let Some(common) = item
            .as_object_mut()
            .and_then(|item| item.remove("parameters"))
        else {
            continue;
        };
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                let mut all = common.as_array().cloned().unwrap_or_default();
                all.extend(
                    operation
                        .get("parameters")
                        .and_then(Value::as_array)
                        .cloned()
                        .unwrap_or_default(),
                );
                operation.insert("parameters".to_owned(), Value::Array(all));
            }
        }
    }
}

/// Of two parameters with one name and place the last counts: the operation's.
fn overridden(operation: &mut Value) {
    let key = |parameter: &Value| {
        (
            text_of(parameter, "name").map(str::to_owned),
            text_of(parameter, "in").map(str::to_owned),
        )
    };
    let Some(all) = operation.get("parameters").and_then(Value::as_array) else {
        return;
    };
    let kept: Vec<Value> = all
        .iter()
        .enumerate()
        .filter(|(index, one)| !all[index + 1..].iter().any(|later| key(later) == key(one)))
        .map(|(_, one)| one.clone())
        .collect();
    operation["parameters"] = Value::Array(kept);
}

fn inline(holder: &mut Value, components: &Value, at: &str) -> Result<()> {
    let mut hops = 0;
    while let Some(reference) = text_of(holder, "$ref").map(str::to_owned) {
        let target = reference
            .strip_prefix("#/components")
            .and_then(|rest| components.pointer(rest));
        hops += 1;
        *holder = match target {
            Some(target) if hops < 32 => target.clone(),
            _ => return Err(Error::at(at, format!("`{reference}` leads nowhere"))),
        };
    }
    if let Some(map) = holder.as_object_mut() {
        map.entry(ORIGIN).or_insert_with(|| json!(at));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_and_path_parameters_moved() {
        let document = json!({
            "paths": {"/a": {
                "parameters": [{"$ref": "#/components/parameters/P"}, {"name": "own", "in": "query", "x": 1}],
                "get": {"parameters": [{"name": "own", "in": "query", "x": 2}],
                    "responses": {"200": {"$ref": "#/components/responses/R"}}}}},
            "components": {
                "parameters": {"P": {"name": "p", "in": "path"}},
                "responses": {"R": {"$ref": "#/components/responses/S"}, "S": {"description": "s"}}}
        });
        let lowered = lower(document, &mut Diagnostics::default()).unwrap();
        let operation = &lowered["paths"]["/a"]["get"];
        assert_eq!(operation["parameters"][0]["name"], "p");
        assert_eq!(operation["parameters"][1]["x"], 2);
        assert_eq!(operation["parameters"].as_array().unwrap().len(), 2);
        assert_eq!(operation["responses"]["200"]["description"], "s");
        assert_eq!(
            lowered["components"],
            json!({"schemas": {}, "securitySchemes": {}})
        );
    }

    #[test]
    fn a_circle_of_references_is_an_error() {
        let document = json!({
            "paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/R"}}}}},
            "components": {"responses": {"R": {"$ref": "#/components/responses/R"}}}
        });
        let failure = lower(document, &mut Diagnostics::default()).unwrap_err();
        assert_eq!(failure.pointer, "#/paths/~1a/get");
    }
}
