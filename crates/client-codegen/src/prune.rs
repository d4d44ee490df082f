//! Prune: keeps the operations that are asked for, and what they reach; nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::extension::{ORIGIN, RECORDS};
use crate::names;
use crate::options::Selection;
use crate::pointer::{self, follow, join, of_reference, segments};
use crate::schema::{map_of, text_of};
use crate::walk;
use crate::walk::METHODS;

/// What of the document's root is kept as it is.
const KEPT: [&str; 10] = [
    "openapi", "swagger", "info", "servers", "host", "basePath", "schemes", "consumes", "produces",
    "security",
];

/// The document with only the selected operations and what they reach. Each schema, parameter and body carries where it
/// stood ([`ORIGIN`]). A `$ref` to anything but a named component is replaced: by a component of its own where it is a
/// schema's, by its target elsewhere.
///
/// # Errors
/// The value is no OpenAPI document; an operation is not there, or there more than once; a `$ref` that is reached leads
/// nowhere.
pub(crate) fn prune(document: &Value, selections: &[Selection]) -> Result<Value> {
    let root = document
        .as_object()
        .filter(|root| root.contains_key("openapi") || root.contains_key("swagger"))
        .ok_or_else(|| {
            Error::at(
                "",
                "no OpenAPI document: it has neither `openapi` nor `swagger`",
            )
        })?;
    if selections.is_empty() {
        return Err(Error::at("/paths", "no operation is asked for"));
    }
    let mut out: Map<String, Value> = Map::new();
    for key in KEPT {
        if let Some(value) = root.get(key) {
            out.insert(key.to_owned(), value.clone());
        }
    }
    let mut reach = Reach::new(document);
    let mut paths: Map<String, Value> = Map::new();
    for selection in selections {
        let found = find(document, &selection.id)?;
        let operation = reach.operation(&found, selection)?;
        let item = paths
            .entry(found.path.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(item) = item.as_object_mut() {
            for key in ["servers", "parameters"] {
                if let Some(value) = found.item.get(key) {
                    let at = join(&found.item_pointer, key);
                    let value = if key == "parameters" {
                        reach.list(value, &at, Kind::Parameter)?
                    } else {
                        value.clone()
                    };
                    item.insert(key.to_owned(), value);
                }
            }
            if item.insert(found.method.clone(), operation).is_some() {
                return Err(Error::at(
                    &found.pointer,
                    "the operation is asked for twice",
                ));
            }
        }
    }
    out.insert("paths".to_owned(), Value::Object(paths));
    for (section, name, value) in reach.finish()? {
        place(&mut out, &section, name, value);
    }
    keep_security(root, &mut out);
    Ok(Value::Object(out))
}

/// Security schemes are few and named by requirements, not by `$ref`s: all are kept.
fn keep_security(root: &Map<String, Value>, out: &mut Map<String, Value>) {
    if let Some(schemes) = root.get("securityDefinitions") {
        out.insert("securityDefinitions".to_owned(), schemes.clone());
    }
    if let Some(schemes) = root
        .get("components")
        .and_then(|components| map_of(components, "securitySchemes"))
    {
        for (name, scheme) in schemes {
            place(
                out,
                "/components/securitySchemes",
                name.clone(),
                scheme.clone(),
            );
        }
    }
}

fn place(out: &mut Map<String, Value>, section: &str, name: String, value: Value) {
    let mut here = out;
    for segment in segments(section) {
        let next = here
            .entry(segment)
            .or_insert_with(|| Value::Object(Map::new()));
        match next.as_object_mut() {
            Some(map) => here = map,
            None => return,
        }
    }
    here.insert(name, value);
}

/// An operation in the document.
struct Found {
    path: String,
    method: String,
    pointer: String,
    operation: Value,
    item: Value,
    item_pointer: String,
}

fn find(document: &Value, id: &str) -> Result<Found> {
    let by_place = id
        .split_once(' ')
        .filter(|(_, path)| path.trim().starts_with('/'));
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        let at = join("/paths", path);
        let (item, item_pointer) = path_item(document, item, &at)?;
        for method in METHODS {
            let Some(operation) = item.get(method).filter(|operation| operation.is_object()) else {
                continue;
            };
            let own = text_of(operation, "operationId");
            ids.extend(own.map(str::to_owned));
            let wanted = match by_place {
                Some((verb, place)) => verb.eq_ignore_ascii_case(method) && place.trim() == path,
                None => own == Some(id),
            };
            if wanted {
                found.push(Found {
                    path: path.clone(),
                    method: method.to_owned(),
                    pointer: join(&item_pointer, method),
                    operation: operation.clone(),
                    item: item.clone(),
                    item_pointer: item_pointer.clone(),
                });
            }
        }
    }
    let places: Vec<String> = found
        .iter()
        .map(|one| format!("`{} {}`", one.method.to_uppercase(), one.path))
        .collect();
    match (found.pop(), places.len()) {
        (Some(one), 1) => Ok(one),
        (Some(_), _) => Err(Error::at(
            "/paths",
            format!(
                "operation `{id}` stands at {}: ask for it by method and path",
                places.join(" and ")
            ),
        )),
        (None, _) => Err(Error::at(
            "/paths",
            format!(
                "operation `{id}` is not in the document{}",
                nearest(id, &ids)
            ),
        )),
    }
}

