//! Properties and enumeration values whose identifiers would clash get identifiers of their own, and keep their wire names.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::WIRE_NAMES;
use crate::names;

/// The document in which no two properties of an object, and no two values of an enumeration, become one identifier.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let schemas = document["components"]["schemas"].as_object_mut();
    for schema in schemas
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
    {
        let mut renamed = Map::new();
        rename_properties(schema, &mut renamed);
        rename_values(schema, &mut renamed);
        if !renamed.is_empty() {
            schema.insert(WIRE_NAMES.to_owned(), Value::Object(renamed));
        }
    }
    Ok(document)
}

fn rename_properties(schema: &mut Map<String, Value>, renamed: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get("properties").cloned() else {
        return;
    };
    // typify keeps further properties in a field of this name.
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    let mut out = Map::new();
    let mut required: Vec<Value> = schema
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let (plain, mut odd): (Vec<_>, Vec<_>) = properties
        .into_iter()
        .partition(|(name, _)| names::value_name(name) == *name);
    // `type` goes before `$_type`: the more ordinary name keeps its identifier.
    odd.sort_by_key(|(name, _)| {
        !name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    });
    for (name, child) in plain.into_iter().chain(odd) {
        let wanted = names::value_name(&name);
        let unique = names::unique(&wanted, &mut taken);
        if unique == wanted && is_ascii(&name) {
            out.insert(name, child);
            continue;
        }
        for entry in required.iter_mut().filter(|entry| **entry == json!(name)) {
            *entry = json!(unique);
        }
        renamed.insert(unique.clone(), json!(name));
        out.insert(unique, child);
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    schema.insert("properties".to_owned(), Value::Object(out));
}

fn is_ascii(name: &str) -> bool {
    name.is_ascii()
}

fn rename_values(schema: &mut Map<String, Value>, renamed: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = schema.get("enum").cloned() else {
        return;
    };
    if schema.get("type") != Some(&json!("string")) {
        return;
    }
    let texts: BTreeSet<String> = values
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let mut taken = BTreeSet::new();
    let out = values
        .iter()
        .filter_map(Value::as_str)
        .map(|value| {
            let wanted = variant_name(value);
            // typify speaks these two itself, and not in a type's case.
            let spoken = ["+1", "-1"].contains(&value);
            if !spoken
                && is_ascii(value)
                && value.chars().any(|letter| letter.is_ascii_alphanumeric())
                && taken.insert(wanted.clone())
            {
                return json!(value);
            }
            let mut unique = names::unique(&wanted, &mut taken);
            while texts.contains(&unique) {
                unique = names::unique(&unique, &mut taken);
            }
            renamed.insert(unique.clone(), json!(value));
            json!(unique)
        })
        .collect();
    schema.insert("enum".to_owned(), Value::Array(out));
}

/// The variant that typify makes of a value; signs without a letter are spoken.
fn variant_name(value: &str) -> String {
    if value.is_empty() {
        return "Empty".to_owned();
    }
    match value {
        "+1" => return "Plus1".to_owned(),
        "-1" => return "Minus1".to_owned(),
        _ => {}
    }
    if value.chars().any(|letter| letter.is_ascii_alphanumeric()) {
        let name = names::type_name(value);
        // A variant may be called like a type of the language.
        return name
            .strip_suffix("Value")
            .filter(|short| value.to_pascal_case() == **short)
            .unwrap_or(&name)
            .to_owned();
    }
    let spoken: String = value
        .chars()
        .map(|letter| match letter {
            '<' => "Less",
            '>' => "Greater",
            '=' => "Equal",
            '+' => "Plus",
            '-' => "Minus",
            '*' => "Star",
            '!' => "Not",
            '/' => "Slash",
            '%' => "Percent",
            '_' => "Underscore",
            '.' => "Dot",
            ' ' => "Space",
            _ => "Sign",
        })
        .collect();
    spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(schema: Value) -> Value {
        let document = json!({"components": {"schemas": {"S": schema}}});
        lower(document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]["S"].clone()
    }

    #[test]
    fn clashing_properties_are_told_apart() {
        let lowered = run(
            json!({"type": "object", "required": ["$_type", "id"], "properties": {
            "type": {}, "$_type": {}, "fooBar": {}, "foo_bar": {}, "id": {}, "extra": {}, "名": {}}}),
        );
        assert_eq!(
            lowered[WIRE_NAMES],
            json!({"extra2": "extra", "foo_bar2": "fooBar", "type_2": "$_type", "x": "名"})
        );
        assert_eq!(lowered["required"], json!(["type_2", "id"]));
    }

    #[test]
    fn clashing_and_odd_values_are_told_apart() {
        let lowered =
            run(json!({"type": "string", "enum": ["asc", "ASC", "", ">=", "<", "1", "String"]}));
        assert_eq!(
            lowered["enum"],
            json!([
                "asc",
                "Asc2",
                "Empty",
                "GreaterEqual",
                "Less",
                "1",
                "String"
            ])
        );
        assert_eq!(
            lowered[WIRE_NAMES],
            json!({"Asc2": "ASC", "Empty": "", "GreaterEqual": ">=", "Less": "<"})
        );
    }
}
