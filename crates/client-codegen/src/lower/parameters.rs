//! Parameters: plain texts, numbers, booleans, enumerations and repeated ones; all else is spelled out as such, or refused.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, WIRE_NAME};
use crate::names;
use crate::schema::{is_true, map_of, origin, reference_of, reference_to, text_of};
use crate::walk;

/// Names that the body of a generated method uses itself.
const TAKEN: [&str; 6] = ["body", "header_map", "self", "value", "client", "info"];

/// The document whose parameters progenitor takes as they are, each with a name that is an identifier of its own.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let components = map_of(&document["components"], "schemas")
        .cloned()
        .unwrap_or_default();
    let secured = secured_headers(&document);
    let mut renamed_paths = Vec::new();
    walk::operations(&mut document, &mut |path, _, operation, at| {
        let declared = operation
            .get("parameters")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let mut plain = Vec::new();
        for parameter in declared {
            one(
                &parameter,
                &components,
                &secured,
                at,
                diagnostics,
                &mut plain,
            )?;
        }
        undeclared_in_path(path, &mut plain, at, diagnostics);
        name_them(&mut plain);
        renamed_paths.push((path.to_owned(), renamed_path(path, &plain)));
        operation["parameters"] = Value::Array(plain);
        Ok(())
    })?;
    move_paths(&mut document, renamed_paths, diagnostics);
    Ok(document)
}

/// Headers that the credentials set.
fn secured_headers(document: &Value) -> Vec<String> {
    let schemes = map_of(&document["components"], "securitySchemes");
    let mut names = vec![
        "authorization".to_owned(),
        "accept".to_owned(),
        "content-type".to_owned(),
    ];
    for scheme in schemes.into_iter().flat_map(Map::values) {
        if text_of(scheme, "in") == Some("header") {
            names.extend(text_of(scheme, "name").map(str::to_ascii_lowercase));
        }
    }
    names
}

fn one(
    parameter: &Value,
    components: &Map<String, Value>,
    secured: &[String],
    operation: &str,
    diagnostics: &mut Diagnostics,
    out: &mut Vec<Value>,
) -> Result<()> {
    let at = if origin(parameter).is_empty() {
        operation
    } else {
        origin(parameter)
    };
    let (Some(name), Some(place)) = (text_of(parameter, "name"), text_of(parameter, "in")) else {
        return Err(Error::at(at, "a parameter without `name` and `in`"));
    };
    let required = is_true(parameter, "required") || place == "path";
    let refuse = |diagnostics: &mut Diagnostics, why: &str| {
        if required {
            Err(Error::at(
                at,
                format!("the required parameter `{name}` {why}"),
            ))
        } else {
            diagnostics.warn(
                at,
                format!("the optional parameter `{name}` {why}: it is left out"),
            );
            Ok(())
        }
    };
    match place {
        "header" if secured.contains(&name.to_ascii_lowercase()) => return Ok(()),
        "cookie" => return refuse(diagnostics, "is a cookie, which cannot be sent"),
        "path" | "query" | "header" => {}
        other => {
            return refuse(
                diagnostics,
                &format!("is in `{other}`, which OpenAPI does not have"),
            );
        }
    }
    if name.is_empty()
        || (place == "header"
            && name
                .chars()
                .any(|letter| !letter.is_ascii_graphic() || letter == ':'))
    {
        return refuse(diagnostics, "has a name that cannot be sent");
    }
    let mut plain = Map::new();
    plain.insert("name".to_owned(), json!(name));
    plain.insert("in".to_owned(), json!(place));
    plain.insert("required".to_owned(), json!(required));
    plain.insert(ORIGIN.to_owned(), json!(at));
    if let Some(description) = text_of(parameter, "description") {
        plain.insert("description".to_owned(), json!(description));
    }
    let mut spelling = Spelling {
        style: text_of(parameter, "style")
            .unwrap_or(if place == "query" { "form" } else { "simple" })
            .to_owned(),
        explode: parameter
            .get("explode")
            .and_then(Value::as_bool)
            .unwrap_or(place == "query"),
        place: place.to_owned(),
        components,
        out,
    };
    let Some(schema) = parameter.get("schema").filter(|schema| schema.is_object()) else {
        // `content`: one text in that media type.
        let note = if parameter.get("content").is_some() {
            "JSON, as text."
        } else {
            ""
        };
        spelling.text(plain, note);
        return Ok(());
    };
    if place == "path" && spelling.style != "simple" {
        return refuse(
            diagnostics,
            &format!(
                "has the style `{}`, which cannot be sent in a path",
                spelling.style
            ),
        );
    }
    spelling.spell(plain, &resolved(schema, components), 0);
    Ok(())
}

