//! Verify: the generated types are the ones that the lowered document asks for, field by field.

use std::collections::BTreeMap;

use quote::ToTokens;
use serde_json::{Map, Value};
use syn::{Item, visit_mut::VisitMut};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{CHOICES, ORIGIN};
use crate::rust_type::rust_type;
use crate::schema::{is_true, map_of, origin, wire_names};
use crate::walk;

/// Compares the module with the document.
///
/// # Errors
/// A type is missing or a field has another type than its schema says: a conversion or a rename did not take place.
pub(crate) fn verify(module: &syn::File, document: &Value) -> Result<()> {
    let mut structs = BTreeMap::new();
    let mut names = Vec::new();
    let types = module.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    for item in types.map(|(_, items)| items.as_slice()).unwrap_or_default() {
        match item {
            Item::Struct(item) => {
                names.push(item.ident.to_string());
                structs.insert(item.ident.to_string(), item);
            }
            Item::Enum(item) => names.push(item.ident.to_string()),
            Item::Type(item) => names.push(item.ident.to_string()),
            _ => {}
        }
    }
    for (name, component) in map_of(&document["components"], "schemas")
        .into_iter()
        .flatten()
    {
        if !names.contains(name) {
            return Err(Error::at(
                place(component, name),
                format!("no type `{name}` was generated"),
            ));
        }
        if let (Some(properties), Some(item)) = (map_of(component, "properties"), structs.get(name))
        {
            fields(name, component, properties, item)?;
        }
    }
    Ok(())
}

fn place(component: &Value, name: &str) -> String {
    match origin(component) {
        "" => format!("/components/schemas/{name}"),
        stated => stated.to_owned(),
    }
}

fn fields(
    name: &str,
    component: &Value,
    properties: &Map<String, Value>,
    item: &syn::ItemStruct,
) -> Result<()> {
    let required = component
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let wire = wire_names(component);
    for (property, schema) in properties {
        let ident = crate::names::value_name(property);
        let Some(field) = item
            .fields
            .iter()
            .find(|field| field.ident.as_ref().is_some_and(|own| *own == ident))
        else {
            let wire = wire
                .get(property)
                .and_then(Value::as_str)
                .unwrap_or(property);
            return Err(Error::at(
                place(component, name),
                format!("`{name}` has no field for `{wire}`"),
            ));
        };
        let plain = rust_type(schema);
        let optional = !required.contains(&Value::String(property.clone()));
        let mut accepted = vec![plain.clone()];
        if optional && !is_true(schema, "nullable") {
            accepted.push(format!("::std::option::Option<{plain}>"));
        }
        let found = bare(&field.ty);
        if !accepted.iter().any(|wanted| {
            syn::parse_str::<syn::Type>(wanted).is_ok_and(|wanted| bare(&wanted) == found)
        }) {
            let at = if origin(schema).is_empty() {
                place(component, name)
            } else {
                origin(schema).to_owned()
            };
            return Err(Error::at(
                at,
                format!("`{name}.{ident}` became `{found}` and not `{plain}`"),
            ));
        }
    }
    Ok(())
}

/// A type as text, without `Box` (which breaks circles) and the module's name.
fn bare(found: &syn::Type) -> String {
    struct Unbox;
    impl VisitMut for Unbox {
        fn visit_type_mut(&mut self, found: &mut syn::Type) {
            if let syn::Type::Path(path) = found
                && let Some(last) = path.path.segments.last()
                && last.ident == "Box"
                && let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
                && let Some(syn::GenericArgument::Type(inner)) = arguments.args.first()
            {
                *found = inner.clone();
            }
            syn::visit_mut::visit_type_mut(self, found);
        }
    }
    let mut found = found.clone();
    Unbox.visit_type_mut(&mut found);
    found
        .to_token_stream()
        .to_string()
        .replace(' ', "")
        .replace("types::", "")
}

