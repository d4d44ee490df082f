//! Helpers that read and change Rust syntax: types, literals, attributes.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, Field, GenericArgument, Item, Lit, LitStr, Meta, PathArguments, Token, Type,
};

use crate::names::value_name;

/// The name of a type without its path: `Option` of `::std::option::Option<i64>`.
pub(super) fn type_name(found: &Type) -> Option<String> {
    match found {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        _ => None,
    }
}

/// `T`, if the type is `<name><T>` or begins with it: `T` of `Result<T, E>`.
pub(super) fn argument_of<'a>(found: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = found else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == name => Some(inner),
        _ => None,
    }
}

/// The field of a struct among `types`, by its name in the document.
pub(super) fn field_of<'a>(types: &'a [Item], owner: &Type, name: &str) -> Option<&'a Field> {
    let (owner, name) = (type_name(owner)?, value_name(name));
    let mut fields = types.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == owner => Some(item.fields.iter()),
        _ => None,
    })?;
    fields.find(|field| field.ident.as_ref().is_some_and(|own| *own == name))
}

/// The text of an expression that is a string literal.
pub(super) fn text_literal(expression: Option<&mut Expr>) -> Option<&mut LitStr> {
    match expression? {
        Expr::Lit(literal) => match &mut literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Rewrites what the `#[serde(…)]` attributes state, and makes one attribute of them.
pub(super) fn rewrite_serde(attributes: &mut Vec<Attribute>, rewrite: impl FnOnce(&mut Vec<Meta>)) {
    let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
    let mut stated: Vec<Meta> = Vec::new();
    attributes.retain(|attribute| {
        let parsed = attribute.parse_args_with(parse).ok();
        let Some(parsed) = parsed.filter(|_| attribute.path().is_ident("serde")) else {
            return true;
        };
        stated.extend(parsed);
        false
    });
    rewrite(&mut stated);
    if !stated.is_empty() {
        attributes.push(syn::parse_quote!(#[serde(#(#stated),*)]));
    }
}

/// The name that `rename = "…"` states.
pub(super) fn renamed(stated: &[Meta]) -> Option<String> {
    stated.iter().find_map(|meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident("rename") => {
            text_literal(Some(&mut pair.value.clone())).map(|text| text.value())
        }
        _ => None,
    })
}

/// Shortens `types::A` to `A`, for code inside of `types`.
pub(super) struct InsideTypes;

impl VisitMut for InsideTypes {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none()
            && path.segments.len() > 1
            && path.segments[0].ident == "types"
        {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// Leads from inside of the module `requests` to `types`.
pub(super) struct InsideRequests;

impl VisitMut for InsideRequests {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none() && path.segments[0].ident == "types" {
            path.segments.insert(0, syn::parse_quote!(super));
        }
        visit_mut::visit_path_mut(self, path);
    }
}
