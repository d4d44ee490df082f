//! Read: text of a document, YAML or JSON, and the files it refers to, into one value.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};

use super::failure::{Failure, Result};
use super::pointer::join;

/// The key under which the files that a document refers to are kept, each by its path from the document's folder.
pub const FILES: &str = "x-files";

/// A document as text in JSON (when it starts like it) or YAML. Map keys become text: the status `200:` is `"200"`.
///
/// # Errors
/// It is neither; the reason says where.
pub fn parse(text: &str) -> Result<Value> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        match serde_json::from_str(text) {
            Ok(value) => return Ok(value),
            Err(json) => {
                return yaml(text)
                    .map_err(|_| Failure::at("", format!("neither JSON nor YAML: {json}")));
            }
        }
    }
    yaml(text)
}

fn yaml(text: &str) -> Result<Value> {
    let options = serde_saphyr::options! {
        // A document of ten megabytes is large, not hostile: it is a file that the caller named.
        budget: None,
        with_snippet: false,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
        no_schema: false,
    };
    serde_saphyr::from_str_with_options::<Value>(text, options)
        .map_err(|error| Failure::at("", format!("not YAML: {}", one_line(&error.to_string()))))
}

/// Error texts of parsers go over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes in the files beside the document that its `$ref`s name: each under [`FILES`], and the `$ref`s become local.
///
/// `load` gives a file's text by its path from the document's folder. A file that it does not have leaves its `$ref`s as
/// they are: only a reference that is used needs its target.
///
/// # Errors
/// A file that is there and is neither JSON nor YAML.
pub fn bundle(document: Value, load: &dyn Fn(&Path) -> Option<String>) -> Result<Value> {
    let mut document = document;
    let mut files: BTreeMap<PathBuf, Value> = BTreeMap::new();
    let mut waiting = Vec::new();
    localise(&mut document, Path::new(""), load, &mut waiting);
    while let Some((path, text)) = waiting.pop() {
        if files.contains_key(&path) {
            continue;
        }
        let mut file = parse(&text).map_err(|failure| Failure {
            pointer: path.display().to_string(),
            reason: failure.reason,
        })?;
        localise(&mut file, &path, load, &mut waiting);
        files.insert(path, file);
    }
    if let (Some(root), false) = (document.as_object_mut(), files.is_empty()) {
        let kept: Map<String, Value> = files
            .into_iter()
            .map(|(path, file)| (slashed(&path), file))
            .collect();
        root.insert(FILES.to_owned(), Value::Object(kept));
    }
    Ok(document)
}

/// Makes the `$ref`s of one file (`at`; empty for the document itself) local to the bundled document.
fn localise(
    value: &mut Value,
    at: &Path,
    load: &dyn Fn(&Path) -> Option<String>,
    waiting: &mut Vec<(PathBuf, String)>,
) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && let Some(local) = local_reference(reference, at, load, waiting)
            {
                *reference = local;
            }
            for child in map.values_mut() {
                localise(child, at, load, waiting);
            }
        }
        Value::Array(items) => {
            for item in items {
                localise(item, at, load, waiting);
            }
        }
        _ => {}
    }
}

fn local_reference(
    reference: &str,
    at: &Path,
    load: &dyn Fn(&Path) -> Option<String>,
    waiting: &mut Vec<(PathBuf, String)>,
) -> Option<String> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if file.contains("://") || (file.is_empty() && at.as_os_str().is_empty()) {
        return None;
    }
    let path = if file.is_empty() {
        at.to_owned()
    } else {
        let path = normal(&at.parent().unwrap_or(Path::new("")).join(file))?;
        waiting.push((path.clone(), load(&path)?));
        path
    };
    Some(format!(
        "#{}{fragment}",
        join(&format!("/{FILES}"), &slashed(&path))
    ))
}

/// The path without `.` and `..`; `None` if it leaves the document's folder.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => out.push(name),
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(out)
}

fn slashed(path: &Path) -> String {
    path.iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_give_the_same() {
        let json = parse("{\"responses\": {\"200\": {\"description\": \"yes\"}}}").unwrap();
        let yaml = parse("responses:\n  200:\n    description: yes\n").unwrap();
        assert_eq!(json, yaml);
    }

    #[test]
    fn yaml_keeps_words_and_versions_as_text() {
        let value =
            parse("a: no\nb: '1.0'\nc: 2024-01-01\nd: [on, off, null, true]\ne: 0x10\n").unwrap();
        assert_eq!(value["a"], json!("no"));
        assert_eq!(value["b"], json!("1.0"));
        assert_eq!(value["c"], json!("2024-01-01"));
        assert_eq!(value["d"], json!(["on", "off", null, true]));
    }

    #[test]
    fn yaml_anchors_and_merge_keys_are_followed() {
        let value =
            parse("base: &base {type: string}\nmore:\n  <<: *base\n  format: date\n").unwrap();
        assert_eq!(value["more"], json!({"type": "string", "format": "date"}));
    }

    #[test]
    fn what_is_neither_is_an_error() {
        let failure = parse("a: [1, 2").unwrap_err();
        assert!(failure.reason.starts_with("not YAML"), "{failure}");
        let failure = parse("{\"a\": ]").unwrap_err();
        assert!(
            failure.reason.starts_with("neither JSON nor YAML"),
            "{failure}"
        );
    }

    #[test]
    fn files_beside_the_document_are_taken_in() {
        let load = |path: &Path| match path.to_str() {
            Some("schemas/account.yaml") => {
                Some("properties: {owner: {$ref: 'owner.json#/Owner'}}".to_owned())
            }
            Some("schemas/owner.json") => {
                Some("{\"Owner\": {\"$ref\": \"#/Other\"}, \"Other\": {}}".to_owned())
            }
            _ => None,
        };
        let document = json!({"a": {"$ref": "./schemas/account.yaml"}, "b": {"$ref": "missing.yaml#/x"}, "c": {"$ref": "#/a"}});
        let bundled = bundle(document, &load).unwrap();
        assert_eq!(bundled["a"]["$ref"], "#/x-files/schemas~1account.yaml");
        assert_eq!(bundled["b"]["$ref"], "missing.yaml#/x");
        assert_eq!(bundled["c"]["$ref"], "#/a");
        let files = &bundled[FILES];
        assert_eq!(
            files["schemas/account.yaml"]["properties"]["owner"]["$ref"],
            "#/x-files/schemas~1owner.json/Owner"
        );
        assert_eq!(
            files["schemas/owner.json"]["Owner"]["$ref"],
            "#/x-files/schemas~1owner.json/Other"
        );
    }

    #[test]
    fn a_reference_out_of_the_folder_is_left_alone() {
        let document = json!({"a": {"$ref": "../secret.yaml"}});
        let bundled = bundle(document.clone(), &|_| Some("{}".to_owned())).unwrap();
        assert_eq!(bundled, document);
    }
}
