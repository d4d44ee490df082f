//! Verifies that each component became a type and that each field has the type of its schema.

use std::collections::BTreeMap;

use quote::ToTokens;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, ItemStruct, Type};

use super::syntax::{InsideTypes, argument_of};
use crate::error::{Error, Result};
use crate::names::value_name;
use crate::rust_type::rust_type;
use crate::schema::{map_of, origin_or, texts, wire_names};

/// Compares the generated types with the document.
///
/// # Errors
/// A type or a field is missing, or has another type than its schema: a conversion or a rename failed.
pub(super) fn verify(types: &[Item], document: &Value) -> Result<()> {
    let mut found: BTreeMap<String, Option<&ItemStruct>> = BTreeMap::new();
    for item in types {
        match item {
            Item::Struct(item) => found.insert(item.ident.to_string(), Some(item)),
            Item::Enum(item) => found.insert(item.ident.to_string(), None),
            Item::Type(item) => found.insert(item.ident.to_string(), None),
            _ => None,
        };
    }
    for (name, component) in map_of(&document["components"], "schemas")
        .into_iter()
        .flatten()
    {
        let at = format!("/components/schemas/{name}");
        let at = origin_or(component, &at);
        let found = found.get(name);
        let item = found.ok_or_else(|| Error::at(at, format!("no type `{name}` was generated")))?;
        if let Some(item) = item {
            fields(component, at, item)?;
        }
    }
    Ok(())
}

fn fields(component: &Value, at: &str, item: &ItemStruct) -> Result<()> {
    let name = &item.ident;
    let required = texts(component, "required");
    for (property, schema) in map_of(component, "properties").into_iter().flatten() {
        let ident = value_name(property);
        let mut all = item.fields.iter();
        let Some(field) = all.find(|field| field.ident.as_ref().is_some_and(|own| *own == ident))
        else {
            let wire = wire_names(component);
            let wire = wire
                .get(property)
                .and_then(Value::as_str)
                .unwrap_or(property);
            return Err(Error::at(at, format!("`{name}` has no field for `{wire}`")));
        };
        let plain = rust_type(schema);
        let optional = format!("::std::option::Option<{plain}>");
        let is_required = required.contains(&property.as_str());
        let may_be_optional = !is_required && !plain.starts_with("::std::option::Option");
        let found = bare(field.ty.clone());
        let fits = |wanted: &str| syn::parse_str(wanted).is_ok_and(|wanted| bare(wanted) == found);
        if !(fits(&plain) || may_be_optional && fits(&optional)) {
            let found = found.to_token_stream().to_string().replace(' ', "");
            let reason = format!("`{name}.{ident}` became `{found}` and not `{plain}`");
            return Err(Error::at(origin_or(schema, at), reason));
        }
    }
    Ok(())
}

/// A type without `Box`, which breaks circles, and without the name of the module.
fn bare(mut found: Type) -> Type {
    struct Unbox;
    impl VisitMut for Unbox {
        fn visit_type_mut(&mut self, found: &mut Type) {
            if let Some(inner) = argument_of(found, "Box").cloned() {
                *found = inner;
            }
            visit_mut::visit_type_mut(self, found);
        }
    }
    Unbox.visit_type_mut(&mut found);
    InsideTypes.visit_type_mut(&mut found);
    found
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
        let file: syn::File = syn::parse_str(&format!("pub struct A {{ {fields} }}")).unwrap();
        verify(&file.items, &document())
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
        let failure = verify(&[], &document()).unwrap_err();
        assert!(failure.reason.contains("no type `A`"), "{failure}");
    }
}
