//! Properties: renames properties and enumeration values whose identifiers would clash, and keeps their wire names.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::WIRE_NAMES;
use crate::names;
use crate::schema::{list_mut, map_of, text_of, texts, values_mut};

/// The document in which no two properties of an object, and no two values of an enumeration, become one identifier.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    for schema in values_mut(&mut document["components"], "schemas") {
        let mut renamed = Map::new();
        rename_properties(schema, &mut renamed);
        rename_values(schema, &mut renamed);
        if !renamed.is_empty() {
            schema[WIRE_NAMES] = Value::Object(renamed);
        }
    }
    Ok(())
}

fn rename_properties(schema: &mut Value, renamed: &mut Map<String, Value>) {
    let Some(properties) = map_of(schema, "properties").cloned() else {
        return;
    };
    // typify keeps further properties in a field of this name.
    let mut taken = BTreeSet::from(["extra".to_owned()]);
    let mut out = Map::new();
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut ordered: Vec<(String, Value)> = properties.into_iter().collect();
    // `type` goes before `$_type`: the more ordinary name keeps its identifier.
    ordered.sort_by_key(|(name, _)| match names::value_name(name) == *name {
        true => 0,
        false if name.chars().all(is_word) => 1,
        false => 2,
    });
    for (name, child) in ordered {
        let wanted = names::value_name(&name);
        let unique = names::unique(&wanted, &mut taken);
        if unique == wanted && name.is_ascii() {
            out.insert(name, child);
            continue;
        }
        for entry in list_mut(schema, "required").filter(|entry| **entry == name.as_str()) {
            *entry = json!(unique);
        }
        renamed.insert(unique.clone(), json!(name));
        out.insert(unique, child);
    }
    schema["properties"] = Value::Object(out);
}

fn rename_values(schema: &mut Value, renamed: &mut Map<String, Value>) {
    if schema.get("enum").is_none() || text_of(schema, "type") != Some("string") {
        return;
    }
    let stated = texts(schema, "enum");
    let mut taken = BTreeSet::new();
    let mut out = Vec::new();
    for value in &stated {
        let wanted = variant_name(value);
        // typify speaks these two itself, and not in a type's case.
        let spoken = ["+1", "-1"].contains(value);
        let has_letters = value.chars().any(|letter| letter.is_ascii_alphanumeric());
        if !spoken && value.is_ascii() && has_letters && taken.insert(wanted.clone()) {
            out.push(json!(value));
            continue;
        }
        let unique = names::numbered(&wanted, |name| {
            !stated.contains(&name) && taken.insert(name.to_owned())
        });
        renamed.insert(unique.clone(), json!(value));
        out.push(json!(unique));
    }
    schema["enum"] = Value::Array(out);
}

/// The variant that typify makes of a value; signs without a letter are spoken.
fn variant_name(value: &str) -> String {
    match value {
        "" => return "Empty".to_owned(),
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
    value
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
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    fn run(schema: Value) -> Value {
        let document = json!({"components": {"schemas": {"S": schema}}});
        after(lower, document, &mut Diagnostics::default()).unwrap()["components"]["schemas"]["S"]
            .clone()
    }

    #[test]
    fn clashing_properties_are_told_apart() {
        let lowered = run(
            json!({"type": "object", "required": ["$_type", "id"], "properties": {
            "type": {}, "$_type": {}, "fooBar": {}, "foo_bar": {}, "id": {}, "extra": {}, "名": {}}}),
        );
        assert_eq!(
            lowered[WIRE_NAMES],
            json!({"extra2": "extra", "foo_bar2": "fooBar", "ming": "名", "type2": "$_type"})
        );
        assert_eq!(lowered["required"], json!(["type2", "id"]));
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