/// A hint at what may have been meant.
fn nearest(id: &str, ids: &BTreeSet<String>) -> String {
    let plain = |text: &str| {
        text.to_lowercase()
            .replace(|letter: char| !letter.is_alphanumeric(), "")
    };
    let wanted = plain(id);
    let near: Vec<_> = ids
        .iter()
        .filter(|other| plain(other).contains(&wanted) || wanted.contains(&plain(other)))
        .take(3)
        .map(|other| format!("`{other}`"))
        .collect();
    if near.is_empty() {
        format!(
            " (it has {} with an `operationId`; others are asked for as `GET /path`)",
            ids.len()
        )
    } else {
        format!("; it has {}", near.join(", "))
    }
}

fn path_item(document: &Value, item: &Value, at: &str) -> Result<(Value, String)> {
    let Some(reference) = text_of(item, "$ref") else {
        return Ok((item.clone(), at.to_owned()));
    };
    let (mut target, pointer) = resolve(document, reference, at)?;
    // Keys beside the `$ref` are the path's own.
    if let (Some(target), Some(own)) = (target.as_object_mut(), item.as_object()) {
        for (key, value) in own.iter().filter(|(key, _)| *key != "$ref") {
            target.insert(key.clone(), value.clone());
        }
    }
    Ok((target, pointer))
}

fn resolve(document: &Value, reference: &str, at: &str) -> Result<(Value, String)> {
    let lost = |why: &str| Error::at(join(at, "$ref"), format!("`{reference}` {why}"));
    let pointer =
        of_reference(reference).ok_or_else(|| lost("is another document, which is not at hand"))?;
    follow(document, &pointer).ok_or_else(|| lost("leads nowhere"))
}

/// What stands at a place, which decides how its insides are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Schema,
    Parameter,
    Response,
    Body,
}

impl Kind {
    /// Where components of this kind have their names.
    fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Schema => &["/components/schemas", "/definitions"],
            Self::Parameter => &["/components/parameters", "/parameters"],
            Self::Response => &["/components/responses", "/responses"],
            Self::Body => &["/components/requestBodies"],
        }
    }

    fn of_section(section: &str) -> Option<Self> {
        [Self::Schema, Self::Parameter, Self::Response, Self::Body]
            .into_iter()
            .find(|kind| kind.sections().contains(&section))
    }
}

