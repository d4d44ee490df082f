//! Read: parses a YAML or JSON document, and bundles the files to which it refers into one value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::{Error, Result, one_line};
use crate::pointer::join;
use crate::schema::{components, everywhere};

/// The key under which the files that a document refers to are kept, each by its path from the document's folder.
pub const FILES: &str = "x-files";

/// A document as text in JSON (when it starts like it) or YAML. Map keys become text: the status `200:` is `"200"`.
///
/// # Errors
/// It is neither, or has a key twice; the reason says where.
pub fn parse(text: &str) -> Result<Value> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        return match serde_json::from_str::<Node>(text) {
            Ok(Node(value)) => Ok(value),
            Err(error) if error.is_data() => Err(Error::at("", error.to_string())),
            Err(json) => {
                yaml(text).map_err(|_| Error::at("", format!("neither JSON nor YAML: {json}")))
            }
        };
    }
    yaml(text)
}

fn yaml(text: &str) -> Result<Value> {
    let options = serde_saphyr::options! {
        // A document of ten megabytes is large, not hostile: it is a file that the caller named.
        budget: None,
        with_snippet: false,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::Error,
        strict_booleans: true,
        no_schema: false,
        // `maximum: .inf` is no reason to refuse a document.
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
    };
    let mut text = Cow::Borrowed(text);
    loop {
        let error = match serde_saphyr::from_str_with_options::<Node>(&text, options.clone()) {
            Ok(Node(value)) => return Ok(value),
            Err(error) => error,
        };
        let reason = one_line(&error.to_string());
        match error.location().filter(|_| reason.contains(UNINDENTED)) {
            Some(location) => text = indented(&text, location.line()).into(),
            None => {
                // The parser names its own options.
                let reason =
                    reason.replace(", set DuplicateKeyPolicy in Options if acceptable", "");
                return Err(Error::at("", format!("not YAML: {reason}")));
            }
        }
    }
}

/// What the parser says of a line of a quoted scalar that is not indented more than its key. YAML 1.2 forbids such a line;
/// PyYAML and libyaml, and so the tools of most providers, read it.
const UNINDENTED: &str = "invalid indentation in multiline quoted scalar";

/// The text with a line indented, which changes nothing inside a quoted scalar.
fn indented(text: &str, line: u64) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    for (number, content) in (1..).zip(text.split_inclusive('\n')) {
        if number == line {
            out.push_str(&" ".repeat(256));
        }
        out.push_str(content);
    }
    out
}

/// A value whose map keys may be of any scalar type: a property may be called `null`.
struct Node(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut out = Vec::new();
        while let Some(Node(item)) = items.next_element()? {
            out.push(item);
        }
        Ok(Node(Value::Array(out)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut out = Map::new();
        while let Some((Node(key), Node(value))) = entries.next_entry()? {
            let key = match key {
                Value::String(text) => text,
                other => other.to_string(),
            };
            if out.contains_key(&key) {
                let reason = format!("the key `{key}` is there twice");
                return Err(serde::de::Error::custom(reason));
            }
            out.insert(key, value);
        }
        Ok(Node(Value::Object(out)))
    }
}

/// Takes in the files that the document's `$ref`s and discriminators name: each under [`FILES`], and the references become
/// local.
///
/// `at` is the document's path from the folder out of which no reference may lead. `load` gives a file's text by its path from
/// there. A file that it does not have leaves its references as they are: only one that is used needs its target.
///
/// # Errors
/// A file that is there and is neither JSON nor YAML.
pub fn bundle(document: Value, at: &Path, load: &dyn Fn(&Path) -> Option<String>) -> Result<Value> {
    let mut document = document;
    let mut files: BTreeMap<PathBuf, Value> = BTreeMap::new();
    let mut bundler = Bundler {
        root: at,
        load,
        waiting: Vec::new(),
    };
    bundler.localise(&mut document, at);
    while let Some((path, text)) = bundler.waiting.pop() {
        if files.contains_key(&path) {
            continue;
        }
        let mut file =
            parse(&text).map_err(|error| Error::in_file(path.display(), error.reason))?;
        bundler.localise(&mut file, &path);
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

struct Bundler<'a> {
    /// The path of the document itself.
    root: &'a Path,
    load: &'a dyn Fn(&Path) -> Option<String>,
    /// The files that are yet to be taken in.
    waiting: Vec<(PathBuf, String)>,
}

impl Bundler<'_> {
    /// Makes the references of one file local to the bundled document.
    fn localise(&mut self, file: &mut Value, at: &Path) {
        // A discriminator may call the file's own schemas by their names.
        let own = components(file);
        everywhere(file, &mut |value| {
            if let Some(Value::String(reference)) = value.get_mut("$ref") {
                self.rewrite(reference, at);
            }
            let discriminator = value.get_mut("discriminator");
            let mapping = discriminator.and_then(|found| found.get_mut("mapping")?.as_object_mut());
            for target in mapping.into_iter().flat_map(Map::values_mut) {
                let Value::String(target) = target else {
                    continue;
                };
                if own.contains_key(target) {
                    *target = format!("#{}", join("/components/schemas", target));
                }
                if target.contains(['#', '/', '.']) {
                    self.rewrite(target, at);
                }
            }
        });
    }

    fn rewrite(&mut self, reference: &mut String, at: &Path) {
        if let Some(local) = self.local(reference, at) {
            *reference = local;
        }
    }

    fn local(&mut self, reference: &str, at: &Path) -> Option<String> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if file.contains("://") {
            return None;
        }
        let path = match file {
            "" => at.to_owned(),
            file => normal(&at.parent().unwrap_or(Path::new("")).join(file))?,
        };
        if path == self.root {
            return Some(format!("#{fragment}"));
        }
        if !file.is_empty() {
            self.waiting.push((path.clone(), (self.load)(&path)?));
        }
        let place = join(&format!("/{FILES}"), &slashed(&path));
        Some(format!("#{place}{fragment}"))
    }
}

/// The path without `.` and `..`; `None` if it leaves the root.
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
mod tests;
