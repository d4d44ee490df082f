//! Wire names: what lowering renamed so that identifiers do not clash gets back the name that the provider uses.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ImplItemFn, Item, LitStr, parse_quote};

use super::operations::Operation;
use super::syntax::{is_path, renamed, rewrite_serde, text_literal, type_name};
use crate::error::{Error, Result};
use crate::extension::WIRE_NAME;
use crate::schema::{origin, text_of, wire_names};

/// Wire names by the names that stand in their place.
type Names = BTreeMap<String, String>;

/// Restores the names of properties and of enumeration values.
///
/// # Errors
/// A name that was to be restored is not in the generated code.
pub(super) fn restore_in_types(types: &mut [Item], document: &Value) -> Result<()> {
    for item in types {
        let name = match item {
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            Item::Impl(block) => type_name(&block.self_ty).unwrap_or_default(),
            _ => continue,
        };
        let component = &document["components"]["schemas"][&name];
        let names: Names = wire_names(component)
            .iter()
            .filter_map(|(name, wire)| Some((name.clone(), wire.as_str()?.to_owned())))
            .collect();
        let restored = match item {
            // A component that became a map has names and no fields.
            Item::Struct(_) if component.get("properties").is_none() => continue,
            Item::Struct(item) => {
                let fields = item.fields.iter_mut();
                fields
                    .filter_map(|field| {
                        let ident = field.ident.as_ref()?.to_string();
                        rename(&mut field.attrs, &ident, &names).then_some(())
                    })
                    .count()
            }
            Item::Enum(item) => {
                let variants = item.variants.iter_mut();
                variants
                    .filter_map(|variant| {
                        let ident = variant.ident.to_string();
                        rename(&mut variant.attrs, &ident, &names).then_some(())
                    })
                    .count()
            }
            // `Display` and `FromStr` of an enumeration.
            Item::Impl(block) if component.get("enum").is_some() => {
                Literals(&names).visit_item_impl_mut(block);
                continue;
            }
            _ => continue,
        };
        if restored != names.len() {
            let reason = format!(
                "{restored} of the {} renamed values of `{name}` got their wire names back",
                names.len()
            );
            return Err(Error::at(origin(component), reason));
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
        for id in [Some(operation.id.to_owned()), operation.stream()]
            .into_iter()
            .flatten()
        {
            let call = calls.iter_mut().find(|call| call.sig.ident == id);
            let call = call.ok_or_else(|| {
                Error::at(operation.origin(), "progenitor wrote no method for it")
            })?;
            restore_in_call(call, operation)?;
        }
    }
    Ok(())
}

fn restore_in_call(call: &mut ImplItemFn, operation: &Operation<'_>) -> Result<()> {
    let parameters = operation.value.get("parameters").and_then(Value::as_array);
    let mut names = Parameters(BTreeMap::new());
    for parameter in parameters.into_iter().flatten() {
        if text_of(parameter, "in") != Some("path")
            && let Some(name) = text_of(parameter, "name")
            && let Some(wire) = text_of(parameter, WIRE_NAME)
        {
            names.0.insert(name.to_owned(), (wire.to_owned(), false));
        }
    }
    names.visit_impl_item_fn_mut(call);
    match names.0.iter().find(|(_, (_, restored))| !restored) {
        Some((name, _)) => {
            let reason = format!("the generated method has no place for the parameter `{name}`");
            Err(Error::at(operation.origin(), reason))
        }
        None => Ok(()),
    }
}

/// Renames a field or variant; whether it has a wire name.
fn rename(attributes: &mut Vec<Attribute>, ident: &str, names: &Names) -> bool {
    let mut found = false;
    rewrite_serde(attributes, |stated| {
        let name = renamed(stated).unwrap_or_else(|| ident.to_owned());
        if let Some(wire) = names.get(&name) {
            stated.retain(|meta| !meta.path().is_ident("rename"));
            stated.push(parse_quote!(rename = #wire));
            found = true;
        }
    });
    found
}

struct Literals<'a>(&'a Names);

impl VisitMut for Literals<'_> {
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(wire) = self.0.get(&text.value()) {
            *text = LitStr::new(wire, text.span());
        }
    }
}

/// The parameters of one method, each with its wire name and whether that was restored.
struct Parameters(BTreeMap<String, (String, bool)>);

impl Parameters {
    fn restore(&mut self, argument: Option<&mut Expr>) {
        if let Some(text) = text_literal(argument)
            && let Some((wire, restored)) = self.0.get_mut(&text.value())
        {
            *text = LitStr::new(wire, text.span());
            *restored = true;
        }
    }
}

impl VisitMut for Parameters {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        if is_path(&call.func, &["QueryParam", "new"]) {
            self.restore(call.args.first_mut());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if call.method == "append" && is_path(&call.receiver, &["header_map"]) {
            self.restore(call.args.first_mut());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
