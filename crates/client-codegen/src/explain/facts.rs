//! Flattens a corrected document into facts about each parameter and each response field, by their places.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::options::Selection;
use crate::pointer::layers;
use crate::schema::{is_true, list, map_of, plain, text_of, texts};
use crate::walk::METHODS;

/// The place of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Method and path of the operation.
    Request,
    /// The base address.
    Server,
    /// How credentials are sent.
    Credentials,
    /// A response with this status.
    Response(String),
    /// A parameter: where it is sent, and its name.
    Parameter(String, String),
    /// A field of the response outside its records.
    Envelope(String),
    /// A field of a record.
    Record(String),
}

/// What the document states about a place: one word or number for each aspect.
pub(super) type Fact = BTreeMap<&'static str, String>;

/// The facts of each operation, by its id and their places.
pub(super) type Facts = BTreeMap<String, BTreeMap<Place, Fact>>;

/// The facts of all operations of a document.
pub(super) fn facts(document: &Value, operations: &[Selection]) -> Facts {
    let mut all = Facts::new();
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let request = format!("{} {path}", method.to_uppercase());
            let id = text_of(operation, "operationId").unwrap_or(&request);
            let mut selected = operations
                .iter()
                .filter(|one| one.id == id || one.id == request);
            let records = selected.next().and_then(|one| one.records.as_deref());
            let mut reader = Reader {
                document,
                records: records.map(|records| format!("{records}[]")),
                found: BTreeMap::new(),
                open: Vec::new(),
            };
            reader.note(Place::Request, "is", &request);
            reader.deprecated(&Place::Request, operation);
            reader.server(operation, item);
            reader.credentials(operation);
            reader.parameters(item);
            reader.parameters(operation);
            reader.response(operation);
            all.insert(id.to_owned(), reader.found);
        }
    }
    all
}

struct Reader<'a> {
    document: &'a Value,
    /// The path of a record in the response.
    records: Option<String>,
    found: BTreeMap<Place, Fact>,
    /// The references that are being read, to stop at schemas that contain themselves.
    open: Vec<String>,
}

impl<'a> Reader<'a> {
    fn note(&mut self, place: Place, aspect: &'static str, value: &str) {
        let fact = self.found.entry(place).or_default();
        fact.insert(aspect, value.to_owned());
    }

    fn server(&mut self, operation: &Value, item: &Value) {
        let levels = [operation, item, self.document];
        let servers = levels.into_iter().find_map(|level| level.get("servers"));
        let url = servers.and_then(|servers| servers.pointer("/0/url"));
        if let Some(url) = url.and_then(Value::as_str) {
            self.note(Place::Server, "is", url);
        }
    }

    /// The alternatives of the operation, each with all its schemes.
    fn credentials(&mut self, operation: &Value) {
        let stated = operation.get("security").or(self.document.get("security"));
        let schemes = &self.document["components"]["securitySchemes"];
        let alternatives = stated.and_then(Value::as_array).into_iter().flatten();
        let alternatives: BTreeSet<String> = alternatives
            .filter_map(Value::as_object)
            .map(|names| {
                let each: Vec<String> = names.keys().map(|name| scheme(&schemes[name])).collect();
                each.join(" and ")
            })
            .collect();
        let text = Vec::from_iter(alternatives).join(", or ");
        let text = if text.is_empty() { "none" } else { &text };
        self.note(Place::Credentials, "is", text);
    }

    fn parameters(&mut self, holder: &'a Value) {
        for parameter in list(holder, "parameters") {
            let parameter = self.resolved(parameter);
            let text = |key| text_of(parameter, key).unwrap_or_default();
            let place = Place::Parameter(text("in").to_owned(), text("name").to_owned());
            let required = is_true(parameter, "required").to_string();
            self.note(place.clone(), "required", &required);
            for aspect in ["style", "explode"] {
                if let Some(value) = parameter.get(aspect) {
                    self.note(place.clone(), aspect, &plain(value));
                }
            }
            self.note(place.clone(), "prose", text("description"));
            self.deprecated(&place, parameter);
            let schema = self.resolved(&parameter["schema"]);
            self.value(&place, schema);
        }
    }

    fn response(&mut self, operation: &'a Value) {
        let responses = map_of(operation, "responses").into_iter().flatten();
        for (status, response) in responses.clone() {
            let text = text_of(self.resolved(response), "description");
            let place = Place::Response(status.clone());
            self.note(place, "prose", text.unwrap_or_default());
        }
        let mut successes = responses.filter(|(status, _)| status.starts_with('2'));
        let Some((_, response)) = successes.next() else {
            return;
        };
        let response = self.resolved(response);
        let content = map_of(response, "content").into_iter().flatten();
        for (_, media) in content.take(1) {
            self.schema(&media["schema"], "");
        }
    }

