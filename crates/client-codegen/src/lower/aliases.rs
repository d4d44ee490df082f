//! Aliases: inlines components that are not objects, enumerations or choices, together with their `nullable`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::reach::{closure, referred};
use crate::schema::{annotated, components, is_true, is_type, origin, reference_of, remove};
use crate::walk;

/// The document whose components are types of their own, none of them nullable as such.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    let nullable: BTreeSet<String> = components
        .iter()
        .filter(|(_, schema)| is_type(schema) && is_true(schema, "nullable"))
        .map(|(name, _)| name.clone())
        .collect();
    let (_, untyped): (Map<String, Value>, Map<String, Value>) = components
        .into_iter()
        .partition(|(_, schema)| is_type(schema));
    let aliases: BTreeMap<String, Value> = untyped
        .iter()
        .filter(|(name, schema)| !contains_itself(&untyped, name, schema))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let at_use = |schema: &mut Value, diagnostics: &mut Diagnostics| {
        let mut hops = 0;
        while let Some(name) = reference_of(schema).map(str::to_owned) {
            if nullable.contains(&name) && !is_true(schema, "nullable") {
                *schema = annotated(
                    schema,
                    &Map::from_iter([("nullable".to_owned(), json!(true))]),
                );
            }
            let Some(target) = aliases.get(&name) else {
                break;
            };
            hops += 1;
            if hops > 32 {
                diagnostics.warn(
                    origin(target),
                    "the schema is only a reference to itself: it may be anything",
                );
                *schema = json!({});
                break;
            }
            let site = schema.as_object().cloned().unwrap_or_default();
            *schema = placed(target, &site);
        }
    };
    // An alias may hold another one inside, so that what was put in place is walked again.
    for _ in 0..16 {
        let before = document.clone();
        walk::walk_all(document, &mut |schema, _| {
            at_use(schema, diagnostics);
            Ok(())
        })?;
        if *document == before {
            break;
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| !aliases.contains_key(name));
        for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
            schema.remove("nullable");
        }
    }
    Ok(())
}

/// The alias with what its use says of it: the use's words count, and either may make it nullable.
fn placed(target: &Value, site: &Map<String, Value>) -> Value {
    let mut annotations = site.clone();
    annotations.remove("allOf");
    annotations.remove("$ref");
    let mut out = annotated(target, &annotations);
    remove(&mut out, "title");
    if let Some(description) = annotations.get("description") {
        out["description"] = description.clone();
    }
    out
}

/// Whether a list or map holds itself, so that it cannot be put in place; a reference to itself is none.
///
/// Only a way through other aliases matters: a type on the way has a name of its own.
fn contains_itself(aliases: &Map<String, Value>, name: &str, schema: &Value) -> bool {
    if reference_of(schema).is_some() {
        return false;
    }
    let mut direct = BTreeSet::new();
    referred(schema, &mut direct);
    closure(aliases, direct).contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(schemas: Value) -> Value {
        let document = json!({"components": {"schemas": schemas}});
        after(lower, document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]
            .clone()
    }

    #[test]
    fn aliases_are_put_where_they_are_used() {
        let lowered = run(json!({
            "Id": {"type": "string", "description": "an id"},
            "Ids": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}},
            "Same": {"$ref": "#/components/schemas/Ids"},
            "A": {"type": "object", "properties": {"ids": {"allOf": [{"$ref": "#/components/schemas/Same"}], "nullable": true, "description": "mine"}}}
        }));
        assert_eq!(
            lowered,
            json!({"A": {"type": "object", "properties": {"ids": {"type": "array", "nullable": true, "description": "mine",
                "items": {"type": "string", "description": "an id"}}}}})
        );
    }

    #[test]
    fn a_nullable_type_is_nullable_where_it_is_used() {
        let lowered = run(json!({
            "B": {"type": "object", "nullable": true, "properties": {"x": {}}},
            "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}}
        }));
        assert_eq!(
            lowered["A"]["properties"]["b"],
            json!({"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true})
        );
        assert!(lowered["B"].get("nullable").is_none());
    }

    #[test]
    fn a_list_of_itself_stays_and_a_circle_is_anything() {
        let lowered = run(json!({
            "Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "P": {"$ref": "#/components/schemas/Q"}, "Q": {"$ref": "#/components/schemas/P"},
            "A": {"type": "object", "properties": {"p": {"$ref": "#/components/schemas/P"}, "t": {"$ref": "#/components/schemas/Tree"}}}
        }));
        assert_eq!(
            lowered["Tree"]["items"]["$ref"],
            "#/components/schemas/Tree"
        );
        assert_eq!(lowered["A"]["properties"]["p"], json!({}));
    }
}
