//! Prune: keeps the selected operations and the components that they reach.

mod find;
mod reach;

use serde_json::{Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::RECORDS;
use crate::options::Selection;
use crate::pointer::{join, layers, segments};
use find::{Found, Operations};
use reach::Reach;

/// The document's keys that are kept as they are.
const KEPT: [&str; 10] = [
    "openapi", "swagger", "info", "servers", "host", "basePath", "schemes", "consumes", "produces",
    "security",
];

/// The document with only the selected operations (all, if none is named) and what they reach. Each schema, parameter and
/// body carries where it stood ([`ORIGIN`](crate::extension::ORIGIN)). A `$ref` to anything but a named component is
/// replaced: by a new component where it is a schema's, by its target elsewhere.
///
/// # Errors
/// The value is no OpenAPI document; an operation is not there, or there more than once; a `$ref` that is reached leads
/// nowhere.
pub(crate) fn prune(
    document: &Value,
    selections: &[Selection],
    diagnostics: &mut Diagnostics,
) -> Result<Value> {
    if document
        .get("openapi")
        .or(document.get("swagger"))
        .is_none()
    {
        let reason = "not an OpenAPI document: it has neither `openapi` nor `swagger`";
        return Err(Error::at("", reason));
    }
    let mut out = json!({});
    for key in KEPT {
        if let Some(value) = document.get(key) {
            out[key] = value.clone();
        }
    }
    for section in ["/components/securitySchemes", "/securityDefinitions"] {
        let schemes = document.pointer(section).and_then(Value::as_object);
        for (name, scheme) in schemes.into_iter().flatten() {
            let pointer = join(section, name);
            let scheme = layers(document, scheme, pointer.clone())?.pop();
            insert(
                &mut out,
                &pointer,
                scheme.map_or(Value::Null, |(scheme, _)| scheme.clone()),
            );
        }
    }
    let operations = Operations::of(document);
    let wanted: Vec<(&Found<'_>, Option<&str>)> = match selections {
        [] => {
            for lost in &operations.lost {
                diagnostics.warn(lost.pointer.trim_start_matches('#'), &lost.reason);
            }
            operations.found.iter().map(|found| (found, None)).collect()
        }
        named => named
            .iter()
            .map(|one| Ok((operations.find(&one.id)?, one.records.as_deref())))
            .collect::<Result<_>>()?,
    };
    let mut reach = Reach::new(document, diagnostics);
    for (found, records) in wanted {
        let method = found.method;
        if out["paths"][found.path].get(method).is_some() {
            return Err(Error::at(&found.pointer, "the operation is selected twice"));
        }
        let (mut operation, parameters) = match reach.attempt(|reach| read(reach, found)) {
            Ok(read) => read,
            Err(error) => {
                reach.diagnostics.skip(method, found.path, error)?;
                continue;
            }
        };
        if let Some(records) = records {
            operation[RECORDS] = json!(records);
        }
        let item = &mut out["paths"][found.path];
        item[method] = operation;
        if let Some((servers, _)) = found.item.get("servers") {
            item["servers"] = servers.clone();
        }
        if let Some(parameters) = parameters {
            item["parameters"] = parameters;
        }
    }
    for (pointer, value) in reach.finish() {
        insert(&mut out, &pointer, value);
    }
    Ok(out)
}

/// The operation, and the parameters of its path.
fn read(reach: &mut Reach<'_>, found: &Found<'_>) -> Result<(Value, Option<Value>)> {
    let operation = reach.operation(found.operation, &found.pointer)?;
    let parameters = found.item.get("parameters");
    let parameters = parameters.map(|(parameters, at)| reach.parameters(parameters, &at));
    Ok((operation, parameters.transpose()?))
}

fn insert(document: &mut Value, pointer: &str, value: Value) {
    let place = segments(pointer)
        .iter()
        .fold(document, |here, step| &mut here[step.as_str()]);
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extension::ORIGIN;

    fn ask(id: &str) -> Vec<Selection> {
        vec![Selection::new(id)]
    }

    fn prune(document: &Value, selections: &[Selection]) -> Result<Value> {
        super::prune(document, selections, &mut Diagnostics::default())
    }

    fn document() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "tags": [{"name": "x"}],
            "paths": {
                "/a": {
                    "parameters": [{"$ref": "#/components/parameters/P"}],
                    "get": {"operationId": "listA", "tags": ["x"], "responses": {"200": {"$ref": "#/components/responses/R"}}},
                    "post": {"operationId": "makeA", "responses": {}}
                },
                "/b": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Tree/properties/leaf"}}}}}}}
            },
            "components": {
                "parameters": {"P": {"name": "p", "in": "query", "schema": {"$ref": "#/components/schemas/Word"}}, "Q": {}},
                "responses": {"R": {"description": "", "content": {"application/json": {"example": 1,
                    "schema": {"$ref": "#/components/schemas/Tree"}}}}},
                "schemas": {
                    "Word": {"type": "string", "example": "x"},
                    "Tree": {"type": "object", "properties": {
                        "example": {"type": "string"},
                        "leaf": {"type": "object", "properties": {"up": {"$ref": "#/components/schemas/Tree"}}}}},
                    "Unused": {"$ref": "#/components/schemas/Missing"}
                }
            }
        })
    }

    #[test]
    fn only_what_is_reached_is_kept() {
        let pruned = prune(&document(), &ask("listA")).unwrap();
        assert_eq!(pruned["paths"].as_object().unwrap().len(), 1);
        assert!(pruned["paths"]["/a"].get("post").is_none());
        assert!(pruned.get("tags").is_none());
        let components = pruned["components"].as_object().unwrap();
        assert_eq!(
            components["schemas"]
                .as_object()
                .unwrap()
                .keys()
                .collect::<Vec<_>>(),
            ["Tree", "Word"]
        );
        assert_eq!(
            components["parameters"]
                .as_object()
                .unwrap()
                .keys()
                .collect::<Vec<_>>(),
            ["P"]
        );
        assert!(
            components["responses"]["R"]["content"]["application/json"]
                .get("example")
                .is_none()
        );
    }

    #[test]
    fn a_property_called_example_is_kept() {
        let pruned = prune(&document(), &ask("listA")).unwrap();
        let tree = &pruned["components"]["schemas"]["Tree"];
        assert_eq!(tree["properties"]["example"]["type"], "string");
        assert_eq!(
            tree["properties"]["example"][ORIGIN],
            "/components/schemas/Tree/properties/example"
        );
    }

    #[test]
    fn a_deep_reference_gets_a_component() {
        let pruned = prune(&document(), &ask("get /b")).unwrap();
        let schemas = pruned["components"]["schemas"].as_object().unwrap();
        assert_eq!(schemas.keys().collect::<Vec<_>>(), ["Tree", "TreeLeaf"]);
        assert_eq!(
            schemas["TreeLeaf"][ORIGIN],
            "/components/schemas/Tree/properties/leaf"
        );
        let schema = &pruned["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/TreeLeaf");
    }

    #[test]
    fn discriminator_targets_and_path_item_references_are_followed() {
        let document = json!({
            "openapi": "3.0.0",
            "paths": {"/a": {"$ref": "#/x-items/a"}},
            "x-items": {"a": {"get": {"operationId": "a", "responses": {"200": {"content": {"application/json": {"schema": {
                "discriminator": {"propertyName": "k", "mapping": {"x": "X", "y": "#/components/schemas/Y"}}}}}}}}}},
            "components": {"schemas": {"X": {}, "Y": {}, "Z": {}}}
        });
        let pruned = prune(&document, &ask("a")).unwrap();
        assert_eq!(
            pruned["components"]["schemas"].as_object().unwrap().len(),
            2
        );
        assert_eq!(pruned["paths"]["/a"]["get"][ORIGIN], "/x-items/a/get");
    }

    #[test]
    fn what_cannot_be_found_is_said() {
        let error = prune(&document(), &ask("lista")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/paths: operation `lista` is not in the document; it has `listA`"
        );
        let error = prune(&document(), &ask("GET /none")).unwrap_err();
        assert!(
            error.reason.contains("it has 2 with an `operationId`"),
            "{error}"
        );
        let error = prune(&json!({"paths": {}}), &ask("a")).unwrap_err();
        assert!(
            error.reason.starts_with("not an OpenAPI document"),
            "{error}"
        );
    }

    #[test]
    fn an_ambiguous_id_and_a_lost_reference_are_errors() {
        let twice = json!({"openapi": "3.0.0", "paths": {
            "/a": {"get": {"operationId": "x", "responses": {"200": {"$ref": "#/components/responses/no"}}}},
            "/b": {"get": {"operationId": "x", "responses": {"200": {"$ref": "http://x.test/y"}}}}}});
        let error = prune(&twice, &ask("x")).unwrap_err();
        assert!(error.reason.contains("`GET /a` and `GET /b`"), "{error}");
        let error = prune(&twice, &ask("GET /a")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/paths/~1a/get/responses/200/$ref: `#/components/responses/no` does not exist"
        );
        let error = prune(&twice, &ask("GET /b")).unwrap_err();
        assert!(error.reason.contains("another document"), "{error}");
    }
}
