//! `oneOf` and `anyOf`: turns null branches into `nullable`, flattens nested choices, and dissolves those with one branch.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{FIXED, ORIGIN, is_annotation};
use crate::schema::{
    annotated, components, is_true, list, map_of, origin, reference_of, reference_to, same,
    says_nothing, text_of, texts,
};
use crate::walk;

/// The document in which each `oneOf` is a choice between at least two types, and there is no `anyOf`.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    walk::walk_all(document, &mut |schema, at| {
        let listed = alternatives(schema);
        if listed.is_empty() {
            return Ok(());
        }
        let trail = at.strip_prefix("/components/schemas/");
        let mut spread = Spread {
            components: &components,
            nullable: is_true(schema, "nullable"),
            branches: Vec::new(),
        };
        for branch in listed {
            spread.add(
                &branch,
                None,
                trail.map(str::to_owned).into_iter().collect(),
            );
        }
        *schema = choice(schema, spread, diagnostics);
        Ok(())
    })
}

fn alternatives(schema: &Value) -> Vec<Value> {
    [list(schema, "oneOf"), list(schema, "anyOf")].concat()
}

/// The choice between the branches that are left; no choice, if there is one of them.
fn choice(schema: &Value, spread: Spread<'_>, diagnostics: &mut Diagnostics) -> Value {
    let mut outer = schema.as_object().cloned().unwrap_or_default();
    // What stands beside a choice and is no annotation holds for each branch; the types already say it.
    outer.retain(|key, _| is_annotation(key));
    if spread.nullable {
        outer.insert("nullable".to_owned(), json!(true));
    }
    let branches = simplified(spread.branches);
    let anything =
        |branch: &&Value| says_nothing(branch) && text_of(branch, "type") != Some("object");
    if let Some(anything) = branches.iter().find(anything) {
        let reason = "one alternative allows any value, so the type allows any value";
        diagnostics.warn(origin(schema), reason);
        outer.remove("nullable");
        return annotated(anything, &outer);
    }
    match branches.as_slice() {
        [] => drop(outer.insert("enum".to_owned(), json!([null]))),
        [only] => {
            let mut only = only.clone();
            if let Some(map) = only.as_object_mut() {
                map.remove(FIXED);
                // The branch's own place counts less than that of the choice.
                if !origin(schema).is_empty() {
                    map.remove(ORIGIN);
                }
            }
            return annotated(&only, &outer);
        }
        _ => drop(outer.insert("oneOf".to_owned(), Value::Array(branches))),
    }
    Value::Object(outer)
}

fn is_null(schema: &Value) -> bool {
    let values = schema.get("enum").and_then(Value::as_array);
    let only_null = values.is_some_and(|values| values.iter().all(Value::is_null));
    // `nullable: true` and nothing else is how 3.0 documents write a null branch.
    let is_said = |key: &String| ["nullable", "description", ORIGIN].contains(&key.as_str());
    let bare = schema
        .as_object()
        .is_some_and(|map| map.keys().all(is_said));
    only_null || bare && is_true(schema, "nullable")
}

/// The branches of a choice, and of the choices among them.
struct Spread<'a> {
    components: &'a Map<String, Value>,
    nullable: bool,
    branches: Vec<Value>,
}

impl Spread<'_> {
    /// Adds a branch's alternatives, if it is a choice itself (here or by reference); else the branch. What a discriminator
    /// says of the branch (`fixed`) holds for an alternative of which its own discriminator says nothing.
    fn add(&mut self, branch: &Value, fixed: Option<&Value>, mut trail: Vec<String>) {
        if is_null(branch) {
            self.nullable = true;
            return;
        }
        let fixed = branch.get(FIXED).or(fixed);
        let mut branch = branch.clone();
        if let Some(map) = branch.as_object_mut()
            && map.get("nullable") == Some(&json!(true))
        {
            self.nullable = true;
            map.remove("nullable");
        }
        let name = reference_of(&branch).map(str::to_owned);
        let target = match &name {
            Some(name) if trail.contains(name) => return,
            Some(name) => {
                trail.push(name.clone());
                self.components.get(name).cloned().unwrap_or_default()
            }
            None => branch.clone(),
        };
        let inner = alternatives(&target);
        if !inner.is_empty() {
            inner
                .iter()
                .for_each(|one| self.add(one, fixed, trail.clone()));
        } else if is_null(&target) {
            self.nullable = true;
        } else if reference_of(&target).is_some() {
            self.add(&target, fixed, trail);
        } else {
            let fixed = fixed.map(|fixed| Map::from_iter([(FIXED.to_owned(), fixed.clone())]));
            let branch = name.map_or(branch, |name| reference_to(&name));
            self.branches
                .push(annotated(&branch, &fixed.unwrap_or_default()));
        }
    }
}