/// How a parameter's value is written, and where what it becomes is collected.
struct Spelling<'a> {
    style: String,
    explode: bool,
    place: String,
    components: &'a Map<String, Value>,
    out: &'a mut Vec<Value>,
}

/// How deep the objects inside a parameter are spelled out.
const DEPTH: usize = 3;

impl Spelling<'_> {
    /// The parameter under its own name, with a schema that progenitor takes.
    fn push(&mut self, mut plain: Map<String, Value>, schema: Value, note: &str) {
        if !note.is_empty() {
            let said = plain
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            plain.insert(
                "description".to_owned(),
                json!(format!("{said} {note}").trim()),
            );
        }
        plain.insert("schema".to_owned(), schema);
        self.out.push(Value::Object(plain));
    }

    fn text(&mut self, plain: Map<String, Value>, note: &str) {
        self.push(plain, json!({"type": "string"}), note);
    }

    /// One parameter of any schema.
    fn spell(&mut self, plain: Map<String, Value>, schema: &Value, depth: usize) {
        let kind = text_of(schema, "type").unwrap_or_default();
        let properties = map_of(schema, "properties").filter(|all| !all.is_empty());
        let branches = schema.get("oneOf").and_then(Value::as_array);
        match (kind, properties, branches) {
            ("boolean" | "integer", ..) => self.push(plain, json!({ "type": kind }), ""),
            ("number", ..) => self.text(plain, "A number, as text, so that no digit is lost."),
            ("array", ..) => self.list(plain, schema),
            (_, Some(properties), _) if self.place == "query" && depth < DEPTH => {
                self.object(&plain, schema, properties, depth);
            }
            (_, _, Some(branches)) => self.alternatives(plain, branches, depth),
            ("object", ..) => self.text(
                plain,
                "An object, as text: write it as the provider wants it.",
            ),
            ("string", ..) if schema.get("enum").is_some() => {
                self.push(plain, enumeration(schema), "")
            }
            _ => self.text(plain, ""),
        }
    }

    /// Several values: repeated in a query, else joined to one text.
    fn list(&mut self, mut plain: Map<String, Value>, schema: &Value) {
        let items = resolved(schema.get("items").unwrap_or(&Value::Null), self.components);
        if self.place == "query" && self.style == "form" && self.explode {
            let item = match text_of(&items, "type") {
                Some(kind @ ("integer" | "boolean")) => json!({ "type": kind }),
                Some("string") if items.get("enum").is_some() => enumeration(&items),
                _ => json!({"type": "string"}),
            };
            return self.push(plain, json!({"type": "array", "items": item}), "");
        }
        if self.style == "deepObject" {
            let name = plain
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            plain.insert("name".to_owned(), json!(format!("{name}[]")));
            return self.push(
                plain,
                json!({"type": "array", "items": {"type": "string"}}),
                "",
            );
        }
        let separator = match self.style.as_str() {
            "spaceDelimited" => "spaces",
            "pipeDelimited" => "`|`",
            _ => "commas",
        };
        self.text(
            plain,
            &format!("Several values are separated by {separator}."),
        );
    }

    /// An object's properties as parameters of their own: `page[size]` in the style `deepObject`, else by their names.
    fn object(
        &mut self,
        plain: &Map<String, Value>,
        schema: &Value,
        properties: &Map<String, Value>,
        depth: usize,
    ) {
        if self.style == "form" && !self.explode {
            return self.text(plain.clone(), "Names and values are separated by commas.");
        }
        let name = plain
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let all_required = plain.get("required") == Some(&json!(true));
        let required = schema.get("required").and_then(Value::as_array);
        for (property, inner) in properties {
            let inner = resolved(inner, self.components);
            let mut child = plain.clone();
            let wire = if self.style == "form" {
                property.clone()
            } else {
                format!("{name}[{property}]")
            };
            child.insert("name".to_owned(), json!(wire));
            let needed = all_required && required.is_some_and(|all| all.contains(&json!(property)));
            child.insert("required".to_owned(), json!(needed));
            if let Some(said) = text_of(&inner, "description") {
                child.insert("description".to_owned(), json!(said));
            }
            self.spell(child, &inner, depth + 1);
        }
    }

    /// A choice: its first object spelled out, its scalars as one text.
    fn alternatives(&mut self, plain: Map<String, Value>, branches: &[Value], depth: usize) {
        let branches: Vec<Value> = branches
            .iter()
            .map(|branch| resolved(branch, self.components))
            .collect();
        let (objects, rest): (Vec<&Value>, Vec<&Value>) = branches
            .iter()
            .partition(|branch| map_of(branch, "properties").is_some_and(|all| !all.is_empty()));
        let mut optional = plain;
        if !objects.is_empty() && !rest.is_empty() {
            optional.insert("required".to_owned(), json!(false));
        }
        let in_query = self.place == "query";
        if let Some(object) = objects.first().filter(|_| in_query) {
            self.spell(optional.clone(), object, depth + 1);
        }
        match rest.as_slice() {
            [] if in_query => {}
            [only] if text_of(only, "type") != Some("array") => {
                self.spell(optional, only, depth + 1)
            }
            _ => self.text(optional, ""),
        }
    }
}

