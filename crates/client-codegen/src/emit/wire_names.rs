//! Restores the wire names that lowering changed to avoid clashing identifiers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ImplItemFn, Item, LitStr, parse_quote};

use super::operations::Operation;
use super::syntax::{is_path, renamed, rewrite_serde, text_literal, type_name};
use crate::error::{Error, Result};
use crate::extension::WIRE_NAME;
use crate::schema::{list, origin, text_of, wire_names};

/// Restores the names of properties and of enumeration values.
///
/// # Errors
/// A name that was to be restored is not in the generated code.
pub(super) fn restore_in_types(types: &mut [Item], document: &Value) -> Result<()> {
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

/// Restores the names of the parameters in the methods that call the operations.
///
/// # Errors
/// An operation has no method, or its method has no place for a parameter that was to be restored.
pub(super) fn restore_in_calls(
    calls: &mut [ImplItemFn],
    operations: &[Operation<'_>],
) -> Result<()> {
    for operation in operations {
        let parameters = list(operation.value, "parameters").iter();
        let parameters = parameters.filter(|one| text_of(one, "in") != Some("path"));
        let pairs: Vec<(&str, &str)> = parameters
            .filter_map(|one| Some((text_of(one, "name")?, text_of(one, WIRE_NAME)?)))
            .collect();
        for id in [Some(operation.id.to_owned()), operation.stream()]
            .into_iter()
            .flatten()
        {
            let call = calls.iter_mut().find(|call| call.sig.ident == id);
            let call = call.ok_or_else(|| {
                Error::at(operation.origin(), "progenitor wrote no method for it")
            })?;
            let mut names = Names::new(pairs.iter().copied());
            names.visit_impl_item_fn_mut(call);
            names.check(operation.origin())?;
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

    fn restore_literal(&mut self, argument: Option<&mut Expr>) {
        if let Some(text) = text_literal(argument)
            && let Some(wire) = self.restore(&text.value())
        {
            *text = LitStr::new(wire, text.span());
        }
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

    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        if is_path(&call.func, "QueryParam::new") {
            self.restore_literal(call.args.first_mut());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if call.method == "append" && is_path(&call.receiver, "header_map") {
            self.restore_literal(call.args.first_mut());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
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