/// What has been reached so far.
struct Reach<'a> {
    document: &'a Value,
    /// Where a schema that gets a name of its own is put.
    schemas: &'static str,
    /// `/components/schemas/Name` → the pruned value; `None` while it waits.
    components: BTreeMap<String, Option<Value>>,
    waiting: Vec<(String, String)>,
    /// The pointer of a schema that had no name → its component's name.
    named: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl<'a> Reach<'a> {
    fn new(document: &'a Value) -> Self {
        let swagger = document.get("swagger").is_some();
        let schemas = if swagger {
            "/definitions"
        } else {
            "/components/schemas"
        };
        let taken = document
            .pointer(schemas)
            .and_then(Value::as_object)
            .map(|map| map.keys().cloned().collect())
            .unwrap_or_default();
        Self {
            document,
            schemas,
            components: BTreeMap::new(),
            waiting: Vec::new(),
            named: BTreeMap::new(),
            taken,
        }
    }

    fn operation(&mut self, found: &Found, selection: &Selection) -> Result<Value> {
        let mut out = Map::new();
        for (key, value) in found.operation.as_object().into_iter().flatten() {
            let at = join(&found.pointer, key);
            let kept = match key.as_str() {
                "parameters" => self.list(value, &at, Kind::Parameter)?,
                "responses" => self.named_values(value, &at, Kind::Response)?,
                "requestBody" => self.value(value, &at, Kind::Body)?,
                "operationId" | "summary" | "description" | "deprecated" | "security"
                | "servers" | "consumes" | "produces" => value.clone(),
                _ => continue,
            };
            out.insert(key.clone(), kept);
        }
        out.insert(ORIGIN.to_owned(), Value::String(found.pointer.clone()));
        if let Some(records) = &selection.records {
            out.insert(RECORDS.to_owned(), Value::String(records.clone()));
        }
        Ok(Value::Object(out))
    }

    fn list(&mut self, value: &Value, at: &str, kind: Kind) -> Result<Value> {
        let items = value.as_array().cloned().unwrap_or_default();
        let pruned: Result<Vec<_>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.value(item, &join(at, &index.to_string()), kind))
            .collect();
        Ok(Value::Array(pruned?))
    }

    fn named_values(&mut self, value: &Value, at: &str, kind: Kind) -> Result<Value> {
        let mut out = Map::new();
        for (name, child) in value.as_object().into_iter().flatten() {
            if kind == Kind::Response && name.starts_with("x-") {
                continue;
            }
            out.insert(name.clone(), self.value(child, &join(at, name), kind)?);
        }
        Ok(Value::Object(out))
    }

    fn value(&mut self, value: &Value, at: &str, kind: Kind) -> Result<Value> {
        if let Some(reference) = text_of(value, "$ref") {
            return self.reference(value, reference, at, kind);
        }
        match kind {
            Kind::Schema => self.schema(value, at),
            Kind::Parameter | Kind::Response | Kind::Body => self.holder(value, at),
        }
    }

    /// A parameter, response or request body: what holds schemas.
    fn holder(&mut self, value: &Value, at: &str) -> Result<Value> {
        let Some(map) = value.as_object() else {
            return Err(Error::at(at, "expected an object"));
        };
        let mut out = Map::new();
        for (key, child) in map {
            let here = join(at, key);
            let kept = match key.as_str() {
                "schema" => self.value(child, &here, Kind::Schema)?,
                "content" => {
                    let mut content = Map::new();
                    for (media, entry) in child.as_object().into_iter().flatten() {
                        content.insert(media.clone(), self.media(entry, &join(&here, media))?);
                    }
                    Value::Object(content)
                }
                "example" | "examples" | "headers" | "links" => continue,
                _ => child.clone(),
            };
            out.insert(key.clone(), kept);
        }
        out.insert(ORIGIN.to_owned(), Value::String(at.to_owned()));
        Ok(Value::Object(out))
    }

    fn media(&mut self, entry: &Value, at: &str) -> Result<Value> {
        let mut out = Map::new();
        if let Some(schema) = entry.get("schema") {
            out.insert(
                "schema".to_owned(),
                self.value(schema, &join(at, "schema"), Kind::Schema)?,
            );
        }
        Ok(Value::Object(out))
    }

    fn schema(&mut self, value: &Value, at: &str) -> Result<Value> {
        let mut out = match value {
            Value::Object(map) => map.clone(),
            Value::Bool(true) => Map::new(),
            Value::Bool(false) => Map::from_iter([("not".to_owned(), Value::Object(Map::new()))]),
            _ => return Err(Error::at(at, "expected a schema")),
        };
        for key in [
            "example",
            "examples",
            "externalDocs",
            "xml",
            "$comment",
            "$schema",
        ] {
            out.remove(key);
        }
        let mut out = Value::Object(out);
        walk::children(&mut out, at, &mut |child, here| {
            // `additionalProperties: true` is how an object says that it is open, and no schema of its own.
            if child.is_boolean() && here.ends_with("/additionalProperties") {
                return Ok(());
            }
            *child = self.value(child, here, Kind::Schema)?;
            Ok(())
        })?;
        self.discriminator_targets(&out, at)?;
        if let Some(out) = out.as_object_mut() {
            out.entry(ORIGIN)
                .or_insert_with(|| Value::String(at.to_owned()));
        }
        Ok(out)
    }

    /// A discriminator names its targets by `$ref`s without `$ref`, or by bare names.
    fn discriminator_targets(&mut self, schema: &Value, at: &str) -> Result<()> {
        let mapping = schema
            .get("discriminator")
            .and_then(|discriminator| map_of(discriminator, "mapping"));
        for (value, target) in mapping.into_iter().flatten() {
            let Some(target) = target.as_str() else {
                continue;
            };
            let reference = if target.contains(['#', '/', '.']) {
                target.to_owned()
            } else {
                format!("#{}", join(self.schemas, target))
            };
            let at = join(&join(&join(at, "discriminator"), "mapping"), value);
            self.reference(&Value::Null, &reference, &at, Kind::Schema)?;
        }
        Ok(())
    }

    fn reference(&mut self, site: &Value, reference: &str, at: &str, kind: Kind) -> Result<Value> {
        let lost = |why: &str| Error::at(join(at, "$ref"), format!("`{reference}` {why}"));
        let pointer = of_reference(reference)
            .ok_or_else(|| lost("is another document, which is not at hand"))?;
        let (section, name) = pointer.rsplit_once('/').unwrap_or_default();
        if kind.sections().contains(&section) && self.document.pointer(&pointer).is_some() {
            let name = segments(&format!("/{name}")).pop().unwrap_or_default();
            self.enqueue(section, &name, &pointer);
            return Ok(with_reference(site, &format!("#{}", join(section, &name))));
        }
        let (target, standing) =
            follow(self.document, &pointer).ok_or_else(|| lost("leads nowhere"))?;
        if kind == Kind::Schema {
            let name = self.name_of(&standing);
            let section = self.schemas;
            self.enqueue(section, &name, &standing);
            return Ok(with_reference(site, &format!("#{}", join(section, &name))));
        }
        if text_of(&target, "$ref") == Some(reference) {
            return Err(lost("refers to itself"));
        }
        self.value(&target, &standing, kind)
    }

    fn enqueue(&mut self, section: &str, name: &str, standing: &str) {
        let key = join(section, name);
        if !self.components.contains_key(&key) {
            self.components.insert(key.clone(), None);
            self.waiting.push((key, standing.to_owned()));
        }
    }

    /// The name of a schema that is not a component: made of the words of its pointer that mean something.
    fn name_of(&mut self, standing: &str) -> String {
        if let Some(name) = self.named.get(standing) {
            return name.clone();
        }
        let structural = [
            "components",
            "schemas",
            "definitions",
            "properties",
            "paths",
            "content",
            "schema",
            "allOf",
            "oneOf",
            "anyOf",
            "$defs",
            "responses",
            "parameters",
            super::read::FILES,
        ];
        let mut words: Vec<String> = segments(standing)
            .iter()
            .filter(|segment| !structural.contains(&segment.as_str()) && !segment.contains("json"))
            .map(|segment| {
                names::type_name(
                    segment
                        .rsplit('/')
                        .next()
                        .unwrap_or(segment)
                        .trim_end_matches(".yaml"),
                )
            })
            .collect();
        if words.len() > 3 {
            words.drain(..words.len() - 3);
        }
        let wanted = if words.is_empty() {
            "Schema".to_owned()
        } else {
            words.concat()
        };
        let name = names::unique(&wanted, &mut self.taken);
        self.named.insert(standing.to_owned(), name.clone());
        name
    }

    /// Follows all that waits; then gives each component: its section, its name, its value.
    fn finish(mut self) -> Result<Vec<(String, String, Value)>> {
        while let Some((key, standing)) = self.waiting.pop() {
            let (section, _) = key.rsplit_once('/').unwrap_or_default();
            let kind = Kind::of_section(section).unwrap_or(Kind::Schema);
            let target = self
                .document
                .pointer(&standing)
                .cloned()
                .unwrap_or(Value::Null);
            let value = self.value(&target, &standing, kind)?;
            self.components.insert(key, Some(value));
        }
        Ok(self
            .components
            .into_iter()
            .filter_map(|(key, value)| {
                let (section, name) = key.rsplit_once('/')?;
                let name = pointer::segments(&format!("/{name}")).pop()?;
                Some((section.to_owned(), name, value?))
            })
            .collect())
    }
}

