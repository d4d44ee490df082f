//! Finds values to which the lowered document gives no type, or a type that loses digits.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{CHOICES, ORIGIN};
use crate::rust_type::rust_type;
use crate::schema::{is_true, origin_or, values_mut};
use crate::walk;

/// Warns of values that may be any JSON or lose digits, unless the document says that this is meant.
///
/// # Errors
/// With `checked`, the first such value.
pub(super) fn find(
    document: &Value,
    strict: bool,
    checked: bool,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let mut copy = document.clone();
    let mut found: Vec<(String, String)> = Vec::new();
    let all = ["::serde_json::Value", "f64", "f32", "chrono::", "uuid::"];
    // A strict client has `f64` numbers and times with a zone.
    let kinds = if strict { &all[..1] } else { &all[..] };
    let mut look = |schema: &mut Value, at: &str| {
        let is_meant = is_true(schema, "x-allow-any")
            || schema.get("properties").is_some()
            || schema.get("oneOf").is_some();
        let own = rust_type(&without_insides(schema));
        for loose in kinds
            .iter()
            .filter(|loose| !is_meant && own.contains(**loose))
        {
            found.push((
                origin_or(schema, at).to_owned(),
                loose.trim_matches(':').to_owned(),
            ));
        }
        Ok(())
    };
    walk::walk_all(&mut copy, &mut look)?;
    for choice in values_mut(&mut copy, CHOICES) {
        walk::walk(choice, "", &mut look)?;
    }
    for (at, loose) in found {
        if checked {
            let reason = format!(
                "the type is `{loose}`; state a type in the overlay, or `x-allow-any: true`"
            );
            return Err(Error::at(at, reason));
        }
        diagnostics.warn(at, format!("the type is not stated: it is `{loose}`"));
    }
    Ok(())
}

/// The schema without its elements, which are visited on their own.
fn without_insides(schema: &Value) -> Value {
    let mut own = schema.clone();
    for key in ["items", "additionalProperties"] {
        if schema.get(key).is_some_and(Value::is_object) {
            own[key] = json!({"type": "boolean", ORIGIN: ""});
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_of_any_type_is_found() {
        let document = json!({"components": {"schemas": {"A": {"type": "object", "properties": {
            "any": {"x-origin": "/any"}, "meant": {"x-allow-any": true}, "list": {"type": "array", "items": {"type": "object", "x-origin": "/item"}}}}}}});
        let mut diagnostics = Diagnostics::default();
        find(&document, false, false, &mut diagnostics).unwrap();
        let places: Vec<_> = diagnostics
            .warnings()
            .iter()
            .map(|warning| warning.pointer.clone())
            .collect();
        assert_eq!(places, ["#/any", "#/item"]);
        assert_eq!(
            find(&document, false, true, &mut diagnostics)
                .unwrap_err()
                .pointer,
            "#/any"
        );
    }
}
