//! Choices: the enumeration of a `oneOf`, which takes the branch that fits best and keeps what fits none.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::extension::{FIXED, KEYS};
use crate::names;
use crate::rust_type::rust_type;
use crate::schema::{map_of, origin, reference_of, text_of};

/// The enumerations of all choices, and what they share; nothing if there are none. `strict` refuses what fits no branch.
pub(crate) fn types(choices: &Map<String, Value>, strict: bool) -> Result<TokenStream> {
    if choices.is_empty() {
        return Ok(quote!());
    }
    let types = choices
        .iter()
        .map(|(name, choice)| one(name, choice, strict))
        .collect::<Result<Vec<_>>>()?;
    let fit = fit();
    Ok(quote!(#(#types)* #fit))
}

fn one(name: &str, choice: &Value, strict: bool) -> Result<TokenStream> {
    let ident = format_ident!("{name}");
    let doc = text_of(choice, "description").map_or_else(
        || format!("`{name}`: one of several types. The provider's document does not describe it."),
        str::to_owned,
    );
    let branches = choice
        .get("oneOf")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let described = choice
        .get("x-branches")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut taken = BTreeSet::from(["Other".to_owned()]);
    let (mut variants, mut fits, mut arms) = (Vec::new(), Vec::new(), Vec::new());
    for (index, branch) in branches.iter().enumerate() {
        let variant = format_ident!("{}", names::unique(&variant_name(branch), &mut taken));
        let plain: syn::Type = syn::parse_str(&rust_type(branch)).map_err(|error| {
            Error::at(
                origin(choice),
                format!("the type of a branch is no Rust: {error}"),
            )
        })?;
        let object = reference_of(branch).is_some();
        let held = if object {
            quote!(::std::boxed::Box<#plain>)
        } else {
            quote!(#plain)
        };
        let said = match reference_of(branch) {
            Some(name) => format!("[`{name}`]."),
            None => format!(
                "A value of type `{}`.",
                text_of(branch, "type").unwrap_or("any")
            ),
        };
        variants.push(quote!(#[doc = #said] #variant(#held)));
        let about = described.get(index).cloned().unwrap_or_default();
        fits.push(
            if object
                && about
                    .get(KEYS)
                    .and_then(Value::as_array)
                    .is_some_and(|keys| !keys.is_empty())
            {
                let keys = texts(about.get(KEYS));
                let fixed =
                    map_of(&about, FIXED)
                        .into_iter()
                        .flatten()
                        .map(|(property, values)| {
                            let values = texts(Some(values));
                            quote!((#property, &[#(#values),*]))
                        });
                quote!(fit(&raw, &[#(#keys),*], &[#(#fixed),*]))
            } else {
                quote!(::std::option::Option::Some(0))
            },
        );
        arms.push(quote! {
            #index => if let Ok(value) = ::serde_json::from_str(raw.get()) {
                return ::std::result::Result::Ok(Self::#variant(value));
            }
        });
    }
    let (other, end) = if strict {
        let message = format!("no variant of {name}");
        (
            quote!(),
            quote!(::std::result::Result::Err(<D::Error as ::serde::de::Error>::custom(#message))),
        )
    } else {
        (
            quote!(#[doc = "A value that fits none of them, as sent."] Other(::std::boxed::Box<::serde_json::value::RawValue>)),
            quote!(::std::result::Result::Ok(Self::Other(raw))),
        )
    };
    Ok(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, ::serde::Serialize)]
        #[serde(untagged)]
        pub enum #ident { #(#variants,)* #other }
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let raw = ::std::boxed::Box::<::serde_json::value::RawValue>::deserialize(deserializer)?;
                let fits = [#(#fits),*];
                for index in best_first(&fits) {
                    match index { #(#arms)* _ => {} }
                }
                #end
            }
        }
    })
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn variant_name(branch: &Value) -> String {
    let name = match (reference_of(branch), text_of(branch, "type")) {
        (Some(name), _) => return name.to_owned(),
        (_, Some("string")) if rust_type(branch).ends_with("Timestamp") => "Timestamp",
        (_, Some("string")) if rust_type(branch).ends_with("RawNumber") => "Number",
        (_, Some("string")) => "Text",
        (_, Some("integer")) => "Integer",
        (_, Some("number")) => "Number",
        (_, Some("boolean")) => "Boolean",
        (_, Some("array")) => "List",
        _ => "Map",
    };
    name.to_owned()
}

/// What all choices share.
fn fit() -> TokenStream {
    quote! {
        /// How many of an object's properties a branch declares; `None` where a fixed value differs, or it is no object.
        fn fit(
            raw: &::serde_json::value::RawValue,
            keys: &[&str],
            fixed: &[(&str, &[&str])],
        ) -> ::std::option::Option<usize> {
            let object: ::std::collections::BTreeMap<::std::string::String, &::serde_json::value::RawValue> =
                ::serde_json::from_str(raw.get()).ok()?;
            for (property, values) in fixed {
                if let ::std::option::Option::Some(sent) = object.get(*property) {
                    let sent: ::std::string::String = ::serde_json::from_str(sent.get()).ok()?;
                    if !values.contains(&sent.as_str()) {
                        return ::std::option::Option::None;
                    }
                }
            }
            ::std::option::Option::Some(object.keys().filter(|key| keys.contains(&key.as_str())).count())
        }
        /// The branches that may be meant, the best first.
        fn best_first(fits: &[::std::option::Option<usize>]) -> ::std::vec::Vec<usize> {
            let mut order: ::std::vec::Vec<usize> = (0..fits.len()).filter(|index| fits[*index].is_some()).collect();
            order.sort_by_key(|index| ::std::cmp::Reverse(fits[*index]));
            order
        }
    }
}
