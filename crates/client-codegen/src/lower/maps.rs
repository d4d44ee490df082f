//! Maps: an object of declared names that the overlay calls an open set (`x-map: true`) becomes a map of these and other names.

use serde_json::{Map, Value};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{OPEN_SET, ORIGIN};
use crate::schema::{is_true, origin, text_of};
use crate::walk;

/// The document in which such objects are maps. The declared names stand in the description.
///
/// # Errors
/// The type of the values is not stated.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    walk::walk_all(&mut document, &mut |schema, _| {
        if is_true(schema, OPEN_SET) {
            open(schema, diagnostics)?;
        }
        Ok(())
    })?;
    Ok(document)
}

fn open(schema: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let at = origin(schema).to_owned();
    let Some(map) = schema.as_object_mut() else {
        return Ok(());
    };
    map.remove(OPEN_SET);
    let Some(values) = map
        .get("additionalProperties")
        .filter(|values| values.is_object())
        .cloned()
    else {
        return Err(Error::at(
            &at,
            "`x-map` needs `additionalProperties` with the type of the values",
        ));
    };
    let declared = match map.remove("properties") {
        Some(Value::Object(declared)) => declared,
        _ => Map::new(),
    };
    map.remove("required");
    for (name, odd) in declared
        .iter()
        .filter(|(_, schema)| bare(schema) != bare(&values))
    {
        let at = if origin(odd).is_empty() {
            &at
        } else {
            origin(odd)
        };
        diagnostics.warn(
            at,
            format!("`{name}` is declared as another type than the other values of the map"),
        );
    }
    if !declared.is_empty() {
        let names: Vec<_> = declared.keys().map(|name| format!("`{name}`")).collect();
        let before = text_of(&Value::Object(map.clone()), "description")
            .unwrap_or_default()
            .trim_end()
            .to_owned();
        let gap = if before.is_empty() { "" } else { "\n\n" };
        let description = format!("{before}{gap}Declared names: {}.", names.join(", "));
        map.insert("description".to_owned(), Value::String(description));
    }
    Ok(())
}

/// A schema without what says nothing about its type.
fn bare(schema: &Value) -> Value {
    let mut bare = schema.clone();
    if let Some(map) = bare.as_object_mut() {
        for annotation in [
            "description",
            "title",
            "example",
            "default",
            "nullable",
            ORIGIN,
        ] {
            map.remove(annotation);
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lowered(schema: Value) -> Result<Value> {
        let document = json!({"components": {"schemas": {"Flags": schema}}});
        lower(document, &mut Diagnostics::default())
            .map(|document| document["components"]["schemas"]["Flags"].clone())
    }

    #[test]
    fn declared_names_of_the_same_type_become_a_map_and_stay_in_its_description() {
        let schema = json!({
            "type": "object", "x-map": true, "description": "Flags.\n",
            "properties": {"b": {"type": "boolean", "description": "B."}, "a": {"type": "boolean"}},
            "additionalProperties": {"type": "boolean"},
        });
        assert_eq!(
            lowered(schema).unwrap(),
            json!({
                "type": "object", "description": "Flags.\n\nDeclared names: `a`, `b`.",
                "additionalProperties": {"type": "boolean"},
            })
        );
    }

    #[test]
    fn another_type_among_them_is_warned_of_and_an_unstated_one_is_refused() {
        let mut mixed = json!({"components": {"schemas": {"Flags": {
            "type": "object", "x-map": true,
            "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "boolean"},
        }}}});
        let mut diagnostics = Diagnostics::default();
        mixed = lower(mixed, &mut diagnostics).unwrap();
        assert_eq!(
            mixed["components"]["schemas"]["Flags"].get("properties"),
            None
        );
        assert!(
            format!("{diagnostics:?}").contains("`a` is declared as another type"),
            "{diagnostics:?}"
        );
        assert!(lowered(json!({"type": "object", "x-map": true})).is_err());
    }
}
