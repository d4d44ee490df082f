//! Component names become type names: identifiers, unique, and none that generated code needs for itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::names;
use crate::schema::components;

/// The document whose schemas are called as their types will be.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    let components = components(&document);
    let mut taken = BTreeSet::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    // Names that are types already are not pushed aside by names that only become so.
    let (exact, other): (Vec<&String>, Vec<&String>) = components
        .keys()
        .partition(|name| names::type_name(name) == **name);
    for name in exact.into_iter().chain(other) {
        let wanted = names::type_name(name);
        let unique = names::unique(&wanted, &mut taken);
        if unique != wanted {
            diagnostics.warn(
                format!("/components/schemas/{name}"),
                format!("the type name `{wanted}` is taken: it is `{unique}`"),
            );
        }
        renamed.insert(name.clone(), unique);
    }
    let kept: Map<String, Value> = components
        .into_iter()
        .map(|(name, schema)| (renamed.get(&name).cloned().unwrap_or(name), schema))
        .collect();
    document["components"]["schemas"] = Value::Object(kept);
    rewrite(&mut document, &renamed);
    Ok(document)
}

fn rewrite(value: &mut Value, renamed: &BTreeMap<String, String>) {
    let target = |text: &str| {
        let name = text.strip_prefix("#/components/schemas/").unwrap_or(text);
        renamed
            .get(name)
            .map(|name| json!(format!("#/components/schemas/{name}")))
    };
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref")
                && let Some(new) = target(reference)
            {
                map.insert("$ref".to_owned(), new);
            }
            let mapping = map
                .get_mut("discriminator")
                .and_then(|found| found.get_mut("mapping"));
            for entry in mapping
                .and_then(Value::as_object_mut)
                .into_iter()
                .flat_map(Map::values_mut)
            {
                if let Some(new) = entry.as_str().and_then(target) {
                    *entry = new;
                }
            }
            map.values_mut().for_each(|child| rewrite(child, renamed));
        }
        Value::Array(items) => items.iter_mut().for_each(|child| rewrite(child, renamed)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_types_and_references_follow() {
        let document = json!({
            "paths": {"/a": {"$ref": "#/components/schemas/String"}},
            "components": {"schemas": {
                "account-list": {"$ref": "#/components/schemas/accountList"}, "accountList": {}, "AccountList": {}, "String": {},
                "K": {"discriminator": {"mapping": {"a": "String", "b": "#/components/schemas/accountList"}}}}}
        });
        let mut diagnostics = Diagnostics::default();
        let lowered = lower(document, &mut diagnostics).unwrap();
        assert_eq!(
            lowered["paths"]["/a"]["$ref"],
            "#/components/schemas/StringValue"
        );
        let schemas = lowered["components"]["schemas"].as_object().unwrap();
        assert_eq!(
            schemas.keys().collect::<Vec<_>>(),
            [
                "AccountList",
                "AccountList2",
                "AccountList3",
                "K",
                "StringValue"
            ]
        );
        assert_eq!(
            schemas["AccountList2"]["$ref"],
            "#/components/schemas/AccountList3"
        );
        assert_eq!(
            schemas["K"]["discriminator"]["mapping"]["b"],
            "#/components/schemas/AccountList3"
        );
        assert_eq!(diagnostics.warnings().len(), 2);
    }
}
