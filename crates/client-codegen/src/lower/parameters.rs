//! Parameters: keeps strings, numbers, booleans, enumerations and arrays of them; spells out others as these, or refuses them.

mod spelling;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, WIRE_NAME};
use crate::names;
use crate::pointer::join;
use crate::schema::{components, is_true, list, map_of, origin_or, text_of};
use crate::walk;
use spelling::Spelling;

/// Names that generated methods use themselves, and those of a request's own methods.
const TAKEN: [&str; 11] = [
    "body",
    "call",
    "clone",
    "items",
    "max_retries",
    "pages",
    "required",
    "self",
    "send",
    "stream",
    "timeout",
];

/// The document whose parameters progenitor takes as they are, each with an identifier as its name.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let components = components(&document);
    let schemes = map_of(&document["components"], "securitySchemes").cloned();
    let schemes = schemes.unwrap_or_default();
    let mut renamed_paths = Vec::new();
    walk::sendable(
        &mut document,
        diagnostics,
        &mut |path, _, operation, at, diagnostics| {
            let mut plain = Vec::new();
            let covered = covered_headers(operation, &schemes);
            for parameter in list(operation, "parameters") {
                let at = origin_or(parameter, at);
                let Some((required, reason)) =
                    spelled_out(parameter, &components, &covered, at, &mut plain)?
                else {
                    continue;
                };
                let name = text_of(parameter, "name").unwrap_or_default();
                if required {
                    let reason = format!("the required parameter `{name}` {reason}");
                    return Err(Error::at(at, reason));
                }
                let reason = format!("the optional parameter `{name}` {reason}: it is left out");
                diagnostics.warn(at, reason);
            }
            let (bare, query) = without_query(path, &mut plain);
            match_path(&bare, &mut plain, at, diagnostics);
            name_them(&mut plain);
            renamed_paths.push((path.to_owned(), renamed_path(&bare, &plain) + &query));
            operation["parameters"] = Value::Array(plain);
            Ok(())
        },
    )?;
    move_paths(&mut document, renamed_paths, diagnostics);
    Ok(document)
}

