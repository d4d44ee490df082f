//! Rewrites doc comments: one attribute per line of the document's text, and none where the document has no text.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, Meta, parse_quote};

use super::syntax::text_literal;

/// Rewrites the comments that the generator wrote.
pub(super) fn rewrite(types: &mut [Item]) {
    for item in types {
        Docs.visit_item_mut(item);
    }
}

struct Docs;

impl VisitMut for Docs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let docs: Vec<String> = attributes.iter_mut().filter_map(doc).collect();
        if docs.is_empty() {
            return;
        }
        attributes.retain_mut(|attribute| doc(attribute).is_none());
        let lines = docs.iter().flat_map(|doc| doc.trim().lines().chain([""]));
        let mut lines: Vec<String> = lines
            .map(|line| format!(" {line}").trim_end().to_owned())
            .collect();
        lines.pop();
        let lines: Vec<Attribute> = lines
            .iter()
            .map(|line| parse_quote!(#[doc = #line]))
            .collect();
        attributes.splice(0..0, lines);
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        without_placeholder(&mut item.attrs, &item.ident);
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        without_placeholder(&mut item.attrs, &item.ident);
        visit_mut::visit_item_enum_mut(self, item);
    }
}

/// Removes a type's name, which typify writes where the document describes nothing.
fn without_placeholder(attributes: &mut Vec<Attribute>, name: &syn::Ident) {
    let placeholder = format!("`{name}`");
    attributes.retain_mut(|attribute| doc(attribute).as_deref() != Some(placeholder.as_str()));
}

/// The text of a doc attribute.
fn doc(attribute: &mut Attribute) -> Option<String> {
    match &mut attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => {
            text_literal(Some(&mut pair.value)).map(|text| text.value())
        }
        _ => None,
    }
}