/// The schema itself, with references followed.
fn resolved(schema: &Value, components: &Map<String, Value>) -> Value {
    let mut current = schema.clone();
    for _ in 0..32 {
        let Some(name) = reference_of(&current).map(str::to_owned) else {
            break;
        };
        let Some(target) = components.get(&name) else {
            break;
        };
        current = target.clone();
        if current.get("enum").is_some() {
            // An enumeration with a name keeps it.
            current["x-component"] = json!(name);
        }
    }
    current
}

fn enumeration(schema: &Value) -> Value {
    match text_of(schema, "x-component") {
        Some(name) => reference_to(name),
        None => json!({"type": "string", "enum": schema.get("enum"), ORIGIN: origin(schema)}),
    }
}

/// A `{placeholder}` of the path that no parameter describes is a text.
fn undeclared_in_path(path: &str, plain: &mut Vec<Value>, at: &str, diagnostics: &mut Diagnostics) {
    let wanted: Vec<&str> = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .collect();
    for name in &wanted {
        let declared =
            |one: &Value| text_of(one, "in") == Some("path") && text_of(one, "name") == Some(name);
        if !plain.iter().any(declared) {
            diagnostics.warn(
                at,
                format!("`{{{name}}}` in the path is not described: it is taken as a text"),
            );
            plain.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}, ORIGIN: at}));
        }
    }
    plain.retain(|one| {
        let stray = text_of(one, "in") == Some("path")
            && !wanted.contains(&text_of(one, "name").unwrap_or_default());
        if stray {
            diagnostics.warn(
                at,
                format!(
                    "the path has no `{{{}}}`: the parameter is left out",
                    text_of(one, "name").unwrap_or_default()
                ),
            );
        }
        !stray
    });
}

/// Gives each parameter an identifier as its name, unique in the operation, and keeps the one on the wire.
fn name_them(plain: &mut Vec<Value>) {
    let mut seen = BTreeSet::new();
    plain.retain(|one| {
        seen.insert((
            text_of(one, "in").map(str::to_owned),
            text_of(one, "name").map(str::to_owned),
        ))
    });
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
    // The path's come first: they keep their names where a query parameter is called the same.
    plain.sort_by_key(|one| text_of(one, "in") != Some("path"));
    for one in plain.iter_mut() {
        let wire = text_of(one, "name").unwrap_or_default().to_owned();
        let wanted = names::value_name(&wire);
        let wanted = if TAKEN.contains(&wanted.as_str()) {
            format!("{wanted}_param")
        } else {
            wanted
        };
        let wanted = if taken.contains(&wanted) {
            format!("{wanted}_{}", text_of(one, "in").unwrap_or_default())
        } else {
            wanted
        };
        one["name"] = json!(names::unique(&wanted, &mut taken));
        one[WIRE_NAME] = json!(wire);
    }
}

fn renamed_path(path: &str, plain: &[Value]) -> String {
    let mut out = path.to_owned();
    for one in plain
        .iter()
        .filter(|one| text_of(one, "in") == Some("path"))
    {
        let (name, wire) = (
            text_of(one, "name").unwrap_or_default(),
            text_of(one, WIRE_NAME).unwrap_or_default(),
        );
        out = out.replace(&format!("{{{wire}}}"), &format!("{{{name}}}"));
    }
    // A fragment or query in a path is no part of it.
    let end = out.find(['#', '?']).unwrap_or(out.len());
    out.truncate(end);
    if out.starts_with('/') {
        out
    } else {
        format!("/{out}")
    }
}

