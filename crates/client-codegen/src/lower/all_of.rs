//! `allOf`: merges each into one schema, or replaces it by its only reference.

mod merge;

use serde_json::{Value, json};

use crate::error::{Diagnostics, Result};
use crate::schema::{components, has_properties, list, map_of, origin, plain_reference, remove};
use crate::walk;
use merge::Merger;

/// The document without `allOf`, but for references that carry annotations (`allOf: [$ref]`), and without properties
/// beside alternatives. What is required is among the properties.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    let flatten = |schema: &mut Value, component: Option<&str>, diagnostics: &mut Diagnostics| {
        let trail = component.map(str::to_owned).into_iter().collect();
        let mut merger = Merger {
            components: &components,
            diagnostics,
            trail,
        };
        *schema = merger.flatten(schema)?;
        Ok(())
    };
    walk::roots(document, &mut |root, at| {
        walk::walk(root, at, &mut |schema, here| {
            // Only the component itself may not be made of itself; what it contains may contain it.
            let component = at
                .strip_prefix("/components/schemas/")
                .filter(|_| here == at);
            flatten(schema, component, diagnostics)
        })
    })?;
    // A merged schema may have brought in members that were not merged yet where they stood.
    walk::walk_all(document, &mut |schema, _| {
        if plain_reference(schema).is_none() && schema.get("allOf").is_some() {
            flatten(schema, None, diagnostics)?;
        }
        requirements(schema, diagnostics);
        Ok(())
    })
}

/// A required property that is not declared would be one of unknown type.
fn requirements(schema: &mut Value, diagnostics: &mut Diagnostics) {
    let declared = |name: &Value| {
        let properties = map_of(schema, "properties");
        properties.is_some_and(|all| name.as_str().is_some_and(|name| all.contains_key(name)))
    };
    let required = list(schema, "required").iter().cloned();
    let (known, unknown): (Vec<Value>, Vec<Value>) = required.partition(declared);
    for name in unknown.iter().filter(|_| has_properties(schema)) {
        let reason = format!("{name} is required and not declared: it is left out");
        diagnostics.warn(origin(schema), reason);
    }
    if !known.is_empty() {
        schema["required"] = json!(known);
    } else {
        remove(schema, "required");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(schemas: Value) -> Result<Value> {
        let document = json!({"components": {"schemas": schemas}});
        after(lower, document, &mut Diagnostics::default())
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
        let error = run(json!({"A": {"x-origin": "/components/schemas/A", "allOf": [
            {"$ref": "#/components/schemas/A"}, {"type": "object", "properties": {"a": {}}}]}}))
        .unwrap_err();
        assert_eq!(error.pointer, "#/components/schemas/A");
        let tree = json!({"Tree": {"allOf": [{"type": "object", "properties": {
            "left": {"$ref": "#/components/schemas/Tree"}}}, {"properties": {"left": {"$ref": "#/components/schemas/Tree"}}}]}});
        let lowered = run(tree).unwrap();
        assert_eq!(
            lowered["Tree"]["properties"]["left"]["$ref"],
            "#/components/schemas/Tree"
        );
    }
}