/// Without repetitions; texts with texts and numbers with numbers are one.
fn simplified(branches: Vec<Value>) -> Vec<Value> {
    fn scalar(schema: &Value) -> Option<&str> {
        match text_of(schema, "type") {
            Some("integer") => Some("number"),
            kind => kind.filter(|kind| ["string", "boolean", "number"].contains(kind)),
        }
    }
    let mut kept: Vec<Value> = Vec::new();
    for branch in branches {
        let alike = kept.iter_mut().find(|other| match scalar(&branch) {
            Some(kind) if scalar(other) == Some(kind) => true,
            _ => same(other, &branch),
        });
        match alike {
            Some(other) => *other = either(other, &branch),
            None => kept.push(branch),
        }
    }
    kept
}

/// One scalar that holds both.
fn either(left: &Value, right: &Value) -> Value {
    let mut out = left.as_object().cloned().unwrap_or_default();
    if same(left, right) {
        match either_fixed(left, right) {
            Some(fixed) => out.insert(FIXED.to_owned(), fixed),
            None => out.remove(FIXED),
        };
        return Value::Object(out);
    }
    if let (Some(Value::Array(mut values)), Some(_)) = (out.remove("enum"), right.get("enum")) {
        let more = list(right, "enum").iter();
        let new: Vec<Value> = more
            .filter(|value| !values.contains(value))
            .cloned()
            .collect();
        values.extend(new);
        out.insert("enum".to_owned(), Value::Array(values));
    }
    if left.get("format") != right.get("format") {
        out.remove("format");
    }
    if text_of(left, "type") != text_of(right, "type") {
        out.insert("type".to_owned(), json!("number"));
    }
    Value::Object(out)
}

/// The values of the properties that both branches fix.
fn either_fixed(left: &Value, right: &Value) -> Option<Value> {
    let mut fixed = map_of(left, FIXED)?.clone();
    let other = right.get(FIXED)?;
    fixed.retain(|property, _| other.get(property).is_some());
    for (property, values) in &mut fixed {
        let all: BTreeSet<&str> = texts(other, property)
            .into_iter()
            .chain(
                values
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str),
            )
            .collect();
        *values = json!(all);
    }
    Some(Value::Object(fixed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(schema: Value, more: Value) -> Value {
        let mut schemas = more.as_object().cloned().unwrap_or_default();
        schemas.insert("S".to_owned(), schema);
        let document = json!({"components": {"schemas": schemas}});
        after(lower, document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]["S"]
            .clone()
    }

    #[test]
    fn null_branches_are_nullable() {
        for (before, after) in [
            (
                json!({"anyOf": [{"nullable": true}, {"type": "object", "properties": {"a": {}}}]}),
                json!({"nullable": true, "type": "object", "properties": {"a": {}}}),
            ),
            (
                json!({"oneOf": [{"enum": [null], "nullable": true}, {"$ref": "#/components/schemas/A"}], "description": "d"}),
                json!({"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": true, "description": "d"}),
            ),
            (
                json!({"oneOf": [{"enum": [null]}]}),
                json!({"nullable": true, "enum": [null]}),
            ),
        ] {
            assert_eq!(
                run(before.clone(), json!({"A": {"type": "string"}})),
                after,
                "{before}"
            );
        }
    }

    #[test]
    fn one_alternative_is_none_and_scalars_of_one_kind_are_one() {
        for (before, after) in [
            (
                json!({"oneOf": [{"type": "string"}]}),
                json!({"type": "string"}),
            ),
            (
                json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}),
                json!({"type": "string"}),
            ),
            (
                json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["b"]}]}),
                json!({"type": "string", "enum": ["a", "b"]}),
            ),
            (
                json!({"anyOf": [{"type": "integer"}, {"type": "number"}]}),
                json!({"type": "number"}),
            ),
            (json!({"anyOf": [{"type": "string"}, {}]}), json!({})),
        ] {
            assert_eq!(run(before.clone(), json!({})), after, "{before}");
        }
    }

    #[test]
    fn nested_choices_are_spread_and_circles_end() {
        let schemas = json!({
            "Inner": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/S"}, {"$ref": "#/components/schemas/Leaf"}]},
            "Leaf": {"type": "object", "properties": {"a": {}}}
        });
        let after = run(
            json!({"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Inner"}]}),
            schemas,
        );
        assert_eq!(
            after["oneOf"],
            json!([{"type": "integer"}, {"type": "string"}, {"$ref": "#/components/schemas/Leaf"}])
        );
    }
}
