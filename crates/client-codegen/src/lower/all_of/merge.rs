//! Merges schemas that a value must fit at the same time.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{FIXED, ORIGIN, is_annotation};
use crate::schema::{
    annotated, dealiased, has_properties, is_true, list, origin, plain_reference, reference_of,
    reference_to, remove, says_nothing, text_of,
};

/// How deep types may nest while two definitions of one property are merged.
const DEPTH: usize = 24;
/// How many branches a product of alternatives may have.
const BRANCHES: usize = 24;
/// The key under which `both` leaves the alternatives of its first schema for `absorb_alternatives`.
const ALTERNATIVES: &str = "x-alternatives";

/// Merges schemas against a document's components.
pub(super) struct Merger<'a> {
    /// The named schemas, as they were before any merging.
    pub(super) components: &'a Map<String, Value>,
    /// Warnings go here.
    pub(super) diagnostics: &'a mut Diagnostics,
    /// The names of the components that are being opened.
    pub(super) trail: Vec<String>,
}

impl Merger<'_> {
    /// The schema without `allOf`: a reference, or one schema that says what all said.
    ///
    /// # Errors
    /// The schema includes itself.
    pub(super) fn flatten(&mut self, schema: &Value) -> Result<Value> {
        let reference = plain_reference(schema);
        let mut own = schema.clone();
        let Some(Value::Array(members)) = remove(&mut own, "allOf") else {
            return self.absorb_alternatives(own);
        };
        if let Some(reference) = reference {
            // `allOf: [$ref, {nullable: true}]` is how people say that a reference may be null.
            for key in ["nullable", "description"] {
                let said = members.iter().find_map(|member| member.get(key));
                if let (None, Some(said)) = (own.get(key), said) {
                    own[key] = said.clone();
                }
            }
            return Ok(annotate(&json!({ "$ref": reference }), &own));
        }
        // The members come first, so that the outer schema's words win.
        let mut merged = json!({});
        for member in &members {
            let flat = self.expand(member, origin(schema))?;
            merged = self.both(merged, flat, DEPTH)?;
        }
        let mut merged = self.both(merged, own.clone(), DEPTH)?;
        if let Some(map) = merged.as_object_mut() {
            for key in ["title", "description", ORIGIN] {
                match own.get(key) {
                    Some(value) => map.insert(key.to_owned(), value.clone()),
                    None => map.remove(key),
                };
            }
        }
        self.absorb_alternatives(merged)
    }

    /// The member itself: a reference is followed, an inner `allOf` merged.
    fn expand(&mut self, member: &Value, at: &str) -> Result<Value> {
        let Some(name) = reference_of(member) else {
            return self.flatten(member);
        };
        if self.trail.iter().any(|seen| seen == name) {
            let trail = self.trail.join(" → ");
            let reason = format!("`{name}` includes itself: {trail} → {name}");
            return Err(Error::at(at, reason));
        }
        let mut flat = self.inside(name, at, |merger, target| {
            let flat = merger.flatten(target)?;
            match reference_of(&flat) {
                // A reference to a reference.
                Some(_) => merger.expand(&flat, at),
                None => Ok(flat),
            }
        })?;
        remove(&mut flat, "title");
        remove(&mut flat, "nullable");
        if is_true(member, "nullable") && flat.is_object() {
            flat["nullable"] = json!(true);
        }
        Ok(flat)
    }

    /// Opens a component, and knows meanwhile that it is open.
    fn inside(
        &mut self,
        name: &str,
        at: &str,
        open: impl FnOnce(&mut Self, &Value) -> Result<Value>,
    ) -> Result<Value> {
        let components = self.components;
        let Some(target) = components.get(name) else {
            let reason = format!("`#/components/schemas/{name}` does not exist");
            return Err(Error::at(at, reason));
        };
        self.trail.push(name.to_owned());
        let opened = open(self, target);
        self.trail.pop();
        opened
    }

    /// A value that fits both. Where they cannot both hold, the second counts.
    fn both(&mut self, first: Value, second: Value, depth: usize) -> Result<Value> {
        let name = self.meant(&first);
        if says_nothing(&first) || (name.is_some() && name == self.meant(&second)) {
            return Ok(annotate(&second, &first));
        }
        if says_nothing(&second) {
            return Ok(annotate(&first, &second));
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Ok(second);
        };
        let (first, second) = (self.opened(&first)?, self.opened(&second)?);
        if let Some(within) = [&second, &first]
            .into_iter()
            .find_map(|one| reference_of(one))
        {
            let reason = format!("`{within}` contains itself: what `allOf` adds to it is left out");
            self.diagnostics.warn(origin(&second), reason);
            return Ok(reference_to(within));
        }
        if let (Some(kind), Some(other)) = (text_of(&first, "type"), text_of(&second, "type"))
            && kind != other
            && !matches!((kind, other), ("number", "integer") | ("integer", "number"))
        {
            let reason = format!("`allOf` says `{kind}` and `{other}`: it is read as `{other}`");
            self.diagnostics.warn(origin(&second), reason);
            return Ok(second);
        }
        let (Value::Object(mut out), Value::Object(more)) = (first, second.clone()) else {
            return Ok(second);
        };
        for (key, theirs) in more {
            let merged = match out.remove(&key) {
                None => theirs,
                Some(mine) if matches!(key.as_str(), "oneOf" | "anyOf") => {
                    // Both alternatives hold: they are multiplied out afterwards.
                    let waiting = out.entry(ALTERNATIVES).or_insert_with(|| json!([]));
                    if let Value::Array(list) = waiting {
                        list.push(mine);
                    }
                    theirs
                }
                Some(mine) => self.both_values(&key, mine, theirs, depth)?,
            };
            out.insert(key, merged);
        }
        Ok(Value::Object(out))
    }

    /// What a keyword says that both schemas have.
    fn both_values(
        &mut self,
        key: &str,
        mine: Value,
        theirs: Value,
        depth: usize,
    ) -> Result<Value> {
        Ok(match (key, mine, theirs) {
            ("properties", Value::Object(mut mine), Value::Object(theirs)) => {
                for (name, schema) in theirs {
                    let merged = match mine.remove(&name) {
                        Some(own) if own != schema => self.both(own, schema, depth)?,
                        _ => schema,
                    };
                    mine.insert(name, merged);
                }
                Value::Object(mine)
            }
            ("required", Value::Array(mut mine), Value::Array(theirs)) => {
                let new: Vec<Value> = theirs
                    .into_iter()
                    .filter(|name| !mine.contains(name))
                    .collect();
                mine.extend(new);
                Value::Array(mine)
            }
            ("items", mine, theirs) => self.both(mine, theirs, depth)?,
            ("additionalProperties", mine @ Value::Object(_), theirs @ Value::Object(_)) => {
                self.both(mine, theirs, depth)?
            }
            ("additionalProperties", mine @ Value::Object(_), Value::Bool(_)) => mine,
            ("enum", Value::Array(mut mine), Value::Array(theirs)) => {
                mine.retain(|value| theirs.contains(value));
                Value::Array(if mine.is_empty() { theirs } else { mine })
            }
            ("type", mine, _) if mine == "integer" => mine,
            (_, _, theirs) => theirs,
        })
    }

    /// The component that a reference means.
    fn meant(&self, schema: &Value) -> Option<String> {
        let name = reference_of(schema)?;
        Some(dealiased(name, self.components).to_owned())
    }

    /// The schema itself, with references followed. A type that contains itself stays a reference: its copy would never end.
    fn opened(&mut self, schema: &Value) -> Result<Value> {
        match self.meant(schema) {
            Some(name) if self.trail.contains(&name) => Ok(reference_to(&name)),
            Some(name) => self.inside(&name, origin(schema), Self::flatten),
            None if schema.get("allOf").is_some() => self.flatten(schema),
            None => Ok(schema.clone()),
        }
    }

    /// An object's own properties beside `oneOf` or `anyOf` belong to each branch.
    fn absorb_alternatives(&mut self, schema: Value) -> Result<Value> {
        let Value::Object(mut map) = schema else {
            return Ok(schema);
        };
        let waiting = match map.remove(ALTERNATIVES) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        let own: Vec<Value> = ["anyOf", "oneOf"]
            .into_iter()
            .filter_map(|key| map.remove(key))
            .collect();
        if map.contains_key("enum") {
            // The values that are listed are some of those that the alternatives allow.
            return Ok(Value::Object(map));
        }
        let mut groups = waiting
            .into_iter()
            .chain(own)
            .map(|group| group.as_array().cloned().unwrap_or_default())
            // Branches that only say what is required are constraints, not alternatives of type.
            .filter(|branches| !branches.iter().all(only_requires));
        let Some(mut branches) = groups.next() else {
            return Ok(Value::Object(map));
        };
        for group in groups {
            if branches.len() * group.len() > BRANCHES {
                let at = map.get(ORIGIN).and_then(Value::as_str).unwrap_or_default();
                let reason = "too many alternatives at once: only the first group counts";
                self.diagnostics.warn(at, reason);
                break;
            }
            let mut product = Vec::new();
            for left in &branches {
                for right in &group {
                    product.push(self.combined(left, right)?);
                }
            }
            branches = product;
        }
        let mut map = Value::Object(map);
        if has_properties(&map) {
            let mut outer = json!({});
            for key in ["type", "properties", "required", "additionalProperties"] {
                if let Some(value) = remove(&mut map, key) {
                    outer[key] = value;
                }
            }
            let combined = branches.iter().map(|branch| self.combined(&outer, branch));
            branches = combined.collect::<Result<_>>()?;
        }
        remove(&mut map, "type");
        map["oneOf"] = Value::Array(branches);
        Ok(map)
    }

    fn combined(&mut self, left: &Value, right: &Value) -> Result<Value> {
        let (left, opened) = (self.opened(left)?, self.opened(right)?);
        let mut merged = self.both(left, opened, DEPTH)?;
        if merged.is_object() {
            if let Some(name) = reference_of(right) {
                merged["title"] = json!(name);
            }
            merged[ORIGIN] = json!(origin(right));
            if let Some(fixed) = right.get(FIXED) {
                merged[FIXED] = fixed.clone();
            }
        }
        Ok(merged)
    }
}

