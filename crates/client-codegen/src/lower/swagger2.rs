//! Swagger 2.0 to OpenAPI 3.0: definitions, body and form parameters, media types, collection formats, security.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, is_among};
use crate::schema::{everywhere, is_true, list, origin, remove, text_of, texts, values_mut};
use crate::walk;

/// Keys of a Swagger 2.0 parameter that are not its schema.
const PARAMETER_KEYS: &str =
    "name in description required allowEmptyValue collectionFormat deprecated x-origin";

/// The document as OpenAPI 3.0; one that is no Swagger 2.0 is left alone.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    if document.get("swagger").is_none() {
        return Ok(());
    }
    walk::walk_all(document, &mut |schema, _| {
        lower_schema(schema);
        Ok(())
    })?;
    let shared = document.clone();
    walk::sendable(
        document,
        diagnostics,
        &mut |_, _, operation, _, diagnostics| lower_operation(operation, &shared, diagnostics),
    )?;
    let mut schemes = shared["securityDefinitions"].clone();
    for scheme in schemes.as_object_mut().into_iter().flatten() {
        if text_of(scheme.1, "type") == Some("basic") {
            *scheme.1 = json!({"type": "http", "scheme": "basic"});
        }
    }
    let or_empty = |value: Value| if value.is_null() { json!({}) } else { value };
    let mut out = json!({
        "openapi": "3.0.3",
        "servers": servers(&shared),
        "components": {
            "schemas": or_empty(shared["definitions"].clone()),
            "securitySchemes": or_empty(schemes),
        },
    });
    for key in ["info", "paths", "security"] {
        if let Some(value) = document.get(key) {
            out[key] = value.clone();
        }
    }
    everywhere(&mut out, &mut move_references);
    *document = out;
    Ok(())
}

fn servers(root: &Value) -> Value {
    let Some(host) = text_of(root, "host") else {
        return json!([]);
    };
    let schemes = texts(root, "schemes");
    let scheme = if schemes.is_empty() || schemes.contains(&"https") {
        "https"
    } else {
        "http"
    };
    let base = text_of(root, "basePath").unwrap_or_default();
    json!([{ "url": format!("{scheme}://{host}{}", base.trim_end_matches('/')) }])
}

fn lower_schema(schema: &mut Value) {
    if let Some(nullable) = remove(schema, "x-nullable") {
        schema["nullable"] = nullable;
    }
    if let Some(property) = text_of(schema, "discriminator") {
        schema["discriminator"] = json!({ "propertyName": property });
    }
}

fn lower_operation(
    operation: &mut Value,
    shared: &Value,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let stated = operation.clone();
    let Some(out) = operation.as_object_mut() else {
        return Ok(());
    };
    let media = |key: &str| {
        let owner = if stated.get(key).is_some() {
            &stated
        } else {
            shared
        };
        texts(owner, key)
    };
    out.retain(|key, _| key != "consumes" && key != "produces");
    let (mut kept, mut form) = (Vec::new(), Vec::new());
    for parameter in list(&stated, "parameters") {
        match text_of(parameter, "in") {
            Some("body") => {
                out.insert(
                    "requestBody".to_owned(),
                    body(parameter, &media("consumes")),
                );
            }
            Some("formData") => form.push(parameter.clone()),
            _ => kept.push(lower_parameter(parameter, diagnostics)?),
        }
    }
    if !form.is_empty() {
        out.insert(
            "requestBody".to_owned(),
            form_body(&form, &media("consumes")),
        );
    }
    out.insert("parameters".to_owned(), Value::Array(kept));
    let responses = out.entry("responses").or_insert_with(|| json!({}));
    lower_responses(responses, &media("produces"));
    Ok(())
}

/// A `content` with one schema under each media type.
fn content(media: &[&str], schema: &Value) -> Value {
    let media = if media.is_empty() {
        &["application/json"]
    } else {
        media
    };
    let entries = media
        .iter()
        .map(|media| ((*media).to_owned(), json!({ "schema": schema })));
    Value::Object(entries.collect())
}

fn body(parameter: &Value, consumes: &[&str]) -> Value {
    let anything = json!({});
    let schema = parameter.get("schema").unwrap_or(&anything);
    json!({"required": is_true(parameter, "required"), "content": content(consumes, schema), ORIGIN: origin(parameter)})
}

/// Form parameters are the properties of one object.
fn form_body(parameters: &[Value], consumes: &[&str]) -> Value {
    let multipart = parameters
        .iter()
        .any(|parameter| text_of(parameter, "type") == Some("file"))
        || (!consumes.is_empty() && consumes.iter().all(|media| media.starts_with("multipart/")));
    let media = if multipart {
        "multipart/form-data"
    } else {
        "application/x-www-form-urlencoded"
    };
    let mut properties = json!({});
    let mut required = Vec::new();
    for parameter in parameters {
        let name = text_of(parameter, "name").unwrap_or_default();
        properties[name] = schema_of(parameter);
        properties[name]["description"] =
            parameter.get("description").cloned().unwrap_or(json!(""));
        if is_true(parameter, "required") {
            required.push(name);
        }
    }
    let at = parameters.first().map(origin).unwrap_or_default();
    let schema =
        json!({"type": "object", "properties": properties, "required": required, ORIGIN: at});
    json!({"required": !required.is_empty(), "content": content(&[media], &schema), ORIGIN: at})
}

