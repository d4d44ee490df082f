//! Writes the streams over a list whose paging `client.toml` declares.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, Type};

use super::operations::{Operation, Place, Success};
use super::syntax::{argument_of, field_of};
use crate::error::{Error, Result};
use crate::options::{Paging, Selection};

/// The methods `pages` and `items` of a request; none where no paging is declared.
///
/// # Errors
/// The declaration names a parameter or a field that the operation does not have.
pub(super) fn streams(
    operation: &Operation<'_>,
    selection: Option<&Selection>,
    types: &[Item],
) -> Result<Option<TokenStream>> {
    let Some((selection, paging)) = selection.and_then(|one| Some((one, one.paging.as_ref()?)))
    else {
        return Ok(None);
    };
    let refused = |reason: String| {
        let reason = format!("`{}` is paged by {reason}", selection.id);
        Error::in_file("client.toml", reason)
    };
    let parameter = paging.parameter();
    let has = |name: &str| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|one| one.wire == name && one.place == Place::Query)
    };
    if let Some(missing) = parameter.filter(|name| !has(name)) {
        return Err(refused(format!(
            "the parameter `{missing}`, which it does not have"
        )));
    }
    let Success::Json(page) = &operation.success else {
        return Err(refused("pages that are not JSON".to_owned()));
    };
    let field = |path: &str, mutable: bool| {
        access(types, page, path, mutable).ok_or_else(|| {
            refused(format!(
                "the field `{path}`, which its response does not have"
            ))
        })
    };
    let text = |path: &str| {
        let (found, _) = field(path, false)?;
        Ok(quote!(|page| #found.map(::std::string::ToString::to_string)))
    };
    let records = selection.records.as_deref().unwrap_or_default();
    // A page may be the list itself.
    let (list, kind, count, take) = match records.is_empty() {
        true => {
            let (count, take) = (quote!(::std::vec::Vec::len), quote!(::std::mem::take));
            (quote!(Some(page)), (**page).clone(), count, take)
        }
        false => {
            let (list, kind) = field(records, false)?;
            let (taken, _) = field(records, true)?;
            let count = quote!(|page| #list.map_or(0, |list| list.len()));
            let take = quote!(|page| #taken.map(::std::mem::take).unwrap_or_default());
            (list, kind, count, take)
        }
    };
    let item = argument_of(&kind, "Vec")
        .ok_or_else(|| refused(format!("the items in `{records}`, which are no list")))?;
    let make = match paging {
        Paging::Number { first, .. } => {
            let first = first.unwrap_or(1);
            quote!(numbered(self.0, #parameter, #first, #count))
        }
        Paging::Offset { .. } => quote!(by_offset(self.0, #parameter, #count)),
        Paging::Cursor { next, .. } => {
            let next = text(next)?;
            quote!(by_token(self.0, #parameter, #next))
        }
        Paging::Key { id, more, .. } => {
            argument_of(item, "Record")
                .filter(|record| field_of(types, record, id).is_some())
                .ok_or_else(|| {
                    refused(format!("the field `{id}`, which its records do not have"))
                })?;
            let last = quote!(|page| ::client_runtime::identity(#list?.last()?, #id));
            let more = match more {
                Some(more) => {
                    let (more, _) = field(more, false)?;
                    quote!(|page| #more.copied())
                }
                None => quote!(|_| None),
            };
            quote!(by_key(self.0, #parameter, #count, #last, #more))
        }
        Paging::Address { address } => {
            let next = text(address)?;
            quote!(by_address(self.0, #next))
        }
        Paging::Link { link } => quote!(by_link(self.0, #link)),
    };
    Ok(Some(quote! {
        /// Streams the pages of the list, from the page that the request names. [`Pages`](::client_runtime::Pages) says what
        /// the stream does not prove, and the crate `tenancy` does.
        pub fn pages(self) -> ::client_runtime::Pages<#page> {
            ::client_runtime::Pages::#make
        }
        /// Streams the items of the list, page by page.
        pub fn items(self) -> ::client_runtime::Items<#page, #item> {
            ::client_runtime::Items::new(self.pages(), #take)
        }
    }))
}

/// The expression for a field of `page`, as an `Option` of a reference to it, and the field's type.
fn access(types: &[Item], page: &Type, path: &str, mutable: bool) -> Option<(TokenStream, Type)> {
    let mut expression = quote!(Some(page));
    let mut found = page.clone();
    for name in path.split('.') {
        let field = field_of(types, &found, name)?;
        let ident = &field.ident;
        let (step, inner) = match (
            argument_of(&field.ty, "Option"),
            argument_of(&field.ty, "Presence"),
        ) {
            (Some(inner), _) if mutable => (quote!(.and_then(|held| held.#ident.as_mut())), inner),
            (Some(inner), _) => (quote!(.and_then(|held| held.#ident.as_ref())), inner),
            (_, Some(inner)) => (quote!(.and_then(|held| held.#ident.value())), inner),
            _ if mutable => (quote!(.map(|held| &mut held.#ident)), &field.ty),
            _ => (quote!(.map(|held| &held.#ident)), &field.ty),
        };
        expression.extend(step);
        found = inner.clone();
    }
    Some((expression, found))
}
