//! `oneOf` and `anyOf`: null branches become `nullable`, nested ones are spread, and what is no choice is none.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{ANNOTATIONS, ORIGIN};
use crate::schema::{
    annotated, is_true, map_of, origin, reference_of, reference_to, same, says_nothing, text_of,
};
use crate::walk;

/// The document in which each `oneOf` is a choice between at least two types, and there is no `anyOf`.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let components = map_of(&document["components"], "schemas")
        .cloned()
        .unwrap_or_default();
    walk::walk_all(&mut document, &mut |schema, at| {
        let trail = at
            .strip_prefix("/components/schemas/")
            .map(str::to_owned)
            .into_iter()
            .collect();
        *schema = choice(schema, &components, trail, diagnostics);
        Ok(())
    })?;
    Ok(document)
}

fn choice(
    schema: &Value,
    components: &Map<String, Value>,
    trail: Vec<String>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let mut outer = schema.as_object().cloned().unwrap_or_default();
    let mut listed = Vec::new();
    for key in ["oneOf", "anyOf"] {
        if let Some(Value::Array(list)) = outer.remove(key) {
            listed.extend(list);
        }
    }
    if listed.is_empty() {
        return schema.clone();
    }
    let mut branches: Vec<Value> = Vec::new();
    let mut nullable = is_true(schema, "nullable");
    for branch in listed {
        spread(
            &branch,
            components,
            &mut trail.clone(),
            &mut nullable,
            &mut branches,
        );
    }
    // What stands beside a choice and is no annotation holds for each branch; the types already say it.
    outer.retain(|key, _| {
        ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-") || key == "discriminator"
    });
    if nullable {
        outer.insert("nullable".to_owned(), json!(true));
    }
    let branches = simplified(branches);
    if let Some(anything) = branches.iter().find(|branch| is_anything(branch)) {
        diagnostics.warn(
            origin(schema),
            "one alternative may be anything: so may the value",
        );
        outer.remove("discriminator");
        outer.remove("nullable");
        return annotated(anything, &outer);
    }
    match branches.as_slice() {
        [] => {
            outer.insert("enum".to_owned(), json!([null]));
            Value::Object(outer)
        }
        [only] => {
            outer.remove("discriminator");
            let mut only = only.clone();
            // The branch's own place counts less than that of the choice.
            if let (Some(map), false) = (only.as_object_mut(), origin(schema).is_empty()) {
                map.remove(ORIGIN);
            }
            annotated(&only, &outer)
        }
        _ => {
            outer.insert("oneOf".to_owned(), Value::Array(branches));
            Value::Object(outer)
        }
    }
}

fn is_anything(schema: &Value) -> bool {
    says_nothing(schema) && text_of(schema, "type") != Some("object")
}

fn is_null(schema: &Value) -> bool {
    let only_null = schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().all(Value::is_null));
    // `nullable: true` and nothing else is how 3.0 documents write a null branch.
    let bare = schema.as_object().is_some_and(|map| {
        map.get("nullable") == Some(&json!(true))
            && map
                .keys()
                .all(|key| key == "nullable" || key == ORIGIN || key == "description")
    });
    only_null || bare
}

/// A branch's alternatives, if it is a choice itself (here or by reference); else the branch.
fn spread(
    branch: &Value,
    components: &Map<String, Value>,
    trail: &mut Vec<String>,
    nullable: &mut bool,
    out: &mut Vec<Value>,
) {
    if is_null(branch) {
        *nullable = true;
        return;
    }
    let mut branch = branch.clone();
    if is_true(&branch, "nullable") {
        *nullable = true;
        if let Some(map) = branch.as_object_mut() {
            map.remove("nullable");
        }
    }
    let target = match reference_of(&branch) {
        Some(name) if trail.iter().any(|seen| seen == name) => return,
        Some(name) => {
            trail.push(name.to_owned());
            components.get(name).cloned().unwrap_or_default()
        }
        None => branch.clone(),
    };
    let inner: Vec<Value> = ["oneOf", "anyOf"]
        .iter()
        .filter_map(|key| target.get(*key).and_then(Value::as_array))
        .flatten()
        .cloned()
        .collect();
    if inner.is_empty() && is_null(&target) {
        *nullable = true;
    } else if inner.is_empty() && reference_of(&target).is_some() {
        spread(&target, components, trail, nullable, out);
    } else if inner.is_empty() {
        out.push(match reference_of(&branch) {
            Some(name) => reference_to(name),
            None => branch.clone(),
        });
    } else {
        for one in &inner {
            spread(one, components, &mut trail.clone(), nullable, out);
        }
    }
}

/// Without repetitions; texts with texts and numbers with numbers are one.
fn simplified(branches: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for branch in branches {
        let kind = text_of(&branch, "type").map(str::to_owned);
        let alike = kept
            .iter_mut()
            .find(|other| match (kind.as_deref(), text_of(other, "type")) {
                (Some("string"), Some("string")) | (Some("boolean"), Some("boolean")) => true,
                (Some("integer" | "number"), Some("integer" | "number")) => true,
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
    if same(left, right) {
        return left.clone();
    }
    let mut out = left.as_object().cloned().unwrap_or_default();
    match (left.get("enum"), right.get("enum")) {
        (Some(Value::Array(mine)), Some(Value::Array(theirs))) => {
            let mut all = mine.clone();
            all.extend(theirs.iter().filter(|value| !mine.contains(value)).cloned());
            out.insert("enum".to_owned(), Value::Array(all));
        }
        _ => {
            out.remove("enum");
        }
    }
    if left.get("format") != right.get("format") {
        out.remove("format");
    }
    if text_of(left, "type") != text_of(right, "type") {
        out.insert("type".to_owned(), json!("number"));
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(schema: Value, more: Value) -> Value {
        let mut schemas = more.as_object().cloned().unwrap_or_default();
        schemas.insert("S".to_owned(), schema);
        let document = json!({"components": {"schemas": schemas}});
        lower(document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]["S"].clone()
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
