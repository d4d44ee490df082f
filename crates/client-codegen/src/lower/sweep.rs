//! Sweep: removes components to which nothing refers.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::{Diagnostics, Result};
use crate::reach::{closure, referred};
use crate::schema::components;

/// The document with only the schemas that its operations reach.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    let mut start = BTreeSet::new();
    referred(&document["paths"], &mut start);
    let reached = closure(&components, start);
    let kept: Map<String, Value> = components
        .into_iter()
        .filter(|(name, _)| reached.contains(name))
        .collect();
    document["components"]["schemas"] = Value::Object(kept);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::after;

    #[test]
    fn what_is_not_reached_goes() {
        let document = json!({
            "paths": {"/a": {"get": {"x": {"$ref": "#/components/schemas/A"}}}},
            "components": {"schemas": {
                "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
                "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
                "C": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}}}
        });
        let lowered = after(lower, document, &mut Diagnostics::default()).unwrap();
        let names: Vec<_> = lowered["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(names, ["A", "B"]);
    }
}
