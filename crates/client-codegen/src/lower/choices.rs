//! Choices: what tells the branches of a `oneOf` apart is written down, and emit makes their types itself.
//!
//! serde's own untagged enumerations take the first branch that decodes, which for objects with optional fields is the
//! first of all, and they cannot hold exact numbers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{CHOICES, FIXED, KEYS};
use crate::rust_type::native;
use crate::schema::{components, map_of, origin, reference_of, text_of};
use crate::walk;

/// The document whose choices say by what their branches are told apart.
pub(crate) fn describe(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let components = components(&document);
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas.into_iter().flat_map(Map::values_mut) {
        let discriminator = schema.get("discriminator").cloned();
        let Some(Value::Array(branches)) = schema.get_mut("oneOf") else {
            continue;
        };
        let mut described: Vec<Value> = Vec::new();
        for branch in branches.iter() {
            let object = reference_of(branch)
                .and_then(|name| components.get(name).map(|object| (name, object)));
            let (mut keys, mut fixed) = (json!([]), json!({}));
            if let Some((name, object)) = object {
                keys = json!(
                    map_of(object, "properties")
                        .into_iter()
                        .flat_map(Map::keys)
                        .collect::<Vec<_>>()
                );
                fixed = Value::Object(fixed_values(
                    name,
                    object,
                    discriminator.as_ref(),
                    &components,
                ));
            }
            described.push(json!({KEYS: keys, FIXED: fixed}));
        }
        schema["x-branches"] = Value::Array(described);
    }
    Ok(document)
}

/// What a property must be: by the discriminator, or because the branch allows only that.
fn fixed_values(
    name: &str,
    object: &Value,
    discriminator: Option<&Value>,
    components: &Map<String, Value>,
) -> Map<String, Value> {
    let mut fixed = Map::new();
    let required: Vec<&str> = object
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (property, schema) in map_of(object, "properties").into_iter().flatten() {
        let target = reference_of(schema)
            .and_then(|name| components.get(name))
            .unwrap_or(schema);
        let values = target.get("enum").and_then(Value::as_array);
        if let Some([only]) = values.map(Vec::as_slice)
            && required.contains(&property.as_str())
            && only.is_string()
        {
            fixed.insert(property.clone(), json!([only]));
        }
    }
    let Some(discriminator) = discriminator else {
        return fixed;
    };
    let Some(property) = text_of(discriminator, "propertyName") else {
        return fixed;
    };
    let mapping = map_of(discriminator, "mapping");
    let mut values: BTreeSet<String> = mapping
        .into_iter()
        .flatten()
        .filter(|(_, target)| {
            target
                .as_str()
                .is_some_and(|target| target.trim_start_matches("#/components/schemas/") == name)
        })
        .map(|(value, _)| value.clone())
        .collect();
    if values.is_empty() && !fixed.contains_key(property) {
        // Without a mapping the value is the schema's name in the document.
        values.extend(
            origin(object)
                .rsplit('/')
                .next()
                .filter(|own| !own.is_empty())
                .map(str::to_owned),
        );
        values.insert(name.to_owned());
    }
    if !values.is_empty() {
        fixed.insert(property.to_owned(), json!(values));
    }
    fixed
}

/// The document whose choices stand apart ([`CHOICES`]) and are referred to by their Rust types.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let mut choices = Map::new();
    if let Some(Value::Object(schemas)) = document["components"].get_mut("schemas") {
        let names: Vec<String> = schemas
            .iter()
            .filter(|(_, schema)| schema.get("oneOf").is_some())
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            if let Some(schema) = schemas.remove(&name) {
                choices.insert(name, schema);
            }
        }
    }
    let refer = |schema: &mut Value, _: &str| {
        if let Some(name) = reference_of(schema).filter(|name| choices.contains_key(*name)) {
            let mut out = native(&format!("types::{name}"));
            for key in ["nullable", "description", "deprecated"] {
                if let Some(value) = schema.get(key) {
                    out[key] = value.clone();
                }
            }
            *schema = out;
        }
        Ok(())
    };
    walk::walk_all(&mut document, &mut { refer })?;
    let mut own = choices.clone();
    for choice in own.values_mut() {
        walk::walk(choice, "", &mut { refer })?;
    }
    document[CHOICES] = Value::Object(own);
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({"components": {"schemas": {
            "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}, {"type": "string"}],
                "discriminator": {"propertyName": "kind", "mapping": {"c": "#/components/schemas/Cat", "k": "#/components/schemas/Cat"}}},
            "Cat": {"type": "object", "required": ["sort"], "properties": {"kind": {"type": "string"}, "sort": {"$ref": "#/components/schemas/Sort"}}},
            "Sort": {"type": "string", "enum": ["tabby"]},
            "Dog": {"type": "object", "x-origin": "/components/schemas/dog", "properties": {"kind": {"type": "string"}}},
            "Home": {"type": "object", "properties": {"pet": {"allOf": [{"$ref": "#/components/schemas/Pet"}], "nullable": true}}}}}})
    }

    #[test]
    fn branches_say_what_tells_them_apart() {
        let described = describe(document(), &mut Diagnostics::default()).unwrap();
        assert_eq!(
            described["components"]["schemas"]["Pet"]["x-branches"],
            json!([
                {KEYS: ["kind", "sort"], FIXED: {"kind": ["c", "k"], "sort": ["tabby"]}},
                {KEYS: ["kind"], FIXED: {"kind": ["Dog", "dog"]}},
                {KEYS: [], FIXED: {}}])
        );
    }

    #[test]
    fn choices_stand_apart() {
        let lowered = lower(document(), &mut Diagnostics::default()).unwrap();
        assert!(lowered["components"]["schemas"].get("Pet").is_none());
        assert!(lowered[CHOICES].get("Pet").is_some());
        let pet = &lowered["components"]["schemas"]["Home"]["properties"]["pet"];
        assert_eq!(
            *pet,
            json!({"type": "string", "format": "rust types::Pet", "nullable": true})
        );
    }
}
