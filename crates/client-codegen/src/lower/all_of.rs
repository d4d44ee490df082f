//! `allOf`: each becomes one schema, or the one reference that it is.

use serde_json::{Value, json};

use super::merge::Merger;
use crate::error::{Diagnostics, Result};
use crate::schema::{map_of, origin, reference_of};
use crate::walk;

/// The document without `allOf`, but for references that carry annotations (`allOf: [$ref]`), and without properties
/// beside alternatives. What is required is among the properties.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let components = map_of(&document["components"], "schemas")
        .cloned()
        .unwrap_or_default();
    walk::roots(&mut document, &mut |root, at| {
        let trail: Vec<String> = at
            .strip_prefix("/components/schemas/")
            .map(str::to_owned)
            .into_iter()
            .collect();
        walk::walk(root, at, &mut |schema, here| {
            if reference_of(schema).is_some() {
                return Ok(());
            }
            // Only the component itself may not be made of itself; what it contains may contain it.
            let mut trail = if here == at {
                trail.clone()
            } else {
                Vec::new()
            };
            let mut merger = Merger {
                components: &components,
                diagnostics,
            };
            *schema = merger.flatten(schema, &mut trail)?;
            Ok(())
        })
    })?;
    // A merged schema may have brought in members that were not merged yet where they stood.
    walk::walk_all(&mut document, &mut |schema, _| {
        if reference_of(schema).is_none() && schema.get("allOf").is_some() {
            let mut merger = Merger {
                components: &components,
                diagnostics,
            };
            *schema = merger.flatten(schema, &mut Vec::new())?;
        }
        requirements(schema, diagnostics);
        Ok(())
    })?;
    Ok(document)
}

/// A required property that is not declared would be one of unknown type.
fn requirements(schema: &mut Value, diagnostics: &mut Diagnostics) {
    let at = origin(schema).to_owned();
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(required)) = map.get("required").cloned() else {
        return;
    };
    let properties = map.get("properties").and_then(Value::as_object);
    let (known, unknown): (Vec<Value>, Vec<Value>) = required.into_iter().partition(|name| {
        properties.is_some_and(|all| name.as_str().is_some_and(|name| all.contains_key(name)))
    });
    if properties.is_some_and(|all| !all.is_empty()) {
        for name in &unknown {
            diagnostics.warn(
                &at,
                format!("{name} is required and not declared: it is left out"),
            );
        }
    }
    if known.is_empty() {
        map.remove("required");
    } else {
        map.insert("required".to_owned(), json!(known));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(schemas: Value) -> Result<Value> {
        let document = json!({"components": {"schemas": schemas}});
        lower(document, &mut Diagnostics::default())
            .map(|lowered| lowered["components"]["schemas"].clone())
    }

    #[test]
    fn members_are_merged_deeply() {
        let lowered = run(json!({
            "Base": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"}, "more": {"type": "object", "properties": {"a": {"type": "string"}}}}},
            "Middle": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"m": {"type": "string"}}}]},
            "Leaf": {"description": "leaf", "allOf": [{"$ref": "#/components/schemas/Middle"},
                {"type": "object", "required": ["m", "gone"], "properties": {
                    "more": {"type": "object", "properties": {"b": {"type": "integer"}}}}}]}
        }))
        .unwrap();
        assert_eq!(
            lowered["Leaf"],
            json!({"type": "object", "description": "leaf", "required": ["id", "m"], "properties": {
                "id": {"type": "string"}, "m": {"type": "string"},
                "more": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}}})
        );
    }

    #[test]
    fn one_reference_stays_one() {
        let lowered = run(json!({
            "A": {"type": "object", "properties": {"b": {"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true}}},
            "B": {"type": "string"}
        }))
        .unwrap();
        assert_eq!(
            lowered["A"]["properties"]["b"],
            json!({"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true})
        );
    }

    #[test]
    fn properties_beside_alternatives_go_into_each() {
        let lowered = run(json!({
            "A": {"type": "object", "properties": {"id": {"type": "string"}}, "oneOf": [
                {"$ref": "#/components/schemas/B"}, {"properties": {"c": {"type": "string"}}}]},
            "B": {"type": "object", "properties": {"b": {"type": "string"}}},
            "R": {"type": "object", "properties": {"x": {}}, "anyOf": [{"required": ["x"]}, {"required": ["y"]}]}
        }))
        .unwrap();
        assert_eq!(
            lowered["A"]["oneOf"][0]["properties"],
            json!({"b": {"type": "string"}, "id": {"type": "string"}})
        );
        assert_eq!(
            lowered["A"]["oneOf"][1]["properties"],
            json!({"c": {"type": "string"}, "id": {"type": "string"}})
        );
        assert_eq!(
            lowered["R"],
            json!({"type": "object", "properties": {"x": {}}})
        );
    }

    #[test]
    fn a_type_made_of_itself_is_an_error_and_one_that_contains_itself_is_not() {
        let failure = run(json!({"A": {"x-origin": "/components/schemas/A", "allOf": [
            {"$ref": "#/components/schemas/A"}, {"type": "object", "properties": {"a": {}}}]}}))
        .unwrap_err();
        assert_eq!(failure.pointer, "#/components/schemas/A");
        let tree = json!({"Tree": {"allOf": [{"type": "object", "properties": {
            "left": {"$ref": "#/components/schemas/Tree"}}}, {"properties": {"left": {"$ref": "#/components/schemas/Tree"}}}]}});
        let lowered = run(tree).unwrap();
        assert_eq!(
            lowered["Tree"]["properties"]["left"]["$ref"],
            "#/components/schemas/Tree"
        );
    }
}
