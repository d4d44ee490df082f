//! Spells out a parameter of any schema as plain parameters.

use serde_json::{Map, Value, json};

use crate::extension::{ALLOW_ANY, ORIGIN, SENT_AS};
use crate::schema::{has_properties, list, map_of, origin, reference_of, reference_to, text_of};

/// How deep the objects inside a parameter are spelled out.
const DEPTH: usize = 3;

/// How a parameter's value is written, and the list of what it becomes.
pub(super) struct Spelling<'a> {
    pub(super) style: &'a str,
    pub(super) explode: bool,
    pub(super) in_query: bool,
    pub(super) components: &'a Map<String, Value>,
    pub(super) out: &'a mut Vec<Value>,
}

impl Spelling<'_> {
    /// The parameter `plain` with a plain schema, and a note on how to write it.
    fn push(&mut self, mut plain: Value, schema: Value, note: &str) {
        if !note.is_empty() {
            let said = text_of(&plain, "description").unwrap_or_default();
            plain["description"] = json!(format!("{said} {note}").trim());
        }
        plain["schema"] = schema;
        self.out.push(plain);
    }

    /// The parameter as a text.
    pub(super) fn text(&mut self, plain: Value, note: &str) {
        self.push(plain, json!({"type": "string"}), note);
    }

    /// The parameter with this schema, with references followed.
    pub(super) fn spell(&mut self, plain: Value, schema: &Value, depth: usize) {
        let schema = &resolved(schema, self.components);
        let branches = list(schema, "oneOf");
        match text_of(schema, "type").unwrap_or_default() {
            kind @ ("boolean" | "integer") => self.push(plain, json!({ "type": kind }), ""),
            "number" => self.text(plain, "A number, as text, so that no digit is lost."),
            "array" => self.list(plain, schema),
            _ if self.in_query && depth < DEPTH && has_properties(schema) => {
                self.object(&plain, schema, depth);
            }
            _ if !branches.is_empty() => self.alternatives(plain, branches, depth),
            "object" => self.map(plain, schema),
            "string" if schema.get("enum").is_some() => self.push(plain, enumeration(schema), ""),
            _ => self.text(plain, ""),
        }
    }

    /// Several values: repeated in a query, else joined to one text.
    fn list(&mut self, mut plain: Value, schema: &Value) {
        let items = schema.get("items").unwrap_or(&Value::Null);
        let list = json!({"type": "array", "items": self.scalar(items)});
        let separator = match self.style {
            "form" if self.in_query && self.explode => None,
            "deepObject" => {
                let name = text_of(&plain, "name").unwrap_or_default();
                plain["name"] = json!(format!("{name}[]"));
                None
            }
            "spaceDelimited" => Some(" "),
            "pipeDelimited" => Some("|"),
            "tabDelimited" => Some("\t"),
            _ => Some(","),
        };
        if let Some(separator) = separator {
            plain[SENT_AS] = json!(separator);
        }
        self.push(plain, list, "");
    }

    /// One value of a list or map, as it is sent: a number is a text, so that no digit is lost.
    fn scalar(&self, schema: &Value) -> Value {
        let schema = resolved(schema, self.components);
        match text_of(&schema, "type") {
            Some(kind @ ("integer" | "boolean")) => json!({ "type": kind }),
            Some("string") if schema.get("enum").is_some() => enumeration(&schema),
            _ => json!({"type": "string"}),
        }
    }

    /// An object of any names: `name[key]=value` in the style `deepObject`, else `key=value`.
    fn map(&mut self, mut plain: Value, schema: &Value) {
        let sent_as = match self.style {
            "deepObject" if self.in_query => "brackets",
            "form" if self.in_query && self.explode => "pairs",
            _ => {
                let note = "An object, as text: write it as the provider wants it.";
                return self.text(plain, note);
            }
        };
        plain[SENT_AS] = json!(sent_as);
        let values = schema
            .get("additionalProperties")
            .filter(|values| values.is_object());
        let schema = match values.map(|values| resolved(values, self.components)) {
            // What is in it may be nested.
            Some(values) if matches!(text_of(&values, "type"), Some("object" | "array") | None) => {
                json!({"type": "object", ALLOW_ANY: true})
            }
            Some(values) => json!({"type": "object", "additionalProperties": self.scalar(&values)}),
            None if sent_as == "brackets" => json!({"type": "object", ALLOW_ANY: true}),
            None => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        };
        self.push(plain, schema, "");
    }

    /// A value that is written as JSON.
    pub(super) fn json(&mut self, mut plain: Value, schema: &Value) {
        let is_text = text_of(&resolved(schema, self.components), "type") == Some("string");
        if is_text || !self.in_query {
            return self.text(plain, "JSON, as text.");
        }
        plain[SENT_AS] = json!("json");
        self.push(plain, schema.clone(), "");
    }

    /// An object's properties as parameters: `page[size]` in the style `deepObject`, else by their names.
    fn object(&mut self, plain: &Value, schema: &Value, depth: usize) {
        if self.style == "form" && !self.explode {
            return self.text(plain.clone(), "Names and values are separated by commas.");
        }
        let name = text_of(plain, "name").unwrap_or_default();
        let required = list(schema, "required");
        for (property, inner) in map_of(schema, "properties").into_iter().flatten() {
            let mut child = plain.clone();
            child["name"] = match self.style {
                "form" => json!(property),
                _ => json!(format!("{name}[{property}]")),
            };
            child["required"] =
                json!(plain["required"] == true && required.contains(&json!(property)));
            let inner = resolved(inner, self.components);
            if let Some(said) = text_of(&inner, "description") {
                child["description"] = json!(said);
            }
            self.spell(child, &inner, depth + 1);
        }
    }

    /// A choice: its first object spelled out, its scalars as one text.
    fn alternatives(&mut self, mut plain: Value, branches: &[Value], depth: usize) {
        let branches = branches
            .iter()
            .map(|branch| resolved(branch, self.components));
        let (objects, rest): (Vec<Value>, Vec<Value>) = branches.partition(has_properties);
        if !objects.is_empty() && !rest.is_empty() {
            plain["required"] = json!(false);
        }
        if let Some(object) = objects.first().filter(|_| self.in_query) {
            self.spell(plain.clone(), object, depth + 1);
        }
        match rest.as_slice() {
            [] if self.in_query => {}
            [only] if text_of(only, "type") != Some("array") => self.spell(plain, only, depth + 1),
            _ => self.text(plain, ""),
        }
    }
}

/// The schema itself, with references followed.
fn resolved(schema: &Value, components: &Map<String, Value>) -> Value {
    let mut current = schema.clone();
    for _ in 0..32 {
        let Some((name, target)) =
            reference_of(&current).and_then(|name| Some((name.to_owned(), components.get(name)?)))
        else {
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