/// The headers, in lower case, that the client or the operation's credentials set; with each, whether all alternatives of the
/// credentials set it.
fn covered_headers(operation: &Value, schemes: &Map<String, Value>) -> BTreeMap<String, bool> {
    let stated = operation.get("security").and_then(Value::as_array);
    let requirements: Vec<Vec<&String>> = match stated {
        Some(stated) => stated
            .iter()
            .filter_map(|one| Some(one.as_object()?.keys().collect()))
            .filter(|names: &Vec<_>| !names.is_empty())
            .collect(),
        // Schemes that no operation asks for may all be used.
        None => schemes.keys().map(|name| vec![name]).collect(),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for names in &requirements {
        let schemes = names.iter().filter_map(|name| schemes.get(*name));
        let headers: BTreeSet<String> = schemes.filter_map(header_of).collect();
        for header in headers {
            *counts.entry(header).or_default() += 1;
        }
    }
    let always = ["accept", "content-type"].map(|name| (name.to_owned(), true));
    counts
        .into_iter()
        .map(|(header, count)| (header, count == requirements.len()))
        .chain(always)
        .collect()
}

/// The header, in lower case, that a security scheme sets.
fn header_of(scheme: &Value) -> Option<String> {
    let header = match text_of(scheme, "type")? {
        "apiKey" if text_of(scheme, "in") == Some("header") => text_of(scheme, "name")?,
        "http" | "oauth2" | "openIdConnect" => "authorization",
        _ => return None,
    };
    Some(header.to_ascii_lowercase())
}

/// Appends what a parameter becomes. One that cannot be sent gives whether it is required, and the reason.
fn spelled_out(
    parameter: &Value,
    components: &Map<String, Value>,
    covered: &BTreeMap<String, bool>,
    at: &str,
    out: &mut Vec<Value>,
) -> Result<Option<(bool, String)>> {
    let (Some(name), Some(place)) = (text_of(parameter, "name"), text_of(parameter, "in")) else {
        return Err(Error::at(at, "a parameter without `name` and `in`"));
    };
    let required = is_true(parameter, "required") || place == "path";
    let refused = |reason: String| Ok(Some((required, reason)));
    match place {
        "header"
            if covered
                .get(&name.to_ascii_lowercase())
                .is_some_and(|always| *always || !required) =>
        {
            return Ok(None);
        }
        "cookie" => return refused("is a cookie, which cannot be sent".to_owned()),
        "path" | "query" | "header" => {}
        other => return refused(format!("is in `{other}`, which OpenAPI does not have")),
    }
    let unfit = |letter: char| !letter.is_ascii_graphic() || letter == ':';
    if name.is_empty() || (place == "header" && name.contains(unfit)) {
        return refused("has a name that cannot be sent".to_owned());
    }
    let in_query = place == "query";
    let mut plain = json!({"name": name, "in": place, "required": required, ORIGIN: at});
    if let Some(description) = text_of(parameter, "description") {
        plain["description"] = json!(description);
    }
    let stated = parameter.get("explode").and_then(Value::as_bool);
    let mut spelling = Spelling {
        style: text_of(parameter, "style").unwrap_or(if in_query { "form" } else { "simple" }),
        explode: stated.unwrap_or(in_query),
        in_query,
        components,
        out,
    };
    match parameter.get("schema").filter(|schema| schema.is_object()) {
        Some(_) if place == "path" && spelling.style != "simple" => {
            let style = spelling.style;
            return refused(format!(
                "has the style `{style}`, which cannot be sent in a path"
            ));
        }
        Some(schema) => spelling.spell(plain, schema, 0),
        None => match parameter.pointer("/content/application~1json/schema") {
            Some(schema) => spelling.json(plain, schema),
            None => spelling.text(plain, ""),
        },
    }
    Ok(None)
}

/// The path without fragment and query, and the query's constant pairs. What it takes of a parameter becomes a parameter in
/// the query: `/a?key={id}`. Templates of the query, `/a{?page}`, name parameters that are declared.
fn without_query(path: &str, plain: &mut Vec<Value>) -> (String, String) {
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // The `?` may be that of a template.
    if let Some(bare) = path.strip_suffix('{') {
        return (bare.to_owned(), String::new());
    }
    let mut constant = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(placeholder) = value
            .strip_prefix('{')
            .and_then(|value| value.strip_suffix('}'))
        else {
            constant.push(pair);
            continue;
        };
        let is_meant = |one: &&mut Value| text_of(one, "name") == Some(placeholder);
        match plain.iter_mut().find(is_meant) {
            Some(one) => {
                one["in"] = json!("query");
                one["name"] = json!(name);
            }
            None => plain.push(json!({"name": name, "in": "query", "required": true, "schema": {"type": "string"}})),
        }
    }
    let query = match constant.is_empty() {
        true => String::new(),
        false => format!("?{}", constant.join("&")),
    };
    (path.to_owned(), query)
}

fn is_in_path(parameter: &Value) -> bool {
    text_of(parameter, "in") == Some("path")
}

/// Takes a `{placeholder}` that no parameter describes as a text, and leaves out a parameter that the path does not have.
fn match_path(path: &str, plain: &mut Vec<Value>, at: &str, diagnostics: &mut Diagnostics) {
    let placeholders: Vec<&str> = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .collect();
    for name in &placeholders {
        if !plain
            .iter()
            .any(|one| is_in_path(one) && text_of(one, "name") == Some(name))
        {
            let reason = "in the path is not declared: it becomes a text parameter";
            diagnostics.warn(at, format!("`{{{name}}}` {reason}"));
            plain.push(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}, ORIGIN: at}));
        }
    }
    plain.retain(|one| {
        let name = text_of(one, "name").unwrap_or_default();
        let stray = is_in_path(one) && !placeholders.contains(&name);
        if stray {
            let reason = format!("the path has no `{{{name}}}`: the parameter is left out");
            diagnostics.warn(at, reason);
        }
        !stray
    });
}

/// Gives each parameter an identifier as its name, unique in the operation, and keeps the one on the wire.
fn name_them(plain: &mut Vec<Value>) {
    let mut seen = BTreeSet::new();
    plain.retain(|one| seen.insert((one["in"].to_string(), one["name"].to_string())));
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
    // The path's come first: they keep their names where a query parameter is called the same.
    plain.sort_by_key(|one| !is_in_path(one));
    for one in plain.iter_mut() {
        let mut wanted = names::value_name(text_of(one, "name").unwrap_or_default());
        if TAKEN.contains(&wanted.as_str()) {
            wanted.push_str("_param");
        }
        if taken.contains(&wanted) {
            wanted = format!("{wanted}_{}", text_of(one, "in").unwrap_or_default());
        }
        one[WIRE_NAME] = one["name"].take();
        one["name"] = json!(names::unique(&wanted, &mut taken));
    }
}

