//! Swagger 2.0 to OpenAPI 3.0: definitions, body and form parameters, media types, collection formats, security.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::ORIGIN;
use crate::pointer::join;
use crate::schema::{is_true, origin, text_of};
use crate::walk;
use crate::walk::METHODS;

/// What stands beside a Swagger 2.0 parameter's schema; all else of it is the schema.
const PARAMETER_KEYS: [&str; 8] = [
    "name",
    "in",
    "description",
    "required",
    "allowEmptyValue",
    "collectionFormat",
    "deprecated",
    ORIGIN,
];

/// The document as OpenAPI 3.0; one that is no Swagger 2.0 is left alone.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    if document.get("swagger").is_none() {
        return Ok(document);
    }
    let shared = document.clone();
    walk::walk_all(&mut document, &mut |schema, _| {
        lower_schema(schema);
        Ok(())
    })?;
    let Some(root) = document.as_object_mut() else {
        return Ok(document);
    };
    let defaults = (
        media_types(root.get("consumes")),
        media_types(root.get("produces")),
    );
    for item in root
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        let common = item
            .as_object_mut()
            .and_then(|item| item.remove("parameters"));
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                lower_operation(operation, common.as_ref(), &shared, &defaults, diagnostics)?;
            }
        }
    }
    let servers = servers(root);
    let schemas = root.remove("definitions").unwrap_or_else(|| json!({}));
    let responses = lower_responses(root.remove("responses"), &defaults.1);
    let schemes = security_schemes(root.remove("securityDefinitions"));
    for key in [
        "swagger",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "parameters",
    ] {
        root.remove(key);
    }
    root.insert("openapi".to_owned(), json!("3.0.3"));
    root.insert("servers".to_owned(), servers);
    root.insert(
        "components".to_owned(),
        json!({"schemas": schemas, "responses": responses, "securitySchemes": schemes}),
    );
    rewrite_references(&mut document);
    Ok(document)
}

fn media_types(value: Option<&Value>) -> Vec<String> {
    let texts = value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn servers(root: &Map<String, Value>) -> Value {
    let Some(host) = root.get("host").and_then(Value::as_str) else {
        return json!([]);
    };
    let schemes = media_types(root.get("schemes"));
    let scheme = if schemes.is_empty() || schemes.iter().any(|scheme| scheme == "https") {
        "https"
    } else {
        "http"
    };
    let base = root
        .get("basePath")
        .and_then(Value::as_str)
        .unwrap_or_default();
    json!([{ "url": format!("{scheme}://{host}{}", base.trim_end_matches('/')) }])
}

fn security_schemes(definitions: Option<Value>) -> Value {
    let mut schemes = definitions.unwrap_or_else(|| json!({}));
    for scheme in schemes
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if text_of(scheme, "type") == Some("basic") {
            *scheme = json!({"type": "http", "scheme": "basic"});
        }
    }
    schemes
}

fn lower_schema(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    if let Some(nullable) = map.remove("x-nullable") {
        map.insert("nullable".to_owned(), nullable);
    }
    if let Some(Value::String(property)) = map.get("discriminator") {
        let object = json!({ "propertyName": property });
        map.insert("discriminator".to_owned(), object);
    }
}

fn lower_operation(
    operation: &mut Map<String, Value>,
    common: Option<&Value>,
    shared: &Value,
    defaults: &(Vec<String>, Vec<String>),
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let consumes = operation
        .remove("consumes")
        .map_or_else(|| defaults.0.clone(), |own| media_types(Some(&own)));
    let produces = operation
        .remove("produces")
        .map_or_else(|| defaults.1.clone(), |own| media_types(Some(&own)));
    let mut kept: Vec<Value> = Vec::new();
    let mut form: Vec<Value> = Vec::new();
    for parameter in all_parameters(common, operation.remove("parameters"), shared) {
        match text_of(&parameter, "in") {
            Some("body") => {
                operation.insert("requestBody".to_owned(), body(&parameter, &consumes));
            }
            Some("formData") => form.push(parameter),
            _ => kept.push(lower_parameter(parameter, diagnostics)?),
        }
    }
    if !form.is_empty() {
        operation.insert("requestBody".to_owned(), form_body(&form, &consumes));
    }
    operation.insert("parameters".to_owned(), Value::Array(kept));
    let responses = lower_responses(operation.remove("responses"), &produces);
    operation.insert("responses".to_owned(), responses);
    Ok(())
}

