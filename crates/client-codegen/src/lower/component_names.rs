//! Component names: makes them unique type names that do not clash with those of the generated code.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::error::{Diagnostics, Result};
use crate::names;
use crate::schema::{components, everywhere, reference_to, target_of};

/// The document whose schemas are called as their types will be.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    let mut names: Vec<&String> = components.keys().collect();
    // Names that are types already are not pushed aside by names that only become so.
    names.sort_by_key(|name| names::type_name(name) != **name);
    let mut taken = BTreeSet::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for name in names {
        let wanted = names::type_name(name);
        let unique = names::unique(&wanted, &mut taken);
        if unique != wanted {
            let at = format!("/components/schemas/{name}");
            diagnostics.warn(
                at,
                format!("the type name `{wanted}` is taken: it is `{unique}`"),
            );
        }
        renamed.insert(name.clone(), unique);
    }
    let kept: Map<String, Value> = components
        .into_iter()
        .map(|(name, schema)| (renamed[&name].clone(), schema))
        .collect();
    document["components"]["schemas"] = Value::Object(kept);
    everywhere(document, &mut |value| {
        if let Some(new) = target_of(value).and_then(|name| renamed.get(name)) {
            value["$ref"] = reference_to(new)["$ref"].take();
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::after;

    #[test]
    fn names_are_types_and_references_follow() {
        let document = json!({
            "paths": {"/a": {"$ref": "#/components/schemas/String"}},
            "components": {"schemas": {
                "account-list": {"$ref": "#/components/schemas/accountList"}, "accountList": {}, "AccountList": {}, "String": {}}}
        });
        let mut diagnostics = Diagnostics::default();
        let lowered = after(lower, document, &mut diagnostics).unwrap();
        assert_eq!(
            lowered["paths"]["/a"]["$ref"],
            "#/components/schemas/StringValue"
        );
        let schemas = lowered["components"]["schemas"].as_object().unwrap();
        assert_eq!(
            schemas.keys().collect::<Vec<_>>(),
            ["AccountList", "AccountList2", "AccountList3", "StringValue"]
        );
        assert_eq!(
            schemas["AccountList2"]["$ref"],
            "#/components/schemas/AccountList3"
        );
        assert_eq!(diagnostics.warnings().len(), 2);
    }
}
