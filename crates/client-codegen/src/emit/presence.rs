//! Unwraps `Option<Presence<T>>`, because serde decodes both absence and null as `None`.

use syn::{Field, Item, parse_quote};

use super::syntax::{argument_of, rewrite_serde};

/// Changes each field of type `Option<Presence<T>>` to `Presence<T>`.
pub(super) fn unwrap(types: &mut [Item]) {
    let structs = types.iter_mut().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    structs
        .flat_map(|item| item.fields.iter_mut())
        .for_each(unwrap_field);
}

fn unwrap_field(field: &mut Field) {
    let Some(presence) = argument_of(&field.ty, "Option")
        .filter(|inner| argument_of(inner, "Presence").is_some())
        .cloned()
    else {
        return;
    };
    field.ty = presence;
    rewrite_serde(&mut field.attrs, |stated| {
        stated.retain(|meta| meta.path().is_ident("rename"));
        stated.push(parse_quote!(default));
        stated.push(parse_quote!(
            skip_serializing_if = "::client_runtime::Presence::is_absent"
        ));
    });
}
