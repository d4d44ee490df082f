//! Discriminators: says at each branch of a choice which values of the property mean it.
//!
//! The names of branches change in later passes, and aliases are dissolved; what stands at the branch stays with it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::FIXED;
use crate::schema::{
    components, dealiased, list_mut, map_of, reference_of, reference_to, remove, text_of,
};
use crate::walk;

/// The document whose branches carry [`FIXED`]; no schema has a `discriminator`.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    walk::walk_all(document, &mut |schema, _| {
        let discriminator = remove(schema, "discriminator").unwrap_or_default();
        let Some(property) = text_of(&discriminator, "propertyName") else {
            return Ok(());
        };
        let mapping = map_of(&discriminator, "mapping")
            .cloned()
            .unwrap_or_default();
        for key in ["oneOf", "anyOf"] {
            for branch in list_mut(schema, key) {
                if let Some(name) = reference_of(branch) {
                    let values = json!({ property: values(name, &mapping, &components) });
                    let reference = reference_to(name);
                    if branch.get("$ref").is_some() {
                        *branch = json!({ "allOf": [reference] });
                    }
                    branch[FIXED] = values;
                }
            }
        }
        Ok(())
    })
}

/// The values that mean a component: those mapped to it, or to what it is an alias of; without any, its name.
fn values(
    name: &str,
    mapping: &Map<String, Value>,
    components: &Map<String, Value>,
) -> Vec<String> {
    let mapped = |matches: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let is_meant = |target: &Value| {
            let target = target.as_str().unwrap_or_default();
            matches(target.trim_start_matches("#/components/schemas/"))
        };
        let meant = mapping.iter().filter(|(_, target)| is_meant(target));
        meant.map(|(value, _)| value.clone()).collect()
    };
    let mut values = mapped(&|target| target == name);
    if values.is_empty() {
        let own = dealiased(name, components);
        values = mapped(&|target| dealiased(target, components) == own);
    }
    if values.is_empty() {
        values.insert(name.to_owned());
    }
    values.into_iter().collect()
}
