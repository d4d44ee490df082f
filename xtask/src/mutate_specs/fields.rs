//! Fields: where a document declares parameters and properties, and how a provider could change one.

use std::fmt;

use serde_json::{Map, Value, json};

use client_codegen::pointer::join;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Parts of a document that show values and declare none.
const SHOWN: [&str; 5] = ["default", "enum", "example", "examples", "sources"];

/// What says how a value of the old type is made.
const STRUCTURE: [&str; 11] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "format",
    "items",
    "oneOf",
    "properties",
    "required",
    "type",
];

/// A parameter or a property, as a document declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The JSON pointer to its declaration.
    pub pointer: String,
    /// The JSON pointer to what has it: the schema of a property; the parameter itself.
    pub owner: String,
    is_parameter: bool,
}

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has another name.
    Renamed,
    /// It is gone.
    Removed,
    /// Its values have another type.
    Retyped(&'static str),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Renamed => f.write_str("renamed"),
            Self::Removed => f.write_str("removed"),
            Self::Retyped(to) => write!(f, "retyped to {to}"),
        }
    }
}

/// All fields that a document, or the overlay of one, declares.
pub(super) fn fields(document: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    search(document, "", &mut found);
    found
}

fn search(value: &Value, at: &str, found: &mut Vec<Field>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = parameter_name(map) {
                found.push(Field {
                    name: name.to_owned(),
                    pointer: at.to_owned(),
                    owner: at.to_owned(),
                    is_parameter: true,
                });
            }
            for (key, inside) in map.iter().filter(|(key, _)| !SHOWN.contains(&key.as_str())) {
                let here = join(at, key);
                match inside.as_object().filter(|_| key == "properties") {
                    Some(properties) => of_properties(properties, at, &here, found),
                    None => search(inside, &here, found),
                }
            }
        }
        Value::Array(elements) => {
            for (position, inside) in elements.iter().enumerate() {
                search(inside, &join(at, &position.to_string()), found);
            }
        }
        _ => {}
    }
}

/// Here the keys are names, not words of the document's language.
fn of_properties(properties: &Map<String, Value>, owner: &str, at: &str, found: &mut Vec<Field>) {
    for (name, schema) in properties {
        let pointer = join(at, name);
        found.push(Field {
            name: name.clone(),
            pointer: pointer.clone(),
            owner: owner.to_owned(),
            is_parameter: false,
        });
        search(schema, &pointer, found);
    }
}

fn parameter_name(map: &Map<String, Value>) -> Option<&str> {
    let is_parameter = map.contains_key("in") && map.contains_key("schema");
    map.get("name").filter(|_| is_parameter)?.as_str()
}

impl Field {
    /// The changes that a provider could make to it: another name, gone, and every type but its own.
    pub fn changes(&self, document: &Value) -> Vec<Change> {
        let schema = document.pointer(&self.schema()).unwrap_or(&Value::Null);
        let own = schema.get("type").and_then(Value::as_str);
        let others = TYPES.into_iter().filter(|name| Some(*name) != own);
        [Change::Renamed, Change::Removed]
            .into_iter()
            .chain(others.map(Change::Retyped))
            .collect()
    }

    /// Makes the change in the document that declares the field.
    pub fn change(&self, document: &mut Value, change: Change) {
        match change {
            Change::Renamed if self.is_parameter => {
                set(document, &self.pointer, |parameter| {
                    parameter.insert("name".to_owned(), json!(self.new_name()));
                });
            }
            Change::Renamed => self.move_property(document, Some(self.new_name())),
            // An action of an overlay goes with its update.
            Change::Removed if self.is_parameter => {
                let pointer = self.pointer.strip_suffix("/update");
                remove(document, pointer.unwrap_or(&self.pointer));
            }
            Change::Removed => self.move_property(document, None),
            Change::Retyped(to) => set(document, &self.schema(), |schema| {
                schema.retain(|key, _| !STRUCTURE.contains(&key.as_str()));
                schema.insert("type".to_owned(), json!(to));
            }),
        }
    }

    fn new_name(&self) -> String {
        format!("{}_renamed", self.name)
    }

    fn schema(&self) -> String {
        if self.is_parameter {
            join(&self.pointer, "schema")
        } else {
            self.pointer.clone()
        }
    }

    /// A property goes by another name, or by none; what its owner requires follows.
    fn move_property(&self, document: &mut Value, to: Option<String>) {
        set(document, &self.owner, |owner| {
            if let Some(Value::Array(required)) = owner.get_mut("required") {
                let place = required.iter().position(|name| *name == self.name);
                match (place, &to) {
                    (Some(place), Some(to)) => required[place] = json!(to),
                    (Some(place), None) => drop(required.remove(place)),
                    (None, _) => {}
                }
            }
            let properties = owner.get_mut("properties").and_then(Value::as_object_mut);
            if let Some(properties) = properties
                && let Some(schema) = properties.remove(&self.name)
                && let Some(to) = to
            {
                properties.insert(to, schema);
            }
        });
    }
}

fn set(document: &mut Value, pointer: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(Value::Object(map)) = document.pointer_mut(pointer) {
        change(map);
    }
}

fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    match document.pointer_mut(parent) {
        Some(Value::Array(elements)) => {
            if let Some(place) = key.parse().ok().filter(|place| *place < elements.len()) {
                elements.remove(place);
            }
        }
        Some(Value::Object(map)) => drop(map.remove(&key.replace("~1", "/").replace("~0", "~"))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
            "components": {"schemas": {"A": {
                "type": "object",
                "required": ["id", "properties"],
                "properties": {
                    "id": {"type": "string", "format": "uuid", "description": "its name"},
                    "properties": {"$ref": "#/components/schemas/B"},
                },
                "example": {"properties": {"no": {"type": "string"}}},
            }}},
        })
    }

    #[test]
    fn parameters_and_properties_are_fields_and_examples_are_not() {
        let found = fields(&document());
        let names: Vec<_> = found.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["id", "properties", "page"]);
        assert_eq!(
            found[0].changes(&document()).len(),
            7,
            "another name, gone, five types"
        );
        assert_eq!(found[1].changes(&document()).len(), 8);
    }

    #[test]
    fn each_change_is_made() {
        let changed = |field: usize, change| {
            let mut changed = document();
            fields(&document())[field].change(&mut changed, change);
            changed
        };
        let renamed = changed(0, Change::Renamed);
        let owner = &renamed["components"]["schemas"]["A"];
        assert_eq!(owner["required"], json!(["id_renamed", "properties"]));
        assert_eq!(owner["properties"]["id_renamed"]["type"], "string");
        let removed = changed(1, Change::Removed);
        let owner = &removed["components"]["schemas"]["A"];
        assert_eq!(owner["required"], json!(["id"]));
        assert_eq!(owner["properties"].as_object().map(Map::len), Some(1));
        let retyped = changed(0, Change::Retyped("array"));
        assert_eq!(
            retyped["components"]["schemas"]["A"]["properties"]["id"],
            json!({"type": "array", "description": "its name"})
        );
        assert_eq!(changed(2, Change::Removed)["parameters"], json!([]));
        assert_eq!(
            changed(2, Change::Retyped("string"))["parameters"][0]["schema"],
            json!({"type": "string"})
        );
    }
}