    /// The value itself, with references followed.
    fn resolved(&self, value: &'a Value) -> &'a Value {
        let layers = layers(self.document, value, String::new());
        let last = layers.ok().and_then(|mut layers| layers.pop());
        last.map_or(value, |(target, _)| target)
    }

    /// Records a schema at a path of the response, and everything below it.
    fn schema(&mut self, schema: &'a Value, path: &str) {
        let reference = text_of(schema, "$ref").map(str::to_owned);
        if let Some(reference) = &reference {
            if self.open.contains(reference) {
                return;
            }
            self.open.push(reference.clone());
        }
        let schema = self.resolved(schema);
        if let Some(place) = self.place(path) {
            self.value(&place, schema);
            if let Some(text) = text_of(schema, "description") {
                self.note(place, "prose", text);
            }
        }
        self.children(schema, path);
        if reference.is_some() {
            self.open.pop();
        }
    }

    fn children(&mut self, schema: &'a Value, path: &str) {
        let required = texts(schema, "required");
        for (name, child) in map_of(schema, "properties").into_iter().flatten() {
            let below = match path {
                "" => name.clone(),
                _ => format!("{path}.{name}"),
            };
            self.schema(child, &below);
            if let Some(place) = self.place(&below) {
                let required = required.contains(&name.as_str()).to_string();
                self.note(place, "required", &required);
            }
        }
        if let Some(items) = schema.get("items") {
            self.schema(items, &format!("{path}[]"));
        }
        if let Some(values) = schema
            .get("additionalProperties")
            .filter(|one| one.is_object())
        {
            self.schema(values, &format!("{path}.*"));
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            for branch in list(schema, key) {
                self.schema(branch, path);
            }
        }
    }

    /// The place of a path: `None` for the response itself and for a record itself.
    fn place(&self, path: &str) -> Option<Place> {
        if path.is_empty() || Some(path) == self.records.as_deref() {
            return None;
        }
        let inside = self
            .records
            .as_ref()
            .and_then(|records| path.strip_prefix(records));
        Some(match inside.and_then(|inside| inside.strip_prefix('.')) {
            Some(inside) => Place::Record(inside.to_owned()),
            None => Place::Envelope(path.to_owned()),
        })
    }

    fn deprecated(&mut self, place: &Place, holder: &Value) {
        if is_true(holder, "deprecated") {
            self.note(place.clone(), "deprecated", "true");
        }
    }

    /// Records the aspects of a value.
    fn value(&mut self, place: &Place, schema: &Value) {
        const ASPECTS: [&str; 4] = ["default", "maximum", "minimum", "maxLength"];
        if let Some(kind) = kind(schema) {
            self.note(place.clone(), "type", &kind);
        }
        let nullable =
            is_true(schema, "nullable") || list(schema, "type").iter().any(|one| one == "null");
        self.note(place.clone(), "nullable", &nullable.to_string());
        self.deprecated(place, schema);
        for aspect in ASPECTS {
            if let Some(value) = schema.get(aspect) {
                self.note(place.clone(), aspect, &plain(value));
            }
        }
        let words: Vec<String> = list(schema, "enum")
            .iter()
            .filter(|one| !one.is_null())
            .map(plain)
            .collect();
        if !words.is_empty() {
            self.note(place.clone(), "words", &words.join("|"));
        }
    }
}

/// The type with its format: `string (date-time)`.
fn kind(schema: &Value) -> Option<String> {
    let kinds: Vec<&str> = match schema.get("type")? {
        Value::Array(all) => all
            .iter()
            .filter_map(Value::as_str)
            .filter(|kind| *kind != "null")
            .collect(),
        one => one.as_str().into_iter().collect(),
    };
    let kind = kinds.join(" or ");
    Some(match text_of(schema, "format") {
        Some(format) => format!("{kind} ({format})"),
        None => kind,
    })
}

/// How a scheme sends a credential.
fn scheme(scheme: &Value) -> String {
    let text = |key| text_of(scheme, key).unwrap_or("?");
    match text("type") {
        "apiKey" => format!("{} `{}`", text("in"), text("name")),
        "http" => format!("HTTP {}", text("scheme").to_ascii_lowercase()),
        other => other.to_owned(),
    }
}