/// Places where a value may be any JSON, or a number would lose digits, and nobody said that this is meant.
///
/// # Errors
/// Where the types are to be `checked`, the first such place.
pub(crate) fn untyped_values(
    document: &Value,
    strict: bool,
    checked: bool,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let mut copy = document.clone();
    let mut found: Vec<(String, String)> = Vec::new();
    let all = ["::serde_json::Value", "f64", "f32", "chrono::", "uuid::"];
    // To the letter, a number is an `f64` and a time has a zone.
    let kinds = if strict { &all[..1] } else { &all[..] };
    let mut look = |schema: &mut Value, at: &str| {
        let own = rust_type(&without_insides(schema));
        for loose in kinds {
            if own.contains(loose)
                && !is_true(schema, "x-allow-any")
                && schema.get("properties").is_none()
                && schema.get("oneOf").is_none()
            {
                let at = if origin(schema).is_empty() {
                    at
                } else {
                    origin(schema)
                };
                found.push((at.to_owned(), loose.trim_matches(':').to_owned()));
            }
        }
        Ok(())
    };
    walk::walk_all(&mut copy, &mut look)?;
    for choice in copy
        .get_mut(CHOICES)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        walk::walk(choice, "", &mut look)?;
    }
    for (at, loose) in found {
        if checked {
            return Err(Error::at(
                at,
                format!(
                    "the type is `{loose}`; state a type in the overlay, or `x-allow-any: true`"
                ),
            ));
        }
        diagnostics.warn(at, format!("the type is not stated: it is `{loose}`"));
    }
    Ok(())
}

/// The schema's own type: what a list or map holds is looked at by itself.
fn without_insides(schema: &Value) -> Value {
    let mut own = schema.clone();
    if let Some(map) = own.as_object_mut() {
        let inside = serde_json::json!({"type": "boolean", ORIGIN: ""});
        for key in ["items", "additionalProperties"] {
            if map.get(key).is_some_and(Value::is_object) {
                map.insert(key.to_owned(), inside.clone());
            }
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({"components": {"schemas": {"A": {"type": "object", "required": ["n"], "properties": {
            "n": {"type": "integer", "x-origin": "/n"}, "at": {"type": "string", "format": "rust ::client_runtime::Timestamp"}}}}}})
    }

    fn check(fields: &str) -> Result<()> {
        let module =
            syn::parse_str(&format!("mod types {{ pub struct A {{ {fields} }} }}")).unwrap();
        verify(&module, &document())
    }

    #[test]
    fn each_field_has_the_type_of_its_schema() {
        check("n: i64, at: ::std::option::Option<::client_runtime::Timestamp>").unwrap();
        check("n: Box<i64>, at: Option<()>").unwrap_err();
        let failure =
            check("n: f64, at: ::std::option::Option<::client_runtime::Timestamp>").unwrap_err();
        assert_eq!(failure.to_string(), "#/n: `A.n` became `f64` and not `i64`");
        let failure = check("n: i64").unwrap_err();
        assert!(failure.reason.contains("no field for `at`"), "{failure}");
        let failure = verify(&syn::parse_str("mod types {}").unwrap(), &document()).unwrap_err();
        assert!(failure.reason.contains("no type `A`"), "{failure}");
    }

    #[test]
    fn a_value_of_any_type_is_found() {
        let document = json!({"components": {"schemas": {"A": {"type": "object", "properties": {
            "any": {"x-origin": "/any"}, "meant": {"x-allow-any": true}, "list": {"type": "array", "items": {"type": "object", "x-origin": "/item"}}}}}}});
        let mut diagnostics = Diagnostics::default();
        untyped_values(&document, false, false, &mut diagnostics).unwrap();
        let places: Vec<_> = diagnostics
            .warnings()
            .iter()
            .map(|warning| warning.pointer.clone())
            .collect();
        assert_eq!(places, ["#/any", "#/item"]);
        assert_eq!(
            untyped_values(&document, false, true, &mut diagnostics)
                .unwrap_err()
                .pointer,
            "#/any"
        );
    }
}
