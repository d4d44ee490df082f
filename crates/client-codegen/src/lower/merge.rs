//! Merging schemas: what a value is that must fit several at once.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ANNOTATIONS, ORIGIN};
use crate::schema::{annotated, is_true, origin, reference_of, says_nothing, text_of};

/// How deep types may nest while two definitions of one property are merged.
const DEPTH: usize = 24;
/// How many branches a product of alternatives may have.
const BRANCHES: usize = 24;

/// Merges schemas against a document's components.
pub(crate) struct Merger<'a> {
    /// `components.schemas`, as they were before any merging.
    pub(crate) components: &'a Map<String, Value>,
    /// Warnings go here.
    pub(crate) diagnostics: &'a mut Diagnostics,
}

impl Merger<'_> {
    /// The schema without `allOf`: a reference, or one schema that says what all said.
    ///
    /// # Errors
    /// The schema is made of itself.
    pub(crate) fn flatten(&mut self, schema: &Value, trail: &mut Vec<String>) -> Result<Value> {
        let mut own = schema.as_object().cloned().unwrap_or_default();
        let Some(Value::Array(members)) = own.remove("allOf") else {
            return self.absorb_alternatives(Value::Object(own), trail);
        };
        let (quiet, telling): (Vec<&Value>, Vec<&Value>) =
            members.iter().partition(|member| says_nothing(member));
        if let ([only], true) = (
            telling.as_slice(),
            says_nothing(&Value::Object(own.clone())),
        ) && reference_of(only).is_some()
        {
            // `allOf: [$ref, {nullable: true}]` is how people say that a reference may be null.
            for (key, value) in quiet
                .iter()
                .filter_map(|member| member.as_object())
                .flatten()
            {
                if key == "nullable" || key == "description" {
                    own.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            return Ok(annotated(only, &own));
        }
        let mut merged = Value::Object(own.clone());
        // What the members say first, so that the outer schema's words win.
        let mut base = json!({});
        let at = origin(schema).to_owned();
        for member in members {
            let flat = self.expand(&member, trail, &at)?;
            base = self.both(base, flat, DEPTH, trail)?;
        }
        let rest = merged.take();
        let mut merged = self.both(base, rest, DEPTH, trail)?;
        if let Some(map) = merged.as_object_mut() {
            for key in ["title", "description", ORIGIN] {
                match own.get(key) {
                    Some(value) => map.insert(key.to_owned(), value.clone()),
                    None => map.remove(key),
                };
            }
        }
        self.absorb_alternatives(merged, trail)
    }

    /// The member itself: a reference is followed, an inner `allOf` merged.
    fn expand(&mut self, member: &Value, trail: &mut Vec<String>, at: &str) -> Result<Value> {
        let Some(name) = reference_of(member).map(str::to_owned) else {
            return self.flatten(member, trail);
        };
        if trail.contains(&name) {
            return Err(Error::at(
                at,
                format!("`{name}` is made of itself: {} → {name}", trail.join(" → ")),
            ));
        }
        let Some(target) = self.components.get(&name) else {
            return Err(Error::at(
                at,
                format!("`#/components/schemas/{name}` leads nowhere"),
            ));
        };
        trail.push(name);
        let flat =
            self.flatten(&target.clone(), trail)
                .and_then(|flat| match reference_of(&flat) {
                    // A reference to a reference.
                    Some(_) => self.expand(&flat, trail, at),
                    None => Ok(flat),
                });
        trail.pop();
        let mut flat = flat?;
        if let Some(map) = flat.as_object_mut() {
            map.remove("title");
            map.remove("nullable");
            if is_true(member, "nullable") {
                map.insert("nullable".to_owned(), json!(true));
            }
        }
        Ok(flat)
    }

    /// A value that fits both. Where they cannot both hold, the second counts.
    fn both(
        &mut self,
        first: Value,
        second: Value,
        depth: usize,
        trail: &mut Vec<String>,
    ) -> Result<Value> {
        if says_nothing(&first) {
            return Ok(annotated(&second, first.as_object().unwrap_or(&Map::new())));
        }
        if says_nothing(&second) {
            return Ok(annotated(&first, second.as_object().unwrap_or(&Map::new())));
        }
        if reference_of(&first).is_some() && reference_of(&first) == reference_of(&second) {
            return Ok(annotated(&second, first.as_object().unwrap_or(&Map::new())));
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Ok(second);
        };
        let (first, second) = (self.opened(first, trail)?, self.opened(second, trail)?);
        let (Value::Object(mut out), Value::Object(more)) = (first.clone(), second.clone()) else {
            return Ok(second);
        };
        let (kind, other) = (text_of(&first, "type"), text_of(&second, "type"));
        if let (Some(kind), Some(other)) = (kind, other)
            && kind != other
            && !matches!((kind, other), ("number", "integer") | ("integer", "number"))
        {
            self.diagnostics.warn(
                origin(&second),
                format!("`allOf` says `{kind}` and `{other}`: it is read as `{other}`"),
            );
            return Ok(second);
        }
        for (key, value) in more {
            let merged = match (key.as_str(), out.remove(&key), value) {
                ("properties", Some(Value::Object(mine)), Value::Object(theirs)) => {
                    Value::Object(self.properties(mine, theirs, depth, trail)?)
                }
                ("required", Some(Value::Array(mine)), Value::Array(theirs)) => {
                    union_of(mine, theirs)
                }
                ("items", Some(mine), theirs) => self.both(mine, theirs, depth, trail)?,
                (
                    "additionalProperties",
                    Some(mine @ Value::Object(_)),
                    theirs @ Value::Object(_),
                ) => self.both(mine, theirs, depth, trail)?,
                ("additionalProperties", Some(mine @ Value::Object(_)), Value::Bool(_)) => mine,
                ("oneOf" | "anyOf", Some(mine), theirs) => {
                    // Both alternatives hold: the first's go on as a member, and are multiplied out afterwards.
                    let waiting = out.entry("x-alternatives").or_insert_with(|| json!([]));
                    if let Value::Array(list) = waiting {
                        list.push(json!({ key.as_str(): mine }));
                    }
                    theirs
                }
                ("enum", Some(Value::Array(mine)), Value::Array(theirs)) => {
                    let shared: Vec<Value> = mine
                        .iter()
                        .filter(|one| theirs.contains(one))
                        .cloned()
                        .collect();
                    Value::Array(if shared.is_empty() { theirs } else { shared })
                }
                ("nullable", Some(_), theirs) => theirs,
                ("type", Some(mine), theirs) => {
                    if mine == "integer" {
                        mine
                    } else {
                        theirs
                    }
                }
                (_, _, theirs) => theirs,
            };
            out.insert(key, merged);
        }
        Ok(Value::Object(out))
    }

    fn opened(&mut self, schema: Value, trail: &mut Vec<String>) -> Result<Value> {
        match reference_of(&schema).map(str::to_owned) {
            // A type that contains itself stays a reference: its copy would never end.
            Some(name) if trail.contains(&name) => Ok(schema),
            Some(name) => {
                let at = origin(&schema).to_owned();
                trail.push(name.clone());
                let target = self.components.get(&name).cloned();
                let flat = match target {
                    Some(target) => self.flatten(&target, trail),
                    None => Err(Error::at(
                        &at,
                        format!("`#/components/schemas/{name}` leads nowhere"),
                    )),
                };
                trail.pop();
                flat
            }
            None if schema.get("allOf").is_some() => self.flatten(&schema, trail),
            None => Ok(schema),
        }
    }

    fn properties(
        &mut self,
        mut mine: Map<String, Value>,
        theirs: Map<String, Value>,
        depth: usize,
        trail: &mut Vec<String>,
    ) -> Result<Map<String, Value>> {
        for (name, schema) in theirs {
            let merged = match mine.remove(&name) {
                Some(own) if own != schema => self.both(own, schema, depth, trail)?,
                _ => schema,
            };
            mine.insert(name, merged);
        }
        Ok(mine)
    }

    /// An object's own properties beside `oneOf` or `anyOf` belong to each branch.
    fn absorb_alternatives(&mut self, schema: Value, trail: &mut Vec<String>) -> Result<Value> {
        let Value::Object(mut map) = schema else {
            return Ok(schema);
        };
        let mut groups: Vec<Vec<Value>> = Vec::new();
        let waiting = match map.remove("x-alternatives") {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        let own: Map<String, Value> = ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|key| map.remove(key).map(|list| (key.to_owned(), list)))
            .collect();
        for holder in waiting.into_iter().chain([Value::Object(own)]) {
            for (_, list) in holder.as_object().cloned().unwrap_or_default() {
                let branches = list.as_array().cloned().unwrap_or_default();
                // Branches that only say what is required are constraints, not alternatives of type.
                if !branches.iter().all(only_requires) {
                    groups.push(branches);
                }
            }
        }
        let mut groups = groups.into_iter();
        let Some(mut branches) = groups.next() else {
            return Ok(Value::Object(map));
        };
        let object_of_its_own = map
            .get("properties")
            .is_some_and(|all| all.as_object().is_some_and(|all| !all.is_empty()));
        for group in groups {
            if branches.len() * group.len() > BRANCHES {
                self.diagnostics.warn(
                    text_of_map(&map, ORIGIN),
                    "too many alternatives at once: only the first group counts",
                );
                break;
            }
            let mut product = Vec::new();
            for left in &branches {
                for right in &group {
                    product.push(self.combined(left, right, trail)?);
                }
            }
            branches = product;
        }
        if object_of_its_own {
            let mut outer = Map::new();
            for key in ["type", "properties", "required", "additionalProperties"] {
                if let Some(value) = map.remove(key) {
                    outer.insert(key.to_owned(), value);
                }
            }
            let outer = Value::Object(outer);
            branches = branches
                .iter()
                .map(|branch| self.combined(&outer, branch, trail))
                .collect::<Result<_>>()?;
        }
        map.remove("type");
        map.insert("oneOf".to_owned(), Value::Array(branches));
        Ok(Value::Object(map))
    }

    fn combined(&mut self, left: &Value, right: &Value, trail: &mut Vec<String>) -> Result<Value> {
        let at = origin(right).to_owned();
        let left = self.opened_once(left, trail)?;
        let opened = self.opened_once(right, trail)?;
        let mut merged = self.both(left, opened, DEPTH, trail)?;
        if let Some(map) = merged.as_object_mut() {
            if let Some(name) = reference_of(right) {
                map.insert("title".to_owned(), json!(name));
            }
            map.insert(ORIGIN.to_owned(), json!(at));
        }
        Ok(merged)
    }

    fn opened_once(&mut self, schema: &Value, trail: &mut Vec<String>) -> Result<Value> {
        self.opened(schema.clone(), trail)
    }
}

fn text_of_map<'a>(map: &'a Map<String, Value>, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn only_requires(schema: &Value) -> bool {
    schema.as_object().is_some_and(|map| {
        map.iter().all(|(key, value)| {
            key == "required"
                || key == "type" && value == "object"
                || ANNOTATIONS.contains(&key.as_str())
        }) && map.contains_key("required")
    })
}

fn union_of(mine: Vec<Value>, theirs: Vec<Value>) -> Value {
    let mut all = mine;
    for value in theirs {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Value::Array(all)
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
        };
        let merged = merger.flatten(&schema, &mut Vec::new()).unwrap();
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