/// The site's own `$ref` object (OpenAPI 3.1 allows keys beside it) with another target.
fn with_reference(site: &Value, reference: &str) -> Value {
    let mut map = site.as_object().cloned().unwrap_or_default();
    map.insert("$ref".to_owned(), Value::String(reference.to_owned()));
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask(id: &str) -> Vec<Selection> {
        vec![Selection {
            id: id.to_owned(),
            records: None,
        }]
    }

    fn document() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "tags": [{"name": "x"}],
            "paths": {
                "/a": {
                    "parameters": [{"$ref": "#/components/parameters/P"}],
                    "get": {"operationId": "listA", "tags": ["x"], "responses": {"200": {"$ref": "#/components/responses/R"}}},
                    "post": {"operationId": "makeA", "responses": {}}
                },
                "/b": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Tree/properties/leaf"}}}}}}}
            },
            "components": {
                "parameters": {"P": {"name": "p", "in": "query", "schema": {"$ref": "#/components/schemas/Word"}}, "Q": {}},
                "responses": {"R": {"description": "", "content": {"application/json": {"example": 1,
                    "schema": {"$ref": "#/components/schemas/Tree"}}}}},
                "schemas": {
                    "Word": {"type": "string", "example": "x"},
                    "Tree": {"type": "object", "properties": {
                        "example": {"type": "string"},
                        "leaf": {"type": "object", "properties": {"up": {"$ref": "#/components/schemas/Tree"}}}}},
                    "Unused": {"$ref": "#/components/schemas/Missing"}
                }
            }
        })
    }

    #[test]
    fn only_what_is_reached_is_kept() {
        let pruned = prune(&document(), &ask("listA")).unwrap();
        assert_eq!(pruned["paths"].as_object().unwrap().len(), 1);
        assert!(pruned["paths"]["/a"].get("post").is_none());
        assert!(pruned.get("tags").is_none());
        let components = pruned["components"].as_object().unwrap();
        assert_eq!(
            components["schemas"]
                .as_object()
                .unwrap()
                .keys()
                .collect::<Vec<_>>(),
            ["Tree", "Word"]
        );
        assert_eq!(
            components["parameters"]
                .as_object()
                .unwrap()
                .keys()
                .collect::<Vec<_>>(),
            ["P"]
        );
        assert!(
            components["responses"]["R"]["content"]["application/json"]
                .get("example")
                .is_none()
        );
    }

    #[test]
    fn a_property_called_example_is_kept() {
        let pruned = prune(&document(), &ask("listA")).unwrap();
        let tree = &pruned["components"]["schemas"]["Tree"];
        assert_eq!(tree["properties"]["example"]["type"], "string");
        assert_eq!(
            tree["properties"]["example"][ORIGIN],
            "/components/schemas/Tree/properties/example"
        );
    }

    #[test]
    fn a_deep_reference_gets_a_component() {
        let pruned = prune(&document(), &ask("get /b")).unwrap();
        let schemas = pruned["components"]["schemas"].as_object().unwrap();
        assert_eq!(schemas.keys().collect::<Vec<_>>(), ["Tree", "TreeLeaf"]);
        assert_eq!(
            schemas["TreeLeaf"][ORIGIN],
            "/components/schemas/Tree/properties/leaf"
        );
        let schema = &pruned["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/TreeLeaf");
    }

    #[test]
    fn discriminator_targets_and_path_item_references_are_followed() {
        let document = json!({
            "openapi": "3.0.0",
            "paths": {"/a": {"$ref": "#/x-items/a"}},
            "x-items": {"a": {"get": {"operationId": "a", "responses": {"200": {"content": {"application/json": {"schema": {
                "discriminator": {"propertyName": "k", "mapping": {"x": "X", "y": "#/components/schemas/Y"}}}}}}}}}},
            "components": {"schemas": {"X": {}, "Y": {}, "Z": {}}}
        });
        let pruned = prune(&document, &ask("a")).unwrap();
        assert_eq!(
            pruned["components"]["schemas"].as_object().unwrap().len(),
            2
        );
        assert_eq!(pruned["paths"]["/a"]["get"][ORIGIN], "/x-items/a/get");
    }

    #[test]
    fn what_cannot_be_found_is_said() {
        let failure = prune(&document(), &ask("lista")).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/paths: operation `lista` is not in the document; it has `listA`"
        );
        let failure = prune(&document(), &ask("GET /none")).unwrap_err();
        assert!(
            failure.reason.contains("it has 2 with an `operationId`"),
            "{failure}"
        );
        let failure = prune(&json!({"paths": {}}), &ask("a")).unwrap_err();
        assert!(
            failure.reason.starts_with("no OpenAPI document"),
            "{failure}"
        );
    }

    #[test]
    fn an_ambiguous_id_and_a_lost_reference_are_errors() {
        let twice = json!({"openapi": "3.0.0", "paths": {
            "/a": {"get": {"operationId": "x", "responses": {"200": {"$ref": "#/components/responses/no"}}}},
            "/b": {"get": {"operationId": "x", "responses": {"200": {"$ref": "http://x.test/y"}}}}}});
        let failure = prune(&twice, &ask("x")).unwrap_err();
        assert!(
            failure.reason.contains("`GET /a` and `GET /b`"),
            "{failure}"
        );
        let failure = prune(&twice, &ask("GET /a")).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/paths/~1a/get/responses/200/$ref: `#/components/responses/no` leads nowhere"
        );
        let failure = prune(&twice, &ask("GET /b")).unwrap_err();
        assert!(failure.reason.contains("another document"), "{failure}");
    }
}