/// The path's parameters, then the operation's, which replace those of the same name and place.
fn all_parameters(common: Option<&Value>, own: Option<Value>, shared: &Value) -> Vec<Value> {
    let resolved = |list: Option<&Value>| -> Vec<Value> {
        let items = list.and_then(Value::as_array).into_iter().flatten();
        items
            .map(|parameter| {
                match text_of(parameter, "$ref").and_then(|target| target.strip_prefix('#')) {
                    Some(target) => shared.pointer(target).cloned().unwrap_or(Value::Null),
                    None => parameter.clone(),
                }
            })
            .collect()
    };
    let key = |parameter: &Value| {
        (
            text_of(parameter, "name").map(str::to_owned),
            text_of(parameter, "in").map(str::to_owned),
        )
    };
    let own = resolved(own.as_ref());
    let mut all = resolved(common);
    all.retain(|parameter| !own.iter().any(|other| key(other) == key(parameter)));
    all.extend(own);
    all
}

fn body(parameter: &Value, consumes: &[String]) -> Value {
    let schema = parameter
        .get("schema")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let media = if consumes.is_empty() {
        vec!["application/json".to_owned()]
    } else {
        consumes.to_vec()
    };
    let content: Map<String, Value> = media
        .into_iter()
        .map(|media| (media, json!({ "schema": schema })))
        .collect();
    json!({"required": is_true(parameter, "required"), "content": content, ORIGIN: origin(parameter)})
}

/// Form parameters are the properties of one object.
fn form_body(parameters: &[Value], consumes: &[String]) -> Value {
    let has_file = parameters
        .iter()
        .any(|parameter| text_of(parameter, "type") == Some("file"));
    let multipart = has_file
        || (!consumes.is_empty() && consumes.iter().all(|media| media.starts_with("multipart/")));
    let media = if multipart {
        "multipart/form-data"
    } else {
        "application/x-www-form-urlencoded"
    };
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in parameters {
        let name = text_of(parameter, "name").unwrap_or_default().to_owned();
        let mut schema = schema_of(parameter);
        schema.insert(
            "description".to_owned(),
            parameter.get("description").cloned().unwrap_or(json!("")),
        );
        if is_true(parameter, "required") {
            required.push(json!(name));
        }
        properties.insert(name, Value::Object(schema));
    }
    let at = parameters.first().map(origin).unwrap_or_default();
    let schema =
        json!({"type": "object", "properties": properties, "required": required, ORIGIN: at});
    json!({"required": !required.is_empty(), "content": {media: {"schema": schema}}, ORIGIN: at})
}

fn schema_of(parameter: &Value) -> Map<String, Value> {
    let keys = parameter.as_object().into_iter().flatten();
    let mut schema: Map<String, Value> = keys
        .filter(|(key, _)| !PARAMETER_KEYS.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    schema.insert(ORIGIN.to_owned(), json!(origin(parameter)));
    if schema.get("type") == Some(&json!("file")) {
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("format".to_owned(), json!("binary"));
    }
    schema
}

fn lower_parameter(parameter: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let at = origin(&parameter).to_owned();
    let (Some(_), Some(place)) = (text_of(&parameter, "name"), text_of(&parameter, "in")) else {
        return Err(Error::at(&at, "a parameter without `name` and `in`"));
    };
    let mut out = Map::new();
    for key in [
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        ORIGIN,
    ] {
        if let Some(value) = parameter.get(key) {
            out.insert(key.to_owned(), value.clone());
        }
    }
    let schema = schema_of(&parameter);
    if schema.get("type") == Some(&json!("array")) {
        let (style, explode) = match (
            text_of(&parameter, "collectionFormat").unwrap_or("csv"),
            place,
        ) {
            ("multi", _) => ("form", true),
            ("ssv", "query") => ("spaceDelimited", false),
            ("pipes", "query") => ("pipeDelimited", false),
            ("csv", "query") => ("form", false),
            ("csv", _) => ("simple", false),
            (other, _) => {
                diagnostics.warn(
                    &at,
                    format!(
                        "collectionFormat `{other}` becomes one text: join the values yourself"
                    ),
                );
                ("form", false)
            }
        };
        out.insert("style".to_owned(), json!(style));
        out.insert("explode".to_owned(), json!(explode));
    }
    out.insert("schema".to_owned(), Value::Object(schema));
    Ok(Value::Object(out))
}

fn lower_responses(responses: Option<Value>, produces: &[String]) -> Value {
    let mut responses = responses.unwrap_or_else(|| json!({}));
    for response in responses
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        let Some(map) = response.as_object_mut() else {
            continue;
        };
        let Some(schema) = map.remove("schema") else {
            continue;
        };
        let content = if text_of(&schema, "type") == Some("file") {
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        } else if produces.is_empty() {
            json!({ "application/json": { "schema": schema } })
        } else {
            let all = produces
                .iter()
                .map(|media| (media.clone(), json!({ "schema": schema })));
            Value::Object(all.collect())
        };
        map.insert("content".to_owned(), content);
    }
    responses
}