fn annotate(schema: &Value, more: &Value) -> Value {
    annotated(schema, more.as_object().unwrap_or(&Map::new()))
}

fn only_requires(schema: &Value) -> bool {
    let only = |(key, value): (&String, &Value)| {
        key == "required" || (key == "type" && value == "object") || is_annotation(key)
    };
    !list(schema, "required").is_empty()
        && schema.as_object().is_some_and(|map| map.iter().all(only))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(schema: Value) -> (Value, usize) {
        let components = json!({
            "A": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Alias": {"$ref": "#/components/schemas/A"}
        });
        let mut diagnostics = Diagnostics::default();
        let components = components.as_object().cloned().unwrap_or_default();
        let mut merger = Merger {
            components: &components,
            diagnostics: &mut diagnostics,
            trail: Vec::new(),
        };
        let merged = merger.flatten(&schema).unwrap();
        (merged, diagnostics.warnings().len())
    }

    #[test]
    fn what_both_say_is_kept_once() {
        for (members, merged, warnings) in [
            (
                json!([{"type": "string"}, {"type": "string", "format": "date"}]),
                json!({"type": "string", "format": "date"}),
                0,
            ),
            (
                json!([{"type": "number"}, {"type": "integer"}]),
                json!({"type": "integer"}),
                0,
            ),
            (
                json!([{"type": "string"}, {"type": "integer"}]),
                json!({"type": "integer"}),
                1,
            ),
            (
                json!([{"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["b", "c"]}]),
                json!({"type": "string", "enum": ["b"]}),
                0,
            ),
            (
                json!([{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"format": "date"}}]),
                json!({"type": "array", "items": {"type": "string", "format": "date"}}),
                0,
            ),
            (
                json!([{"$ref": "#/components/schemas/Alias"}, {"nullable": true}]),
                json!({"allOf": [{"$ref": "#/components/schemas/Alias"}], "nullable": true}),
                0,
            ),
        ] {
            assert_eq!(
                run(json!({ "allOf": members })),
                (merged, warnings),
                "{members}"
            );
        }
    }

    #[test]
    fn two_groups_of_alternatives_are_multiplied_out() {
        let side = |left: &str, right: &str| {
            json!({"oneOf": [
                {"type": "object", "properties": {left: {"type": "string"}}},
                {"type": "object", "properties": {right: {"type": "string"}}}]})
        };
        let (merged, _) = run(json!({"allOf": [side("a", "b"), side("c", "d")]}));
        let branches: Vec<Vec<&String>> = merged["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|branch| branch["properties"].as_object().unwrap().keys().collect())
            .collect();
        assert_eq!(branches, [["a", "c"], ["a", "d"], ["b", "c"], ["b", "d"]]);
    }
}
