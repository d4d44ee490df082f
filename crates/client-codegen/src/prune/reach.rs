//! Collects the components that the selected operations reach.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ORIGIN, is_among};
use crate::names;
use crate::pointer::{follow_reference, join, layers, of_reference, segments};
use crate::schema::text_of;
use crate::walk;

/// What stands at a place, which decides how its insides are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Schema,
    Parameter,
    Response,
    Body,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Schema, Self::Parameter, Self::Response, Self::Body];

    /// Where components of this kind have their names.
    fn sections(self) -> &'static [&'static str] {
        match self {
            Self::Schema => &["/components/schemas", "/definitions"],
            Self::Parameter => &["/components/parameters", "/parameters"],
            Self::Response => &["/components/responses", "/responses"],
            Self::Body => &["/components/requestBodies"],
        }
    }
}

/// Words of a pointer that say nothing about what a schema is.
const STRUCTURAL: &str = "components schemas definitions properties paths content schema allOf oneOf anyOf $defs responses \
    parameters x-files";

/// What has been reached so far.
pub(crate) struct Reach<'a> {
    document: &'a Value,
    /// Warnings go here.
    pub(crate) diagnostics: &'a mut Diagnostics,
    /// Where a schema that gets a name is put.
    schemas: &'static str,
    /// The pruned component by its new pointer; null while it waits.
    components: BTreeMap<String, Value>,
    /// The new pointers of all components in the order in which they were reached.
    reached: Vec<String>,
    /// The new pointer and the old one of each component that waits.
    waiting: Vec<(String, String)>,
    /// The names given to schemas that had none, by their pointers.
    named: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(document: &'a Value, diagnostics: &'a mut Diagnostics) -> Self {
        let is_swagger = document.get("swagger").is_some();
        let schemas = Kind::Schema.sections()[usize::from(is_swagger)];
        let named = document.pointer(schemas).and_then(Value::as_object);
        Self {
            document,
            diagnostics,
            schemas,
            components: BTreeMap::new(),
            reached: Vec::new(),
            waiting: Vec::new(),
            named: BTreeMap::new(),
            taken: named.into_iter().flat_map(Map::keys).cloned().collect(),
        }
    }

    /// The operation without what no client needs.
    pub(crate) fn operation(&mut self, operation: &Value, pointer: &str) -> Result<Value> {
        let mut out = json!({ORIGIN: pointer});
        for (key, value) in operation.as_object().into_iter().flatten() {
            let at = join(pointer, key);
            out[key] = match key.as_str() {
                "parameters" => self.parameters(value, &at)?,
                "responses" => self.responses(value, &at)?,
                "requestBody" => self.value(value, &at, Kind::Body)?,
                "operationId" | "summary" | "description" | "deprecated" | "security"
                | "servers" | "consumes" | "produces" => value.clone(),
                _ => continue,
            };
        }
        Ok(out)
    }

    /// The responses. An error answer that cannot be read is left out: a client needs none of them to be right.
    fn responses(&mut self, value: &Value, at: &str) -> Result<Value> {
        let mut responses = json!({});
        let declared = value.as_object().into_iter().flatten();
        let declared: Vec<_> = declared
            .filter(|(name, _)| !name.starts_with("x-"))
            .collect();
        let is_success = |name: &str| name.starts_with('2');
        let has_success = declared.iter().any(|(name, _)| is_success(name));
        for (name, response) in declared {
            let at = join(at, name);
            let read = |reach: &mut Self| reach.value(response, &at, Kind::Response);
            if is_success(name) || !has_success {
                responses[name] = read(self)?;
                continue;
            }
            match self.attempt(read) {
                Ok(response) => responses[name] = response,
                Err(error) => {
                    let reason = format!("{}: the error answer is left out", error.reason);
                    let at = error.pointer.trim_start_matches('#');
                    self.diagnostics.warn(at, reason);
                }
            }
        }
        Ok(responses)
    }

    /// Does the work and follows all that it reaches; as if it had not begun, if that fails.
    pub(crate) fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (reached, waiting) = (self.reached.len(), self.waiting.len());
        let done = work(self).and_then(|done| self.follow(waiting).map(|()| done));
        if done.is_err() {
            self.waiting.truncate(waiting);
            for pointer in self.reached.drain(reached..) {
                self.components.remove(&pointer);
            }
        }
        done
    }

    /// A list of parameters.
    pub(crate) fn parameters(&mut self, value: &Value, at: &str) -> Result<Value> {
        let items = value.as_array().into_iter().flatten().enumerate();
        let pruned = items
            .map(|(index, item)| self.value(item, &join(at, &index.to_string()), Kind::Parameter));
        Ok(Value::Array(pruned.collect::<Result<_>>()?))
    }

    fn value(&mut self, value: &Value, at: &str, kind: Kind) -> Result<Value> {
        match (text_of(value, "$ref"), kind) {
            (Some(reference), _) => self.reference(value, reference, at, kind),
            (None, Kind::Schema) => self.schema(value, at),
            (None, _) => self.holder(value, at),
        }
    }

    /// A parameter, response or request body: what holds schemas.
    fn holder(&mut self, value: &Value, at: &str) -> Result<Value> {
        let Some(map) = value.as_object() else {
            return Err(Error::at(at, "expected an object"));
        };
        let mut out = json!({});
        for (key, child) in map {
            let here = join(at, key);
            out[key] = match key.as_str() {
                "schema" => self.value(child, &here, Kind::Schema)?,
                "content" => {
                    let mut content = json!({});
                    for (media, entry) in child.as_object().into_iter().flatten() {
                        content[media] = json!({});
                        if let Some(encoding) = entry.get("encoding") {
                            content[media]["encoding"] = encoding.clone();
                        }
                        if let Some(schema) = entry.get("schema") {
                            let here = join(&join(&here, media), "schema");
                            content[media]["schema"] = self.value(schema, &here, Kind::Schema)?;
                        }
                    }
                    content
                }
                "example" | "examples" | "headers" | "links" => continue,
                _ => child.clone(),
            };
        }
        out[ORIGIN] = json!(at);
        Ok(out)
    }

    fn schema(&mut self, value: &Value, at: &str) -> Result<Value> {
        let mut out = match value {
            Value::Object(_) => value.clone(),
            Value::Bool(true) => json!({}),
            Value::Bool(false) => json!({"not": {}}),
            _ => return Err(Error::at(at, "expected a schema")),
        };
        if let Some(map) = out.as_object_mut() {
            let unread = "example examples externalDocs xml $comment $schema";
            map.retain(|key, _| !is_among(key, unread));
        }
        walk::children(&mut out, at, &mut |child, here| {
            // `additionalProperties: true` says that an object is open, and is no schema.
            if !(child.is_boolean() && here.ends_with("/additionalProperties")) {
                *child = self.value(child, here, Kind::Schema)?;
            }
            Ok(())
        })?;
        self.discriminator_targets(&mut out, at)?;
        if out.get(ORIGIN).is_none() {
            out[ORIGIN] = json!(at);
        }
        Ok(out)
    }

    /// A discriminator names its targets by `$ref`s without `$ref`, or by bare names.
    fn discriminator_targets(&mut self, schema: &mut Value, at: &str) -> Result<()> {
        let discriminator = schema.get_mut("discriminator");
        let mapping = discriminator.and_then(|found| found.get_mut("mapping")?.as_object_mut());
        for (value, target) in mapping.into_iter().flatten() {
            let Some(stated) = target.as_str() else {
                continue;
            };
            let reference = if stated.contains(['#', '/', '.']) {
                stated.to_owned()
            } else {
                format!("#{}", join(self.schemas, stated))
            };
            let at = join(&format!("{at}/discriminator/mapping"), value);
            match self.reference(&Value::Null, &reference, &at, Kind::Schema) {
                Ok(mut found) => *target = found["$ref"].take(),
                Err(error) => {
                    let reason = format!("{}: a value of `{value}` stays as sent", error.reason);
                    self.diagnostics.warn(at, reason);
                }
            }
        }
        Ok(())
    }

    fn reference(&mut self, site: &Value, reference: &str, at: &str, kind: Kind) -> Result<Value> {
        let named = of_reference(reference).and_then(|pointer| {
            let (section, name) = pointer.rsplit_once('/')?;
            let section = kind.sections().iter().find(|known| **known == section)?;
            self.document.pointer(&pointer)?;
            Some((
                join(section, &segments(&format!("/{name}"))[0]),
                pointer.clone(),
            ))
        });
        let (new, old) = match named {
            Some(found) => found,
            None => {
                let (target, standing) = follow_reference(self.document, reference, at)?;
                if kind != Kind::Schema {
                    let target = layers(self.document, target, standing)?.pop();
                    return target.map_or(Ok(Value::Null), |(target, at)| {
                        self.value(target, &at, kind)
                    });
                }
                (join(self.schemas, &self.name_of(&standing)), standing)
            }
        };
        if !self.components.contains_key(&new) {
            self.components.insert(new.clone(), Value::Null);
            self.reached.push(new.clone());
            self.waiting.push((new.clone(), old));
        }
        // OpenAPI 3.1 allows keys beside a `$ref`.
        let mut site = site.as_object().cloned().unwrap_or_default();
        site.insert("$ref".to_owned(), json!(format!("#{new}")));
        Ok(Value::Object(site))
    }

    /// The name of a schema that is not a component: made of the last words of its pointer that mean something.
    fn name_of(&mut self, standing: &str) -> String {
        if let Some(name) = self.named.get(standing) {
            return name.clone();
        }
        let words: Vec<String> = segments(standing)
            .iter()
            .filter(|segment| !is_among(segment, STRUCTURAL) && !segment.contains("json"))
            .map(|segment| {
                let file = segment.rsplit('/').next().unwrap_or(segment);
                names::type_name(file.trim_end_matches(".yaml"))
            })
            .collect();
        let wanted = match words[words.len().saturating_sub(3)..].concat() {
            none if none.is_empty() => "Schema".to_owned(),
            some => some,
        };
        let name = names::unique(&names::type_name(&wanted), &mut self.taken);
        self.named.insert(standing.to_owned(), name.clone());
        name
    }

    /// Follows what waits, but for the first `before`.
    fn follow(&mut self, before: usize) -> Result<()> {
        while self.waiting.len() > before
            && let Some((new, old)) = self.waiting.pop()
        {
            let (section, _) = new.rsplit_once('/').unwrap_or_default();
            let kind = Kind::ALL
                .into_iter()
                .find(|kind| kind.sections().contains(&section));
            let target = self.document.pointer(&old).unwrap_or(&Value::Null);
            let value = self.value(target, &old, kind.unwrap_or(Kind::Schema))?;
            self.components.insert(new, value);
        }
        Ok(())
    }

    /// Each component by its pointer.
    pub(crate) fn finish(self) -> BTreeMap<String, Value> {
        self.components
    }
}
