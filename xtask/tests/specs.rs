//! No change of a spec passes unseen: codegen refuses it and names the field, or `openapi.json` differs in a line that names it.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeSet;

use client_codegen::{ClientToml, Options, correct};
use serde_json::{Map, Value, json};
use xtask::codegen::{provider_spec, providers, workspace_root};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Keywords whose values are data, not schemas.
const DATA: [&str; 5] = ["default", "enum", "example", "examples", "sources"];

/// Keywords that a changed type makes meaningless.
const STRUCTURE: [&str; 6] = [
    "$ref",
    "additionalProperties",
    "enum",
    "format",
    "items",
    "properties",
];

/// A declared property or parameter: its name, the pointer to its owner's map or list, and its key there.
struct Field {
    name: String,
    owner: String,
    key: String,
    is_parameter: bool,
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn fields(value: &Value, at: &str, found: &mut Vec<Field>) {
    let mut inside = |key: &str, child: &Value, is_property: bool| {
        let parameter = child["name"].as_str().filter(|_| child["in"].is_string());
        if let Some(name) = parameter.or(is_property.then_some(key)) {
            found.push(Field {
                name: name.to_owned(),
                owner: at.to_owned(),
                key: key.to_owned(),
                is_parameter: !is_property,
            });
        }
        fields(child, &format!("{at}/{}", escaped(key)), found);
    };
    match value {
        Value::Object(map) => {
            // A property may itself be called `properties`: its schema holds no names, but keywords.
            let named = at.ends_with("/properties") && !at.ends_with("/properties/properties");
            for (key, child) in map
                .iter()
                .filter(|(key, _)| named || !DATA.contains(&key.as_str()))
            {
                inside(key, child, named);
            }
        }
        Value::Array(list) => {
            for (index, child) in list.iter().enumerate() {
                inside(&index.to_string(), child, false);
            }
        }
        _ => {}
    }
}

impl Field {
    /// The documents that differ in this field, with what was changed: another name, none, any other type.
    fn changes(&self, document: &Value) -> Vec<(String, Value)> {
        let own = format!("{}/{}", self.owner, escaped(&self.key));
        let schema = if self.is_parameter {
            format!("{own}/schema")
        } else {
            own.clone()
        };
        let change = |what: &str, edit: &dyn Fn(&mut Value)| {
            let mut changed = document.clone();
            edit(&mut changed);
            (format!("{own} {what}"), changed)
        };
        let renamed = format!("{}_renamed", self.name);
        let mut all = vec![
            change("renamed", &|document| {
                if self.is_parameter {
                    document.pointer_mut(&own).unwrap()["name"] = json!(renamed);
                } else {
                    let owner = map(document, &self.owner);
                    let schema = owner.remove(&self.key).unwrap();
                    owner.insert(renamed.clone(), schema);
                }
            }),
            change("removed", &|document| {
                // An overlay's action goes with its update.
                let own = own.strip_suffix("/update").unwrap_or(&own);
                let (owner, key) = own.rsplit_once('/').unwrap();
                match document.pointer_mut(owner).unwrap() {
                    Value::Array(list) => drop(list.remove(key.parse().unwrap())),
                    owner => drop(owner.as_object_mut().unwrap().remove(&self.key)),
                }
            }),
        ];
        let stated = document.pointer(&schema).map(|schema| &schema["type"]);
        for name in TYPES
            .iter()
            .filter(|name| stated.is_some_and(|stated| stated != *name))
        {
            all.push(change(&format!("retyped to {name}"), &|document| {
                let schema = map(document, &schema);
                schema.retain(|key, _| !STRUCTURE.contains(&key.as_str()));
                schema.insert("type".to_owned(), json!(name));
            }));
        }
        all
    }
}

fn map<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Map<String, Value> {
    document
        .pointer_mut(pointer)
        .and_then(Value::as_object_mut)
        .unwrap()
}

/// Each scalar of a document as one line: its path, in which a parameter goes by its name, and its value.
fn lines(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    let inside = |key: &str, child: &Value, out: &mut BTreeSet<String>| {
        let key = child["name"].as_str().unwrap_or(key);
        lines(child, &format!("{path} {key}"), out);
    };
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| *key != "x-origin")
            .for_each(|(key, child)| inside(key, child, out)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(index, child)| inside(&index.to_string(), child, out)),
        scalar => drop(out.insert(format!("{path} = {scalar}"))),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || "_-".contains(letter)))
}

/// Why a change passes unseen, if it does.
fn unseen(
    before: &BTreeSet<String>,
    document: &Value,
    options: &Options,
    name: &str,
) -> Option<String> {
    let text = match correct(document, options) {
        Err(error) if words(&error.to_string()).any(|word| word == name) => return None,
        Err(error) => return Some(format!("refused without its name: {error}")),
        Ok(text) => text,
    };
    let mut after = BTreeSet::new();
    lines(&text, "", &mut after);
    let mut differing = before.symmetric_difference(&after).peekable();
    if differing.peek().is_none() {
        return Some("nothing differs".to_owned());
    }
    let named = differing.any(|line| words(line).any(|word| word == name));
    (!named).then(|| "no line that differs names it".to_owned())
}

#[test]
fn every_change_of_every_declared_field_is_seen() {
    let (mut tried, mut missed) = (0, Vec::new());
    for provider in providers(&workspace_root()).unwrap() {
        let (document, options) = provider_spec(&workspace_root(), &provider).unwrap();
        let overlay = options.overlay.clone().unwrap();
        let mut before = BTreeSet::new();
        lines(&correct(&document, &options).unwrap(), "", &mut before);
        for (is_overlay, source) in [(false, &document), (true, &overlay)] {
            let mut found = Vec::new();
            fields(source, "", &mut found);
            for field in found {
                for (what, changed) in field.changes(source) {
                    let unseen = if is_overlay {
                        let options = Options {
                            overlay: Some(changed),
                            ..options.clone()
                        };
                        unseen(&before, &document, &options, &field.name)
                    } else {
                        unseen(&before, &changed, &options, &field.name)
                    };
                    tried += 1;
                    missed.extend(unseen.map(|why| format!("{provider}: {what}: {why}")));
                }
            }
        }
    }
    assert!(tried > 700, "only {tried} changes were tried");
    assert!(
        missed.is_empty(),
        "{} of {tried}:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// No fact without a source, and no correction of a document without a reason.
#[test]
fn every_spec_says_where_its_facts_are_from() {
    for provider in providers(&workspace_root()).unwrap() {
        let file = workspace_root().join(format!("specs/{provider}/client.toml"));
        let toml = ClientToml::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert!(!toml.sources.is_empty(), "{provider} has no sources");
        for source in toml.sources {
            let is_date = source
                .read
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
            let is_whole = [&source.fact, &source.document, &source.read]
                .iter()
                .all(|text| !text.trim().is_empty());
            assert!(is_date && is_whole, "{provider}: {source:?}");
        }
        let (_, options) = provider_spec(&workspace_root(), &provider).unwrap();
        let overlay = options.overlay.unwrap_or_default();
        for action in overlay["actions"].as_array().into_iter().flatten() {
            let why = action["description"].as_str().unwrap_or_default();
            assert!(!why.trim().is_empty(), "{provider}: {}", action["target"]);
        }
    }
}
