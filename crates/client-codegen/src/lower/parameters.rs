//! Parameters: keeps strings, numbers, booleans, enumerations and arrays of them; spells out others as these, or refuses them.

mod spelling;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, WIRE_NAME, is_among};
use crate::names;
use crate::pointer::join;
use crate::schema::{components, is_true, list, map_of, origin_or, text_of};
use crate::walk;
use spelling::Spelling;

/// Names that generated methods use themselves, and those of a request's own methods.
const TAKEN: &str = "body call clone items max_retries pages required self send stream timeout";

/// The document whose parameters are plain, each with an identifier as its name.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    let schemes = map_of(&document["components"], "securitySchemes").cloned();
    let schemes = schemes.unwrap_or_default();
    let mut renamed_paths = Vec::new();
    walk::sendable(
        document,
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
    move_paths(document, renamed_paths, diagnostics);
    Ok(())
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
    let mut taken: BTreeSet<String> = TAKEN.split(' ').map(str::to_owned).collect();
    // The path's come first: they keep their names where a query parameter is called the same.
    plain.sort_by_key(|one| !is_in_path(one));
    for one in plain.iter_mut() {
        let mut wanted = names::value_name(text_of(one, "name").unwrap_or_default());
        if is_among(&wanted, TAKEN) {
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
mod tests;
