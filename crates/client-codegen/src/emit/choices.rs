//! Generates an enum for each `oneOf`: it takes the branch that fits best and keeps a value that fits none.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::extension::{CHOICES, FIXED, KEYS};
use crate::names;
use crate::rust_type::rust_type;
use crate::schema::{list, map_of, origin, reference_of, text_of, texts};

/// Generates the enums of a document's choices. With `strict`, a value that fits no branch is an error.
///
/// # Errors
/// The type of a branch is not valid Rust.
pub(super) fn types(document: &Value, strict: bool) -> Result<Vec<syn::Item>> {
    let choices = map_of(document, CHOICES).into_iter().flatten();
    let code: TokenStream = choices
        .map(|(name, choice)| enumeration(name, choice, strict))
        .collect::<Result<_>>()?;
    let file: syn::File = syn::parse2(code)
        .map_err(|error| Error::at("", format!("a choice is not valid Rust: {error}")))?;
    Ok(file.items)
}

fn enumeration(name: &str, choice: &Value, strict: bool) -> Result<TokenStream> {
    let ident = format_ident!("{name}");
    let doc = text_of(choice, "description").map(|text| quote!(#[doc = #text]));
    let (mut variants, mut branches, mut arms) = (Vec::new(), Vec::new(), Vec::new());
    let mut taken = BTreeSet::from(["Other".to_owned()]);
    for (index, schema) in list(choice, "oneOf").iter().enumerate() {
        let variant = format_ident!("{}", names::unique(&variant_name(schema), &mut taken));
        let described = list(choice, "x-branches")
            .get(index)
            .unwrap_or(&Value::Null);
        variants.push(variant_of(choice, schema, &variant)?);
        branches.push(branch(schema, described));
        arms.push(quote! {
            #index => if let Ok(value) = ::serde_json::from_str(raw.get()) {
                return Ok(Self::#variant(value));
            }
        });
    }
    let (other, end) = if strict {
        let message = format!("no variant of {name}");
        (
            None,
            quote!(Err(<D::Error as ::serde::de::Error>::custom(#message))),
        )
    } else {
        let other = quote! {
            /// A value that fits none of them, as sent.
            Other(::std::boxed::Box<::serde_json::value::RawValue>)
        };
        (Some(other), quote!(Ok(Self::Other(raw))))
    };
    Ok(quote! {
        #doc
        #[derive(Clone, Debug, ::serde::Serialize)]
        #[serde(untagged)]
        pub enum #ident { #(#variants,)* #other }
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let raw = ::std::boxed::Box::<::serde_json::value::RawValue>::deserialize(deserializer)?;
                for index in ::client_runtime::best_branches(&raw, &[#(#branches),*]) {
                    match index { #(#arms)* _ => {} }
                }
                #end
            }
        }
    })
}

fn variant_of(choice: &Value, schema: &Value, variant: &Ident) -> Result<TokenStream> {
    let held: syn::Type = syn::parse_str(&rust_type(schema)).map_err(|error| {
        Error::at(
            origin(choice),
            format!("the type of a branch is not valid Rust: {error}"),
        )
    })?;
    Ok(match reference_of(schema) {
        // A choice may hold itself.
        Some(_) => quote!(#variant(::std::boxed::Box<#held>)),
        None => quote!(#variant(#held)),
    })
}

/// The branch as the runtime compares it with a value; `None` accepts any value.
fn branch(schema: &Value, described: &Value) -> TokenStream {
    let keys = texts(described, KEYS);
    if reference_of(schema).is_none() || keys.is_empty() {
        return quote!(None);
    }
    let fixed = map_of(described, FIXED).into_iter().flatten();
    let fixed = fixed.map(|(property, _)| {
        let values = texts(&described[FIXED], property);
        quote!((#property, &[#(#values),*]))
    });
    quote!(Some(::client_runtime::Branch { keys: &[#(#keys),*], fixed: &[#(#fixed),*] }))
}

fn variant_name(schema: &Value) -> String {
    let name = match (reference_of(schema), text_of(schema, "type")) {
        (Some(name), _) => name,
        (_, Some("string")) if rust_type(schema).ends_with("Timestamp") => "Timestamp",
        (_, Some("string")) if rust_type(schema).ends_with("RawNumber") => "Number",
        (_, Some("string")) => "Text",
        (_, Some("integer")) => "Integer",
        (_, Some("number")) => "Number",
        (_, Some("boolean")) => "Boolean",
        (_, Some("array")) => "List",
        _ => "Map",
    };
    name.to_owned()
}
