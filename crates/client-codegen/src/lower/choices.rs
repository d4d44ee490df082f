//! Choices: records what distinguishes the branches of a `oneOf`; emit generates their types.
//!
//! serde's untagged enumerations take the first branch that decodes, which is always the first one if its fields are optional,
//! and they cannot hold exact numbers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{CHOICES, FIXED, KEYS};
use crate::rust_type::native;
use crate::schema::{components, list, map_of, picked, reference_of, texts, values_mut};
use crate::walk;

/// The document whose choices say by what their branches are told apart.
pub(crate) fn describe(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    for schema in values_mut(&mut document["components"], "schemas") {
        if schema.get("oneOf").is_none() {
            continue;
        }
        let describe = |branch: &Value| {
            let object = reference_of(branch).and_then(|name| components.get(name));
            let Some(object) = object else {
                return json!({KEYS: [], FIXED: {}});
            };
            let keys = map_of(object, "properties").into_iter().flat_map(Map::keys);
            let fixed = fixed_values(branch, object, &components);
            json!({KEYS: keys.collect::<Vec<_>>(), FIXED: fixed})
        };
        let described: Vec<Value> = list(schema, "oneOf").iter().map(describe).collect();
        schema["x-branches"] = Value::Array(described);
    }
    Ok(())
}

/// What a property must be: by a discriminator, or because the branch allows only that.
fn fixed_values(
    branch: &Value,
    object: &Value,
    components: &Map<String, Value>,
) -> Map<String, Value> {
    let mut fixed = Map::new();
    let required = texts(object, "required");
    for (property, schema) in map_of(object, "properties").into_iter().flatten() {
        let target = reference_of(schema).and_then(|name| components.get(name));
        if let [only @ Value::String(_)] = list(target.unwrap_or(schema), "enum")
            && required.contains(&property.as_str())
        {
            fixed.insert(property.clone(), json!([only]));
        }
    }
    // What a discriminator says counts more.
    fixed.extend(map_of(branch, FIXED).cloned().unwrap_or_default());
    fixed
}

/// The document whose choices stand apart ([`CHOICES`]) and are referred to by their Rust types.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let (mut choices, others): (Map<String, Value>, Map<String, Value>) = components(document)
        .into_iter()
        .partition(|(_, schema)| schema.get("oneOf").is_some());
    document["components"]["schemas"] = Value::Object(others);
    let names: BTreeSet<String> = choices.keys().cloned().collect();
    let refer = |schema: &mut Value, _: &str| {
        if let Some(name) = reference_of(schema).filter(|name| names.contains(*name)) {
            let mut out = native(&format!("types::{name}"));
            for (key, value) in picked(schema, "nullable description deprecated") {
                out[key] = value;
            }
            *schema = out;
        }
        Ok(())
    };
    walk::walk_all(document, &mut { refer })?;
    for choice in choices.values_mut() {
        walk::walk(choice, "", &mut { refer })?;
    }
    document[CHOICES] = Value::Object(choices);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn document() -> Value {
        json!({"components": {"schemas": {
            "Pet": {"oneOf": [{"allOf": [{"$ref": "#/components/schemas/Cat"}], FIXED: {"kind": ["c", "k"]}},
                {"$ref": "#/components/schemas/Dog"}, {"type": "string"}]},
            "Cat": {"type": "object", "required": ["sort"], "properties": {"kind": {"type": "string"}, "sort": {"$ref": "#/components/schemas/Sort"}}},
            "Sort": {"type": "string", "enum": ["tabby"]},
            "Dog": {"type": "object", "x-origin": "/components/schemas/dog", "properties": {"kind": {"type": "string"}}},
            "Home": {"type": "object", "properties": {"pet": {"allOf": [{"$ref": "#/components/schemas/Pet"}], "nullable": true}}}}}})
    }

    #[test]
    fn branches_say_what_tells_them_apart() {
        let described = after(describe, document(), &mut Diagnostics::default()).unwrap();
        assert_eq!(
            described["components"]["schemas"]["Pet"]["x-branches"],
            json!([
                {KEYS: ["kind", "sort"], FIXED: {"kind": ["c", "k"], "sort": ["tabby"]}},
                {KEYS: ["kind"], FIXED: {}},
                {KEYS: [], FIXED: {}}])
        );
    }

    #[test]
    fn choices_stand_apart() {
        let lowered = after(lower, document(), &mut Diagnostics::default()).unwrap();
        assert!(lowered["components"]["schemas"].get("Pet").is_none());
        assert!(lowered[CHOICES].get("Pet").is_some());
        let pet = &lowered["components"]["schemas"]["Home"]["properties"]["pet"];
        assert_eq!(
            *pet,
            json!({"type": "string", "format": "rust types::Pet", "nullable": true})
        );
    }
}