/// The path items under their paths as they are now. Operations of one path rename alike unless they call it differently.
fn move_paths(document: &mut Value, renamed: Vec<(String, String)>, diagnostics: &mut Diagnostics) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (old, new) in renamed {
        if old == new {
            continue;
        }
        let Some(item) = paths.remove(&old) else {
            continue;
        };
        match paths.get_mut(&new).and_then(Value::as_object_mut) {
            Some(there) => {
                for (key, value) in item.as_object().cloned().unwrap_or_default() {
                    if there.insert(key, value).is_some() {
                        diagnostics.warn(
                            format!("/paths/{}", old.replace('/', "~1")),
                            "the path is there twice",
                        );
                    }
                }
            }
            None => {
                paths.insert(new, item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(path: &str, parameters: Value) -> (Result<Value>, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let document = json!({
            "paths": {path: {"get": {"parameters": parameters}}},
            "components": {
                "schemas": {"Page": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}, "number": {"type": "integer", "description": "which"}}}},
                "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
        });
        let lowered = lower(document, &mut diagnostics);
        (
            lowered,
            diagnostics
                .warnings()
                .iter()
                .map(ToString::to_string)
                .collect(),
        )
    }

    fn plain(parameters: Value) -> Vec<(String, String, Value)> {
        let lowered = run("/a", parameters).0.unwrap();
        let list = lowered["paths"]["/a"]["get"]["parameters"]
            .as_array()
            .unwrap()
            .clone();
        list.into_iter()
            .map(|one| {
                (
                    one["name"].as_str().unwrap().to_owned(),
                    one[WIRE_NAME].as_str().unwrap().to_owned(),
                    one["schema"].clone(),
                )
            })
            .collect()
    }

    #[test]
    fn a_deep_object_is_spelled_out() {
        let found = plain(
            json!([{"name": "page", "in": "query", "style": "deepObject", "explode": true,
            "schema": {"$ref": "#/components/schemas/Page"}}]),
        );
        let names: Vec<_> = found
            .iter()
            .map(|(name, wire, _)| (name.as_str(), wire.as_str()))
            .collect();
        assert_eq!(
            names,
            [("page_number", "page[number]"), ("page_size", "page[size]")]
        );
    }

    #[test]
    fn lists_are_repeated_or_joined() {
        let list = json!({"type": "array", "items": {"type": "integer"}});
        let found = plain(json!([
            {"name": "a", "in": "query", "schema": list},
            {"name": "b", "in": "query", "explode": false, "schema": list},
            {"name": "c", "in": "header", "schema": list}]));
        assert_eq!(found[0].2["type"], "array");
        assert_eq!(found[1].2["type"], "string");
        assert_eq!(found[2].2["type"], "string");
    }

    #[test]
    fn a_choice_of_object_and_number_is_both() {
        let found = plain(
            json!([{"name": "created", "in": "query", "style": "deepObject", "explode": true, "schema": {"oneOf": [
            {"type": "object", "properties": {"gt": {"type": "integer"}}}, {"type": "integer"}]}}]),
        );
        let wires: Vec<_> = found.iter().map(|(_, wire, _)| wire.as_str()).collect();
        assert_eq!(wires, ["created[gt]", "created"]);
    }

    #[test]
    fn names_clash_with_nothing() {
        let text = json!({"type": "string"});
        let lowered = run("/a/{id}", json!([
            {"name": "id", "in": "query", "schema": text}, {"name": "id", "in": "path", "schema": text},
            {"name": "body", "in": "query", "schema": text}, {"name": "type", "in": "query", "schema": text},
            {"name": "x-id", "in": "header", "schema": text}, {"name": "X_ID", "in": "query", "schema": text}]))
        .0
        .unwrap();
        let names: Vec<_> = lowered["paths"]["/a/{id}"]["get"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            names,
            [
                "id",
                "id_query",
                "body_param",
                "type_",
                "x_id",
                "x_id_query"
            ]
        );
    }

    #[test]
    fn what_credentials_set_is_no_argument() {
        assert!(plain(json!([{"name": "X-KEY", "in": "header", "schema": {}}, {"name": "Authorization", "in": "header", "schema": {}}])).is_empty());
    }

    #[test]
    fn a_cookie_is_left_out_or_refused() {
        let cookie = |required| json!([{"name": "s", "in": "cookie", "required": required, "schema": {}, ORIGIN: "/x/0"}]);
        let (lowered, warnings) = run("/a", cookie(false));
        assert!(lowered.is_ok());
        assert_eq!(
            warnings,
            ["#/x/0: the optional parameter `s` is a cookie, which cannot be sent: it is left out"]
        );
        let failure = run("/a", cookie(true)).0.unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/x/0: the required parameter `s` is a cookie, which cannot be sent"
        );
    }

    #[test]
    fn a_placeholder_that_nobody_describes_is_a_text() {
        let (lowered, warnings) = run("/a/{accountId}", json!([]));
        assert_eq!(warnings.len(), 1);
        assert_eq!(
            lowered.unwrap()["paths"]["/a/{account_id}"]["get"]["parameters"][0]["name"],
            "account_id"
        );
    }
}
