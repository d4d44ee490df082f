//! Implementations: the methods of what is reached, and the traits that it implements.

use syn::{ImplItem, ItemImpl, Path, Type, TypePath};

use super::parts::{generics, is_public, notes, signature};
use super::print::{Lines, Rank};
use super::reach::Reached;
use super::spacing::text;
use super::tree::{Target, Tree};

/// A block of methods of a reached type, or an implementation of a trait in which one of both is reached.
pub(super) fn add(
    lines: &mut Lines,
    tree: &Tree,
    reached: &Reached,
    module: &[String],
    block: &ItemImpl,
) {
    let of_type = owner(tree, reached, module, path_of_type(&block.self_ty));
    let Some((of_trait, _)) = &block.trait_ else {
        if let Owner::Reached(path) = of_type {
            methods(lines, &path, block);
        }
        return;
    };
    let named_trait = owner(tree, reached, module, Some(of_trait));
    let path = match (&of_type, &named_trait) {
        (Owner::Hidden, _) | (_, Owner::Hidden) => return,
        (Owner::Reached(path), _) | (Owner::Foreign, Owner::Reached(path)) => path.clone(),
        (Owner::Foreign, Owner::Foreign) => return,
    };
    let (start, end) = generics(&block.generics);
    let mut own = (*block.self_ty).clone();
    if let Owner::Reached(path) = &of_type {
        name_in_full(&mut own, path);
    }
    let own = text(&own);
    let of_trait = text(of_trait);
    let notes = notes(&block.attrs);
    let line = format!("impl{start} {of_trait} for {own}{end}{notes}");
    lines.add(&path, Rank::Implementation, line);
    for item in &block.items {
        if let ImplItem::Type(inside) = item {
            let line = format!(
                "<{own} as {of_trait}>::{} = {}",
                inside.ident,
                text(&inside.ty)
            );
            lines.add(&path, Rank::Implementation, line);
        }
    }
}

fn methods(lines: &mut Lines, path: &str, block: &ItemImpl) {
    let (start, end) = generics(&block.generics);
    // What the block demands of the type's parameters, it demands for each of its methods.
    let demands = match (start.as_str(), end.as_str()) {
        ("", "") => String::new(),
        _ => format!(" [impl{start}{end}]"),
    };
    for item in &block.items {
        let line = match item {
            ImplItem::Fn(method) if is_public(&method.vis) => {
                let name = format!("{path}::{}", method.sig.ident);
                let line = signature(&name, &method.sig);
                format!("pub {line}{demands}{}", notes(&method.attrs))
            }
            ImplItem::Const(constant) if is_public(&constant.vis) => format!(
                "pub const {path}::{}: {} = {}{}",
                constant.ident,
                text(&constant.ty),
                text(&constant.expr),
                notes(&constant.attrs)
            ),
            _ => continue,
        };
        lines.add(path, Rank::Method, line);
    }
}

/// Whose an implementation is.
enum Owner {
    Reached(String),
    /// Another crate's, or a type parameter.
    Foreign,
    /// The crate's own, and out of its users' reach.
    Hidden,
}

fn owner(tree: &Tree, reached: &Reached, module: &[String], path: Option<&Path>) -> Owner {
    let Some(path) = path else {
        return Owner::Foreign;
    };
    if path.leading_colon.is_some() {
        return Owner::Foreign;
    }
    let segments: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    match tree.resolve(module, &segments) {
        Target::Item(id) => reached
            .path_of(&id)
            .map_or(Owner::Hidden, |path| Owner::Reached(path.to_owned())),
        Target::Module(_) | Target::Foreign(_) => Owner::Foreign,
    }
}

fn path_of_type(of: &Type) -> Option<&Path> {
    match of {
        Type::Path(named) => Some(&named.path),
        Type::Reference(reference) => path_of_type(&reference.elem),
        Type::Paren(inside) => path_of_type(&inside.elem),
        Type::Group(inside) => path_of_type(&inside.elem),
        _ => None,
    }
}

/// Writes the public path in place of the one that the source has; arguments stay.
fn name_in_full(of: &mut Type, path: &str) {
    match of {
        Type::Path(TypePath { path: own, .. }) => {
            let arguments = own.segments.last().map(|last| last.arguments.clone());
            if let Ok(mut full) = syn::parse_str::<Path>(path) {
                if let (Some(last), Some(arguments)) = (full.segments.last_mut(), arguments) {
                    last.arguments = arguments;
                }
                *own = full;
            }
        }
        Type::Reference(reference) => name_in_full(&mut reference.elem, path),
        _ => {}
    }
}
