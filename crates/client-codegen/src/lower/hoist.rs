//! Hoist: turns each inline object, enumeration and choice into a component with a readable name.
//!
//! typify merges inline types of the same name.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value};

use crate::error::{Diagnostics, Result};
use crate::extension::{ERRORS, WIRE_NAME};
use crate::names;
use crate::schema::{
    annotated, components, is_type, list, list_mut, picked, reference_of, reference_to, remove,
    same, text_of, values_mut,
};
use crate::walk;

/// The document in which only named components have properties, enumerations or alternatives.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let mut kept = components(document);
    let mut hoister = Hoister {
        taken: kept.keys().cloned().collect(),
        made: Map::new(),
    };
    for (name, component) in kept.iter_mut() {
        hoister.inside(component, name);
    }
    walk::operations(document, &mut |_, _, operation, _| {
        let pascal = |value: &Value, key| text_of(value, key).unwrap_or_default().to_pascal_case();
        let id = pascal(operation, "operationId");
        for parameter in list_mut(operation, "parameters") {
            let name = format!("{id}{}", pascal(parameter, WIRE_NAME));
            if let Some(schema) = parameter.get_mut("schema") {
                hoister.place(schema, &name);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            hoister.body(body, &format!("{id}Request"));
        }
        for response in values_mut(operation, "responses") {
            hoister.body(response, &format!("{id}Response"));
        }
        hoister.errors(operation, &id);
        Ok(())
    })?;
    kept.extend(hoister.made);
    document["components"]["schemas"] = Value::Object(kept);
    Ok(())
}

struct Hoister {
    taken: BTreeSet<String>,
    made: Map<String, Value>,
}

impl Hoister {
    /// Hoists the schema of a body's only media type.
    fn body(&mut self, holder: &mut Value, wanted: &str) {
        for media in values_mut(holder, "content") {
            if let Some(schema) = media.get_mut("schema") {
                self.place(schema, wanted);
            }
        }
    }

    /// Equal error bodies are one type; several different inline ones are told apart by their status.
    fn errors(&mut self, operation: &mut Value, id: &str) {
        let mut kinds: Vec<&Value> = Vec::new();
        for entry in list(operation, ERRORS) {
            let schema = &entry["schema"];
            if reference_of(schema).is_none() && !kinds.iter().any(|other| same(other, schema)) {
                kinds.push(schema);
            }
        }
        let different = kinds.len() > 1;
        let mut seen: Vec<(Value, Value)> = Vec::new();
        for entry in list_mut(operation, ERRORS) {
            let status = text_of(entry, "status")
                .unwrap_or_default()
                .to_pascal_case();
            let status = if different { status } else { String::new() };
            let schema = &mut entry["schema"];
            if let Some((_, after)) = seen.iter().find(|(other, _)| same(other, schema)) {
                *schema = after.clone();
                continue;
            }
            let before = schema.clone();
            self.place(schema, &format!("{id}Error{status}"));
            seen.push((before, schema.clone()));
        }
    }

    /// Hoists `schema` if it needs a name, and what is inside it.
    fn place(&mut self, schema: &mut Value, wanted: &str) {
        if reference_of(schema).is_some() {
            return;
        }
        if !is_type(schema) {
            self.inside(schema, wanted);
            return;
        }
        let title = text_of(schema, "title")
            .map(names::type_name)
            .filter(|name| name.len() > 1 && !self.taken.contains(name));
        let titled = title.is_some();
        let wanted = title.unwrap_or_else(|| names::type_name(wanted));
        let name = names::unique(&wanted, &mut self.taken);
        // `ListThingsResponse` lists `ListThingsItem`s, not `ListThingsResponseItem`s.
        let base = match name.strip_suffix("Response") {
            Some(base) if !titled => base,
            _ => &name,
        };
        let mut component = schema.take();
        self.inside(&mut component, base);
        let words = "nullable description deprecated readOnly writeOnly x-fixed";
        *schema = annotated(&reference_to(&name), &picked(&component, words));
        remove(&mut component, "nullable");
        self.made.insert(name, component);
    }

    fn inside(&mut self, schema: &mut Value, base: &str) {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (property, child) in properties.into_iter().flatten() {
            let words = names::words(property);
            self.place(child, &format!("{base}{}", words.trim_end_matches('_')));
        }
        if let Some(items) = schema.get_mut("items") {
            self.place(items, &names::type_name(&names::singular(base)));
        }
        let values = schema.get_mut("additionalProperties");
        if let Some(values) = values.filter(|values| values.is_object()) {
            self.place(values, &format!("{base}Value"));
        }
        for (index, branch) in list_mut(schema, "oneOf").enumerate() {
            self.place(branch, &format!("{base}Variant{}", index + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::after;

    #[test]
    fn inline_schemas_get_readable_names() {
        let body = |schema: Value| json!({"description": "", "content": {"application/json": {"schema": schema}}});
        let document = json!({
            "paths": {"/a": {"get": {
                "operationId": "list_accounts",
                "parameters": [{"name": "status", "x-wire-name": "status", "in": "query", "schema": {"type": "string", "enum": ["a"]}}],
                "responses": {"200": body(json!({"type": "object", "properties": {
                    "accounts": {"type": "array", "items": {"type": "object", "nullable": true, "properties": {
                        "owner": {"title": "Owner", "type": "object", "properties": {"id": {"type": "string"}}}}}},
                    "kind": {"type": "string", "enum": ["x"], "description": "which"}}}))},
                "x-errors": [
                    {"status": "400", "schema": {"type": "object", "properties": {"a": {}}}},
                    {"status": "401", "schema": {"type": "object", "properties": {"a": {}}}},
                    {"status": "500", "schema": {"type": "object", "properties": {"b": {}}}}]
            }}},
            "components": {"schemas": {"ListAccountsError400": {"type": "string"}}}
        });
        let lowered = after(lower, document, &mut Diagnostics::default()).unwrap();
        let names: Vec<_> = lowered["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(
            names,
            [
                "ListAccountsAccount",
                "ListAccountsError400",
                "ListAccountsError4002",
                "ListAccountsError500",
                "ListAccountsKind",
                "ListAccountsResponse",
                "ListAccountsStatus",
                "Owner"
            ]
        );
        let response = &lowered["components"]["schemas"]["ListAccountsResponse"];
        assert_eq!(response["properties"]["kind"]["description"], "which");
        assert_eq!(
            response["properties"]["accounts"]["items"]["nullable"],
            true
        );
        let errors = &lowered["paths"]["/a"]["get"]["x-errors"];
        assert_eq!(
            errors[0],
            json!({"status": "400", "schema": {"$ref": "#/components/schemas/ListAccountsError4002"}})
        );
        assert_eq!(errors[0]["schema"], errors[1]["schema"]);
    }
}
