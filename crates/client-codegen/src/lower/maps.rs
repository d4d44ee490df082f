//! Maps: turns an object with an open set of names (`x-map: true` in the overlay) into a map.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{OPEN_SET, ORIGIN, is_among};
use crate::schema::{is_true, map_of, origin, origin_or, text_of};
use crate::walk;

/// The document in which such objects are maps. The declared names stand in the description.
///
/// # Errors
/// The type of the values is not stated.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    walk::walk_all(document, &mut |schema, _| {
        if is_true(schema, OPEN_SET) {
            open(schema, diagnostics)?;
        }
        Ok(())
    })
}

fn open(schema: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let at = origin(schema);
    let values = schema.get("additionalProperties");
    let Some(values) = values.filter(|values| values.is_object()) else {
        let reason = "`x-map` needs `additionalProperties` with the type of the values";
        return Err(Error::at(at, reason));
    };
    let declared = map_of(schema, "properties").into_iter().flatten();
    let mut names = Vec::new();
    for (name, property) in declared {
        if bare(property) != bare(values) {
            let reason = "is declared as another type than the other values of the map";
            diagnostics.warn(origin_or(property, at), format!("`{name}` {reason}"));
        }
        names.push(format!("`{name}`"));
    }
    if !names.is_empty() {
        let before = text_of(schema, "description")
            .unwrap_or_default()
            .trim_end();
        let gap = if before.is_empty() { "" } else { "\n\n" };
        let description = format!("{before}{gap}Declared names: {}.", names.join(", "));
        schema["description"] = json!(description);
    }
    if let Some(map) = schema.as_object_mut() {
        map.retain(|key, _| !is_among(key, "x-map properties required"));
    }
    Ok(())
}

/// A schema without what says nothing about its type.
fn bare(schema: &Value) -> Value {
    let mut bare = schema.clone();
    if let Some(map) = bare.as_object_mut() {
        let annotations = "description title example default nullable";
        map.retain(|key, _| key != ORIGIN && !is_among(key, annotations));
    }
    bare
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::after;

    fn lowered(schema: Value) -> Result<Value> {
        let document = json!({"components": {"schemas": {"Flags": schema}}});
        after(lower, document, &mut Diagnostics::default())
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
        mixed = after(lower, mixed, &mut diagnostics).unwrap();
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