fn renamed_path(path: &str, plain: &[Value]) -> String {
    let mut out = path.to_owned();
    for one in plain.iter().filter(|one| is_in_path(one)) {
        let name = |key| text_of(one, key).unwrap_or_default();
        let wire = format!("{{{}}}", name(WIRE_NAME));
        out = out.replace(&wire, &format!("{{{}}}", name("name")));
    }
    if out.starts_with('/') {
        out
    } else {
        format!("/{out}")
    }
}

/// Puts the path items under their renamed paths. Operations of one path rename alike unless they call it differently.
fn move_paths(document: &mut Value, renamed: Vec<(String, String)>, diagnostics: &mut Diagnostics) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (old, new) in renamed.into_iter().filter(|(old, new)| old != new) {
        let Some(item) = paths.remove(&old) else {
            continue;
        };
        match paths.get_mut(&new).and_then(Value::as_object_mut) {
            Some(there) => {
                for (key, value) in item.as_object().cloned().unwrap_or_default() {
                    if there.insert(key, value).is_some() {
                        diagnostics.warn(join("/paths", &old), "the path is there twice");
                    }
                }
            }
            None => drop(paths.insert(new, item)),
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
        let array = |one: &(String, String, Value)| {
            one.2 == json!({"type": "array", "items": {"type": "integer"}})
        };
        assert!(found.iter().all(array), "{found:?}");
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
    fn only_what_the_operations_own_credentials_set_is_no_argument() {
        let document = |security: Value| {
            let header =
                |name: &str| json!({"name": name, "in": "header", "required": true, "schema": {}});
            json!({
                "paths": {"/a": {"get": {"security": security, "parameters": [header("X-App"), header("Authorization"), header("Accept")]}}},
                "components": {"securitySchemes": {
                    "App": {"type": "apiKey", "in": "header", "name": "x-app"}, "Key": {"type": "http", "scheme": "bearer"}}}
            })
        };
        for (security, arguments) in [
            (json!([{"App": [], "Key": []}]), vec![]),
            (json!([{"Key": []}]), vec!["x_app"]),
            (
                json!([{"Key": []}, {"Key": [], "App": []}, {}]),
                vec!["x_app"],
            ),
            (json!([]), vec!["x_app", "authorization"]),
        ] {
            let lowered = lower(document(security.clone()), &mut Diagnostics::default()).unwrap();
            let parameters = list(&lowered["paths"]["/a"]["get"], "parameters");
            let names: Vec<_> = parameters
                .iter()
                .filter_map(|one| text_of(one, "name"))
                .collect();
            assert_eq!(names, arguments, "{security}");
        }
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
        let error = run("/a", cookie(true)).0.unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/x/0: the required parameter `s` is a cookie, which cannot be sent"
        );
    }

    #[test]
    fn the_query_in_a_path_is_sent() {
        let text = json!({"type": "string"});
        for (path, sent, names) in [
            ("/a?action=list&key={KEY}#x", "/a?action=list", vec!["key"]),
            ("/a{?KEY,b}", "/a", vec![]),
        ] {
            let mut declared = vec![json!({"name": "KEY", "in": "path", "schema": text})];
            declared.retain(|_| !names.is_empty());
            let (lowered, warnings) = run(path, json!(declared));
            let lowered = lowered.unwrap();
            let parameters = list(&lowered["paths"][sent]["get"], "parameters");
            let found: Vec<_> = parameters
                .iter()
                .map(|one| (&one[WIRE_NAME], &one["in"]))
                .collect();
            let query = json!("query");
            let names: Vec<Value> = names.into_iter().map(|name| json!(name)).collect();
            assert_eq!(
                found,
                names.iter().map(|name| (name, &query)).collect::<Vec<_>>(),
                "{path}"
            );
            assert!(warnings.is_empty(), "{warnings:?}");
        }
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