fn schema_of(parameter: &Value) -> Value {
    let mut schema = parameter.clone();
    if let Some(map) = schema.as_object_mut() {
        map.retain(|key, _| !is_among(key, PARAMETER_KEYS));
    }
    if text_of(&schema, "type") == Some("file") {
        schema["type"] = json!("string");
        schema["format"] = json!("binary");
    }
    schema[ORIGIN] = json!(origin(parameter));
    schema
}

fn lower_parameter(parameter: &Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let at = origin(parameter);
    let (Some(_), Some(place)) = (text_of(parameter, "name"), text_of(parameter, "in")) else {
        return Err(Error::at(at, "a parameter without `name` and `in`"));
    };
    let schema = schema_of(parameter);
    let is_list = text_of(&schema, "type") == Some("array");
    let mut out = json!({ "schema": schema });
    for key in [
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        ORIGIN,
    ] {
        if let Some(value) = parameter.get(key) {
            out[key] = value.clone();
        }
    }
    if is_list {
        let format = text_of(parameter, "collectionFormat").unwrap_or("csv");
        let (style, explode) = match (format, place) {
            ("multi", _) => ("form", true),
            ("ssv", "query") => ("spaceDelimited", false),
            ("pipes", "query") => ("pipeDelimited", false),
            ("csv", "query") => ("form", false),
            ("csv", _) => ("simple", false),
            ("tsv", "query") => ("tabDelimited", false),
            (other, _) => {
                let reason = "is unknown: the values are joined by commas";
                diagnostics.warn(at, format!("collectionFormat `{other}` {reason}"));
                (if place == "query" { "form" } else { "simple" }, false)
            }
        };
        out["style"] = json!(style);
        out["explode"] = json!(explode);
    }
    Ok(out)
}

fn lower_responses(responses: &mut Value, produces: &[&str]) {
    let responses = responses.as_object_mut().into_iter().flatten();
    for (_, response) in responses {
        let Some(schema) = remove(response, "schema") else {
            continue;
        };
        response["content"] = if text_of(&schema, "type") == Some("file") {
            let bytes = json!({"type": "string", "format": "binary"});
            content(&["application/octet-stream"], &bytes)
        } else {
            content(produces, &schema)
        };
    }
}

/// `#/definitions/X` is `#/components/schemas/X`.
fn move_references(value: &mut Value) {
    let moved = |target: &str| {
        let name = target.strip_prefix("#/definitions/")?;
        Some(json!(format!("#/components/schemas/{name}")))
    };
    if let Some(moved) = text_of(value, "$ref").and_then(moved) {
        value["$ref"] = moved;
    }
    if let Some(discriminator) = value.get_mut("discriminator") {
        for target in values_mut(discriminator, "mapping") {
            if let Some(moved) = target.as_str().and_then(moved) {
                *target = moved;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    #[test]
    fn all_that_swagger_says_differently() {
        let document = json!({
            "swagger": "2.0", "host": "api.test", "basePath": "/v2/", "schemes": ["http", "https"],
            "consumes": ["application/json"], "produces": ["application/json"],
            "securityDefinitions": {"Login": {"type": "basic"}, "Key": {"type": "apiKey", "in": "query", "name": "key"}},
            "definitions": {"A": {"type": "object", "x-nullable": true, "discriminator": "kind",
                "properties": {"b": {"$ref": "#/definitions/A"}}}},
            "paths": {"/a": {
                "post": {
                    "operationId": "a",
                    "parameters": [
                        {"name": "page", "in": "query", "type": "integer", ORIGIN: "/parameters/Page"},
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "string"}, ORIGIN: "/p"},
                        {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/A"}}
                    ],
                    "responses": {"200": {"description": "", "schema": {"type": "array", "items": {"$ref": "#/definitions/A"}}},
                        "400": {"description": "bad", "schema": {"$ref": "#/definitions/A"}}}
                }
            }}
        });
        let lowered = after(lower, document, &mut Diagnostics::default()).unwrap();
        assert!(lowered.get("swagger").is_none() && lowered.get("definitions").is_none());
        insta::assert_json_snapshot!(lowered);
    }

    #[test]
    fn form_parameters_are_one_body() {
        let document = json!({"swagger": "2.0", "paths": {"/a": {"post": {"parameters": [
            {"name": "file", "in": "formData", "type": "file", "required": true},
            {"name": "note", "in": "formData", "type": "string"}], "responses": {}}}}});
        let lowered = after(lower, document, &mut Diagnostics::default()).unwrap();
        let content = &lowered["paths"]["/a"]["post"]["requestBody"]["content"]["multipart/form-data"]
            ["schema"];
        assert_eq!(content["properties"]["file"]["format"], "binary");
        assert_eq!(content["required"], json!(["file"]));
    }

    #[test]
    fn an_odd_collection_format_is_warned_of() {
        let mut diagnostics = Diagnostics::default();
        let document = json!({"swagger": "2.0", "paths": {"/a": {"get": {"parameters": [
            {"name": "a", "in": "query", "type": "array", "collectionFormat": "dots", "items": {}, ORIGIN: "/p/0"}]}}}});
        after(lower, document, &mut diagnostics).unwrap();
        assert_eq!(diagnostics.warnings()[0].pointer, "#/p/0");
    }
}