/// `#/definitions/X` is `#/components/schemas/X`, `#/responses/X` is `#/components/responses/X`.
fn rewrite_references(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref") {
                for (old, section) in [("#/definitions/", "schemas"), ("#/responses/", "responses")]
                {
                    if let Some(name) = reference.strip_prefix(old) {
                        *reference = format!("#/components/{section}/{name}");
                        break;
                    }
                }
            }
            map.values_mut().for_each(rewrite_references);
        }
        Value::Array(items) => items.iter_mut().for_each(rewrite_references),
        _ => {}
    }
    if let Some(mapping) = value
        .get_mut("discriminator")
        .and_then(|found| found.get_mut("mapping"))
    {
        for target in mapping
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut)
        {
            if let Some(name) = target
                .as_str()
                .and_then(|text| text.strip_prefix("#/definitions/"))
            {
                *target = json!(format!("#/components{}", join("/schemas", name)));
            }
        }
    }
}

/// Whether a document has anything that only Swagger 2.0 has; for the tests of the passes that follow.
#[cfg(test)]
fn is_swagger(document: &Value) -> bool {
    document.get("swagger").is_some() || document.get("definitions").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_swagger_says_differently() {
        let document = json!({
            "swagger": "2.0", "host": "api.test", "basePath": "/v2/", "schemes": ["http", "https"],
            "consumes": ["application/json"], "produces": ["application/json"],
            "securityDefinitions": {"Login": {"type": "basic"}, "Key": {"type": "apiKey", "in": "query", "name": "key"}},
            "parameters": {"Page": {"name": "page", "in": "query", "type": "integer", ORIGIN: "/parameters/Page"}},
            "definitions": {"A": {"type": "object", "x-nullable": true, "discriminator": "kind",
                "properties": {"b": {"$ref": "#/definitions/A"}}}},
            "responses": {"Bad": {"description": "bad", "schema": {"$ref": "#/definitions/A"}}},
            "paths": {"/a": {
                "parameters": [{"$ref": "#/parameters/Page"}],
                "post": {
                    "operationId": "a",
                    "parameters": [
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "string"}, ORIGIN: "/p"},
                        {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/A"}}
                    ],
                    "responses": {"200": {"description": "", "schema": {"type": "array", "items": {"$ref": "#/definitions/A"}}},
                        "400": {"$ref": "#/responses/Bad"}}
                }
            }}
        });
        let lowered = lower(document, &mut Diagnostics::default()).unwrap();
        assert!(!is_swagger(&lowered));
        insta::assert_json_snapshot!(lowered);
    }

    #[test]
    fn form_parameters_are_one_body() {
        let document = json!({"swagger": "2.0", "paths": {"/a": {"post": {"parameters": [
            {"name": "file", "in": "formData", "type": "file", "required": true},
            {"name": "note", "in": "formData", "type": "string"}], "responses": {}}}}});
        let lowered = lower(document, &mut Diagnostics::default()).unwrap();
        let content = &lowered["paths"]["/a"]["post"]["requestBody"]["content"]["multipart/form-data"]
            ["schema"];
        assert_eq!(content["properties"]["file"]["format"], "binary");
        assert_eq!(content["required"], json!(["file"]));
    }

    #[test]
    fn an_odd_collection_format_is_warned_of() {
        let mut diagnostics = Diagnostics::default();
        let document = json!({"swagger": "2.0", "paths": {"/a": {"get": {"parameters": [
            {"name": "a", "in": "query", "type": "array", "collectionFormat": "tsv", "items": {}, ORIGIN: "/p/0"}]}}}});
        lower(document, &mut diagnostics).unwrap();
        assert_eq!(diagnostics.warnings()[0].pointer, "#/p/0");
    }
}
