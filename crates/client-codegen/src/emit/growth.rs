//! Lets response types grow: they are `#[non_exhaustive]`, and have a `Default` where each required field has one.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::Value;
use syn::{Fields, Item, ItemStruct, Meta, Type, parse_quote};

use super::syntax::type_name;
use crate::reach::{closure, referred};
use crate::schema::components;

/// Types with a default value, by their last name.
const DEFAULTS: &str = "Option OrFalse Presence Vec String Map Value bool f64 i64 u64 HashMap";

/// Marks the types that no request sends, so that a new field breaks no caller, and derives `Default`.
pub(super) fn allow(types: &mut [Item], document: &Value) {
    derive_defaults(types);
    let sent = sent(document);
    for item in types.iter_mut() {
        match item {
            Item::Struct(item)
                if matches!(item.fields, Fields::Named(_))
                    && !sent.contains(&item.ident.to_string()) =>
            {
                item.attrs.push(parse_quote!(#[non_exhaustive]));
            }
            _ => {}
        }
    }
}

/// Derives `Default` for one struct after the other, until no further one has only fields with defaults.
fn derive_defaults(types: &mut [Item]) {
    let mut known: BTreeSet<String> = DEFAULTS.split(' ').map(str::to_owned).collect();
    known.extend(types.iter().filter_map(implements_default));
    loop {
        let count = known.len();
        for item in types.iter_mut() {
            let Item::Struct(item) = item else { continue };
            let has_default =
                |found: &Type| type_name(found).is_some_and(|name| known.contains(&name));
            if !known.contains(&item.ident.to_string())
                && item.fields.iter().all(|field| has_default(&field.ty))
            {
                derive_default(item);
                known.insert(item.ident.to_string());
            }
        }
        if known.len() == count {
            return;
        }
    }
}

/// The type for which an item implements `Default`.
fn implements_default(item: &Item) -> Option<String> {
    let Item::Impl(item) = item else { return None };
    let (path, _) = item.trait_.as_ref()?;
    let is_default = path.segments.last()?.ident == "Default";
    type_name(&item.self_ty).filter(|_| is_default)
}

fn derive_default(item: &mut ItemStruct) {
    for attribute in &mut item.attrs {
        if let Meta::List(derive) = &mut attribute.meta
            && derive.path.is_ident("derive")
        {
            if !derive.tokens.to_string().contains("Default") {
                derive.tokens.extend(quote!(, Default));
            }
            return;
        }
    }
}

/// The components that requests send, by name.
fn sent(document: &Value) -> BTreeSet<String> {
    let mut bodies = BTreeSet::new();
    for (_, _, operation) in super::operations::values(document) {
        referred(&operation["requestBody"], &mut bodies);
    }
    closure(&components(document), bodies)
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_can_grow_and_requests_can_be_written() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({
            "paths": {"/a": {"post": {"operationId": "make", "requestBody":
                {"content": {"application/json": {"schema": reference("New")}}}}}},
            "components": {"schemas": {"New": {"properties": {"inner": reference("Inner")}}, "Inner": {}}}
        });
        let code = "
            #[derive(Debug)] pub struct Outer { inner: Inner, list: Vec<Word> }
            #[derive(Debug)] pub struct Inner { name: ::std::string::String }
            #[derive(Debug)] pub struct New { inner: Inner }
            #[derive(Debug)] pub struct Fixed { word: Word }
            pub enum Word { A }";
        let mut types = syn::parse_str::<syn::File>(code).unwrap().items;
        allow(&mut types, &document);
        let marks: Vec<String> = types
            .iter()
            .filter_map(|item| match item {
                Item::Struct(item) => Some(format!(
                    "{} default {} grows {}",
                    item.ident,
                    item.to_token_stream().to_string().contains("Default"),
                    item.attrs.len() > 1
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            marks,
            [
                "Outer default true grows true",
                "Inner default true grows false",
                "New default true grows false",
                "Fixed default false grows true"
            ]
        );
    }
}
