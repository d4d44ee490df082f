//! Declared: every parameter and field that a corrected document declares, with its type, one a line.
//!
//! It is what the snapshots `declared-by-<provider>` hold: a changed spec shows there also where no type of the client changes,
//! such as that of one of the names of an open set.

use serde_json::{Map, Value};

use client_codegen::pointer;
use client_codegen::schema::{METHODS, is_true, map_of, origin, text_of};

/// What says nothing of a value's shape, or has lines of its own.
const NOT_TOLD: [&str; 12] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "description",
    "items",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
    "x-generated",
    "x-origin",
];

/// The lines of a document that was corrected and pruned. Where the overlay says something else than the provider, whose
/// document is `published`, the line says both.
pub fn lines(document: &Value, published: &Value) -> Vec<String> {
    let mut lines = Lines {
        published,
        lines: Vec::new(),
    };
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let place = format!("{} {path}", method.to_uppercase());
                lines.operation(document, &place, item, operation);
            }
        }
    }
    let components = document.get("components").unwrap_or(&Value::Null);
    for (name, schema) in map_of(components, "schemas").into_iter().flatten() {
        lines.schema(name, schema, false);
    }
    lines.lines
}

/// What a line is of, as steps: `GET /v1/things 200.items[].id: string` is of `200`, `items` and `id`.
pub fn steps(line: &str) -> Vec<&str> {
    let path = line.split_once(": ").map_or(line, |(path, _)| path);
    let of_operation = METHODS
        .iter()
        .any(|method| path.to_lowercase().starts_with(&format!("{method} /")));
    let inside = if of_operation {
        path.splitn(3, ' ').nth(2).unwrap_or_default()
    } else {
        path
    };
    inside
        .split(['.', ' '])
        .map(|step| step.split(['[', '<']).next().unwrap_or(step))
        .collect()
}

struct Lines<'a> {
    published: &'a Value,
    lines: Vec<String>,
}

impl Lines<'_> {
    fn operation(&mut self, document: &Value, place: &str, item: &Value, operation: &Value) {
        let lists =
            [item, operation].map(|holder| holder.get("parameters").and_then(Value::as_array));
        for parameter in lists.into_iter().flatten().flatten() {
            let parameter = resolved(document, parameter);
            let at = text_of(&parameter, "in").unwrap_or("?");
            let name = text_of(&parameter, "name").unwrap_or("?");
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            let path = format!("{place} {at} {name}");
            self.schema(&path, schema, is_true(&parameter, "required"));
        }
        for (media, schema) in contents(document, operation.get("requestBody")) {
            self.schema(&format!("{place} body {media}"), &schema, false);
        }
        for (status, answer) in map_of(operation, "responses").into_iter().flatten() {
            for (_, schema) in contents(document, Some(answer)) {
                self.schema(&format!("{place} {status}"), &schema, false);
            }
        }
    }

    fn schema(&mut self, path: &str, schema: &Value, required: bool) {
        let needed = if required { ", required" } else { "" };
        let corrected = self.corrected(schema);
        self.lines
            .push(format!("{path}: {}{needed}{corrected}", summary(schema)));
        let requires = |name: &str| {
            let names = schema.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|required| required == name))
        };
        for (name, inside) in map_of(schema, "properties").into_iter().flatten() {
            self.schema(&format!("{path}.{name}"), inside, requires(name));
        }
        if let Some(inside) = schema.get("items") {
            self.schema(&format!("{path}[]"), inside, false);
        }
        if let Some(inside) = schema.get("additionalProperties") {
            self.schema(&format!("{path}.*"), inside, false);
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let branches = schema.get(key).and_then(Value::as_array);
            for (position, inside) in branches.into_iter().flatten().enumerate() {
                self.schema(&format!("{path}<{key} {position}>"), inside, false);
            }
        }
    }

    /// What the provider says of it, where that is something else.
    fn corrected(&self, schema: &Value) -> String {
        let origin = origin(schema);
        match self.published.pointer(origin) {
            _ if origin.is_empty() => String::new(),
            Some(published) if summary(published) == summary(schema) => String::new(),
            Some(published) => format!(" (published: {})", summary(published)),
            None => " (not published)".to_owned(),
        }
    }
}

fn contents(document: &Value, holder: Option<&Value>) -> Vec<(String, Value)> {
    let holder = holder.map(|holder| resolved(document, holder));
    let content = holder.as_ref().and_then(|holder| map_of(holder, "content"));
    content
        .into_iter()
        .flatten()
        .filter_map(|(media, entry)| Some((media.clone(), entry.get("schema")?.clone())))
        .collect()
}

fn resolved(document: &Value, value: &Value) -> Value {
    text_of(value, "$ref")
        .and_then(pointer::of_reference)
        .and_then(|at| pointer::follow(document, &at))
        .map_or_else(|| value.clone(), |(target, _)| target)
}

/// `string, format date-time, nullable`
fn summary(schema: &Value) -> String {
    if let Some(reference) = text_of(schema, "$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(kinds) => kinds.to_string(),
        None => "any".to_owned(),
    };
    let empty = Map::new();
    let told = schema.as_object().unwrap_or(&empty);
    let told = told
        .iter()
        .filter(|(key, _)| !NOT_TOLD.contains(&key.as_str()))
        .map(|(key, value)| match value {
            Value::Bool(true) => format!(", {key}"),
            Value::String(text) => format!(", {key} {text}"),
            value => format!(", {key} {value}"),
        });
    kind + &told.collect::<String>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_parameter_and_field_has_a_line_that_names_it() {
        let document = json!({
            "paths": {"/a/{id}": {"parameters": [{"$ref": "#/components/parameters/Id"}], "get": {
                "parameters": [{"name": "page", "in": "query", "required": true, "schema": {"type": "integer"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "type": "object",
                    "required": ["items"],
                    "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}},
                }}}}},
            }}},
            "components": {
                "parameters": {"Id": {"name": "id", "in": "path", "schema": {"type": "string"}}},
                "schemas": {"Item": {"anyOf": [{"nullable": true}, {
                    "type": "object",
                    "properties": {"at": {"type": "string", "format": "date", "description": "not told"}},
                    "additionalProperties": {"type": "boolean"},
                }]}},
            },
        });
        let lines = lines(&document, &Value::Null);
        assert_eq!(
            lines,
            [
                "GET /a/{id} path id: string",
                "GET /a/{id} query page: integer, required",
                "GET /a/{id} 200: object",
                "GET /a/{id} 200.items: array, required",
                "GET /a/{id} 200.items[]: Item",
                "Item: any",
                "Item<anyOf 0>: any, nullable",
                "Item<anyOf 1>: object",
                "Item<anyOf 1>.at: string, format date",
                "Item<anyOf 1>.*: boolean",
            ]
        );
        assert_eq!(steps(&lines[0]), ["path", "id"]);
        assert_eq!(steps(&lines[4]), ["200", "items"]);
        assert_eq!(steps(&lines[8]).last(), Some(&"at"));
    }

    #[test]
    fn a_line_says_what_the_overlay_overrules() {
        let schema = |kind: &str| json!({"components": {"schemas": {"A": {"type": kind, "x-origin": "/components/schemas/A"}}}});
        let corrected = schema("string");
        assert_eq!(lines(&corrected, &schema("string")), ["A: string"]);
        assert_eq!(
            lines(&corrected, &schema("integer")),
            ["A: string (published: integer)"]
        );
        assert_eq!(lines(&corrected, &json!({})), ["A: string (not published)"]);
    }
}
