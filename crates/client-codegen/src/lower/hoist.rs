//! Hoist: each inline object, enumeration and choice becomes a component with a readable name of its own.
//!
//! progenitor gives all inline bodies of an operation one name, and typify merges what has one name.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::{ERRORS, WIRE_NAME};
use crate::names;
use crate::schema::{
    annotated, components, list_mut, map_of, reference_of, reference_to, same, text_of,
};
use crate::walk;

/// The document in which only named components have properties, enumerations or alternatives.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let components = components(&document);
    let mut hoister = Hoister {
        taken: components.keys().cloned().collect(),
        made: Map::new(),
    };
    let mut kept = Map::new();
    for (name, mut component) in components {
        hoister.inside(&mut component, &name);
        kept.insert(name, component);
    }
    walk::operations(&mut document, &mut |_, _, operation, _| {
        let id = text_of(operation, "operationId")
            .unwrap_or_default()
            .to_pascal_case();
        for parameter in list_mut(operation, "parameters") {
            let wire = text_of(parameter, WIRE_NAME)
                .unwrap_or_default()
                .to_pascal_case();
            if let Some(schema) = parameter.get_mut("schema") {
                hoister.place(schema, &format!("{id}{wire}"));
            }
        }
        for (holder, suffix) in [("requestBody", "Request"), ("responses", "Response")] {
            let Some(held) = operation.get_mut(holder) else {
                continue;
            };
            let at = format!("/{holder}");
            // The successes of an operation have one body, which is written under each status.
            let mut placed: Option<(Value, Value)> = None;
            let body = |schema: &mut Value, _: &str| {
                match &placed {
                    Some((before, after)) if *before == *schema => *schema = after.clone(),
                    _ => {
                        let before = schema.clone();
                        hoister.place(schema, &format!("{id}{suffix}"));
                        placed = Some((before, schema.clone()));
                    }
                }
                Ok(())
            };
            let mut one = json!({ holder: held.take() });
            walk::in_operation(&mut one, &at, &mut { body })?;
            *held = one[holder].take();
        }
        errors(operation, &id, &mut hoister);
        Ok(())
    })?;
    kept.extend(hoister.made);
    document["components"]["schemas"] = Value::Object(kept);
    Ok(document)
}

/// Equal error bodies are one type; several different inline ones are told apart by their status.
fn errors(operation: &mut Value, id: &str, hoister: &mut Hoister) {
    let Some(Value::Array(list)) = operation.get_mut(ERRORS) else {
        return;
    };
    let mut seen: Vec<(Value, Value)> = Vec::new();
    let inline = list
        .iter()
        .filter(|entry| reference_of(&entry["schema"]).is_none());
    let different = {
        let mut kinds: Vec<&Value> = Vec::new();
        for entry in inline {
            if !kinds.iter().any(|other| same(other, &entry["schema"])) {
                kinds.push(&entry["schema"]);
            }
        }
        kinds.len()
    };
    for entry in list {
        let before = entry["schema"].clone();
        if let Some((_, after)) = seen.iter().find(|(other, _)| same(other, &before)) {
            entry["schema"] = after.clone();
            continue;
        }
        let status = text_of(entry, "status")
            .unwrap_or_default()
            .to_pascal_case();
        let name = if different > 1 {
            format!("{id}Error{status}")
        } else {
            format!("{id}Error")
        };
        hoister.place(&mut entry["schema"], &name);
        seen.push((before, entry["schema"].clone()));
    }
}

struct Hoister {
    taken: BTreeSet<String>,
    made: Map<String, Value>,
}

impl Hoister {
    /// Hoists `schema` if it needs a name, and what is inside it.
    fn place(&mut self, schema: &mut Value, wanted: &str) {
        if reference_of(schema).is_some() {
            return;
        }
        if !needs_name(schema) {
            self.inside(schema, wanted);
            return;
        }
        let title = text_of(schema, "title")
            .map(names::type_name)
            .filter(|name| name.len() > 1 && !self.taken.contains(name));
        let titled = title.is_some();
        let name = names::unique(
            &title.unwrap_or_else(|| names::type_name(wanted)),
            &mut self.taken,
        );
        // `ListThingsResponse` lists `ListThingsItem`s, not `ListThingsResponseItem`s.
        let base = if titled {
            name.as_str()
        } else {
            name.strip_suffix("Response").unwrap_or(&name)
        };
        let mut component = schema.take();
        self.inside(&mut component, base);
        let mut site = Map::new();
        for key in [
            "nullable",
            "description",
            "deprecated",
            "readOnly",
            "writeOnly",
        ] {
            if let Some(value) = component.get(key) {
                site.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(map) = component.as_object_mut() {
            map.remove("nullable");
        }
        self.made.insert(name.clone(), component);
        *schema = annotated(&reference_to(&name), &site);
    }

    fn inside(&mut self, schema: &mut Value, base: &str) {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        if let Some(Value::Object(properties)) = map.get_mut("properties") {
            for (property, child) in properties {
                self.place(
                    child,
                    &format!("{base}{}", names::words(property).trim_end_matches('_')),
                );
            }
        }
        if let Some(items) = map.get_mut("items") {
            self.place(items, &names::type_name(&names::singular(base)));
        }
        if let Some(values @ Value::Object(_)) = map.get_mut("additionalProperties") {
            self.place(values, &format!("{base}Value"));
        }
        if let Some(Value::Array(branches)) = map.get_mut("oneOf") {
            for (index, branch) in branches.iter_mut().enumerate() {
                self.place(branch, &format!("{base}Variant{}", index + 1));
            }
        }
    }
}

fn needs_name(schema: &Value) -> bool {
    let has_properties = map_of(schema, "properties").is_some_and(|all| !all.is_empty());
    let enumerated = schema.get("enum").is_some() && text_of(schema, "type") == Some("string");
    has_properties || enumerated || schema.get("oneOf").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let lowered = lower(document, &mut Diagnostics::default()).unwrap();
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
