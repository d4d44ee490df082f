//! References to parameters, request bodies and responses become what they refer to; the path's parameters, the operation's.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{ORIGIN, is_among};
use crate::pointer::layers;
use crate::schema::{list, list_mut, remove, values_mut};
use crate::walk::{self, METHODS};

/// The document in which only schemas are referred to. Works for Swagger 2.0 and OpenAPI 3.x.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let stated = document.clone();
    path_parameters(document);
    walk::operations(document, &mut |_, _, operation, at| {
        list_mut(operation, "parameters").try_for_each(|one| inline(one, &stated, at))?;
        if let Some(body) = operation.get_mut("requestBody") {
            inline(body, &stated, at)?;
        }
        values_mut(operation, "responses").try_for_each(|one| inline(one, &stated, at))?;
        overridden(operation);
        Ok(())
    })?;
    let inlined = |key: &String| is_among(key, "parameters requestBodies responses");
    if let Some(root) = document.as_object_mut() {
        root.retain(|key, _| !inlined(key));
        if let Some(Value::Object(components)) = root.get_mut("components") {
            components.retain(|key, _| !inlined(key));
        }
    }
    Ok(())
}

/// The path's parameters go before the operation's own.
fn path_parameters(document: &mut Value) {
    for item in values_mut(document, "paths") {
        let common = list(item, "parameters").to_vec();
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).filter(|one| one.is_object()) {
                let own = list(operation, "parameters");
                operation["parameters"] = json!([&common, own].concat());
            }
        }
        remove(item, "parameters");
    }
}

/// Of two parameters with one name and place the last counts: the operation's.
fn overridden(operation: &mut Value) {
    let all = list(operation, "parameters");
    let replaced = |index: usize, one: &Value| {
        all[index + 1..]
            .iter()
            .any(|later| later["name"] == one["name"] && later["in"] == one["in"])
    };
    let kept = all.iter().enumerate();
    let kept: Vec<Value> = kept
        .filter(|(index, one)| !replaced(*index, one))
        .map(|(_, one)| one.clone())
        .collect();
    operation["parameters"] = Value::Array(kept);
}

fn inline(holder: &mut Value, document: &Value, at: &str) -> Result<()> {
    let target = layers(document, holder, at.to_owned())?.pop();
    *holder = target.map_or(Value::Null, |(target, _)| target.clone());
    if let Some(map) = holder.as_object_mut() {
        map.entry(ORIGIN).or_insert_with(|| json!(at));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

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
        let lowered = after(lower, document, &mut Diagnostics::default()).unwrap();
        let operation = &lowered["paths"]["/a"]["get"];
        assert_eq!(operation["parameters"][0]["name"], "p");
        assert_eq!(operation["parameters"][1]["x"], 2);
        assert_eq!(operation["parameters"].as_array().unwrap().len(), 2);
        assert_eq!(operation["responses"]["200"]["description"], "s");
        assert_eq!(lowered["components"], json!({}));
    }

    #[test]
    fn a_circle_of_references_is_an_error() {
        let document = json!({
            "paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/R"}}}}},
            "components": {"responses": {"R": {"$ref": "#/components/responses/R"}}}
        });
        let error = after(lower, document, &mut Diagnostics::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/components/responses/R/$ref: `#/components/responses/R` refers to itself"
        );
    }
}
