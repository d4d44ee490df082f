//! Restores the wire names that lowering changed to avoid clashing identifiers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Item, LitStr, parse_quote};

use super::syntax::{renamed, rewrite_serde, type_name};
use crate::error::{Error, Result};
use crate::schema::{origin, wire_names};

/// Restores the names of properties and of enumeration values.
///
/// # Errors
/// A name that was to be restored is not in the generated code.
pub(super) fn restore(types: &mut [Item], document: &Value) -> Result<()> {
    for item in types {
        let name = match &*item {
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Enum(item) => Some(item.ident.to_string()),
            Item::Impl(block) => type_name(&block.self_ty),
            _ => None,
        };
        let component = &document["components"]["schemas"][name.unwrap_or_default()];
        let pairs = wire_names(component);
        let pairs = pairs
            .iter()
            .filter_map(|(name, wire)| Some((name.as_str(), wire.as_str()?)));
        let mut names = Names::new(pairs);
        match item {
            // A component that became a map has names and no fields.
            Item::Struct(_) if component.get("properties").is_none() => {}
            Item::Struct(_) | Item::Enum(_) => {
                names.visit_item_mut(item);
                names.check(origin(component))?;
            }
            // `Display` and `FromStr` of an enumeration.
            Item::Impl(_) if component.get("enum").is_some() => {
                Literals(&names).visit_item_mut(item)
            }
            _ => {}
        }
    }
    Ok(())
}

/// Wire names by the names that stand in their place, and which of them are restored.
struct Names<'a> {
    wire: BTreeMap<&'a str, &'a str>,
    restored: BTreeSet<String>,
}

impl<'a> Names<'a> {
    fn new(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self {
            wire: pairs.collect(),
            restored: BTreeSet::new(),
        }
    }

    fn restore(&mut self, name: &str) -> Option<&'a str> {
        let wire = self.wire.get(name)?;
        self.restored.insert(name.to_owned());
        Some(wire)
    }

    fn restore_attribute(&mut self, attributes: &mut Vec<Attribute>, ident: &syn::Ident) {
        rewrite_serde(attributes, |stated| {
            let name = renamed(stated).unwrap_or_else(|| ident.to_string());
            if let Some(wire) = self.restore(&name) {
                stated.retain(|meta| !meta.path().is_ident("rename"));
                stated.push(parse_quote!(rename = #wire));
            }
        });
    }

    fn check(&self, origin: &str) -> Result<()> {
        match self
            .wire
            .keys()
            .find(|name| !self.restored.contains(**name))
        {
            Some(name) => Err(Error::at(
                origin,
                format!("the generated code has no place for `{name}`"),
            )),
            None => Ok(()),
        }
    }
}

impl VisitMut for Names<'_> {
    fn visit_field_mut(&mut self, field: &mut syn::Field) {
        if let Some(ident) = &field.ident {
            self.restore_attribute(&mut field.attrs, ident);
        }
    }

    fn visit_variant_mut(&mut self, variant: &mut syn::Variant) {
        self.restore_attribute(&mut variant.attrs, &variant.ident);
    }
}

struct Literals<'a>(&'a Names<'a>);

impl VisitMut for Literals<'_> {
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(wire) = self.0.wire.get(text.value().as_str()) {
            *text = LitStr::new(wire, text.span());
        }
    }
}
