//! Print: what is reached, as lines that a reviewer can read and a diff can compare.

use syn::{Fields, Item, TraitItem};

use super::implementations;
use super::parts::{
    derives, generics, is_public, notes, shape_of_struct, shape_of_variant, signature,
};
use super::reach::Reached;
use super::spacing::text;
use super::tree::{Tree, attributes};

/// A line, and where it belongs: the lines of an item stand together, its declaration first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    owner: String,
    rank: Rank,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Declaration,
    Part,
    Method,
    Implementation,
}

/// All lines of a crate.
pub(super) fn lines(tree: &Tree, reached: &Reached) -> Vec<String> {
    let mut lines = Lines::default();
    for (path, condition) in &reached.modules {
        lines.add(
            path,
            Rank::Declaration,
            format!("pub mod {path}{condition}"),
        );
    }
    for (path, from) in &reached.foreign {
        lines.add(path, Rank::Declaration, format!("pub use {from} as {path}"));
    }
    for (id, mut paths) in reached.items() {
        let (Some(item), Some(first)) = (tree.item(id), paths.next()) else {
            continue;
        };
        lines.item(item, &first.path, &first.condition);
        for other in paths {
            let text = format!(
                "pub use {} as {}{}",
                first.path, other.path, other.condition
            );
            lines.add(&other.path, Rank::Declaration, text);
        }
    }
    for (module, items) in tree.modules() {
        for item in items {
            if let Item::Impl(block) = item {
                implementations::add(&mut lines, tree, reached, module, block);
            }
        }
    }
    lines.0.sort();
    lines.0.dedup();
    lines.0.into_iter().map(|line| line.text).collect()
}

/// The lines so far.
#[derive(Default)]
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn add(&mut self, owner: &str, rank: Rank, text: String) {
        self.0.push(Line {
            owner: owner.to_owned(),
            rank,
            text,
        });
    }

    fn item(&mut self, item: &Item, path: &str, condition: &str) {
        let mut notes = notes(attributes(item));
        if !notes.contains(condition) {
            notes.push_str(condition);
        }
        let declaration = match item {
            Item::Struct(item) => {
                self.fields(path, path, "pub ", &item.fields);
                let (start, end) = generics(&item.generics);
                let shape = shape_of_struct(&item.fields);
                format!("pub struct {path}{start}{shape}{end}")
            }
            Item::Enum(item) => {
                for variant in &item.variants {
                    let name = format!("{path}::{}", variant.ident);
                    let value = variant
                        .discriminant
                        .as_ref()
                        .map(|(_, value)| format!(" = {}", text(value)));
                    let line = format!(
                        "{name}{}{}{}",
                        shape_of_variant(&variant.fields),
                        value.unwrap_or_default(),
                        super::parts::notes(&variant.attrs)
                    );
                    self.add(path, Rank::Part, line);
                    self.fields(path, &name, "", &variant.fields);
                }
                let (start, end) = generics(&item.generics);
                format!("pub enum {path}{start}{end}")
            }
            Item::Union(item) => {
                let (start, end) = generics(&item.generics);
                format!("pub union {path}{start}{end}")
            }
            Item::Trait(item) => {
                for inside in &item.items {
                    self.trait_item(path, inside);
                }
                let (start, end) = generics(&item.generics);
                let bounds = &item.supertraits;
                let colon = if bounds.is_empty() { "" } else { ": " };
                format!("pub trait {path}{start}{colon}{}{end}", text(bounds))
            }
            Item::Fn(item) => format!("pub {}", signature(path, &item.sig)),
            Item::Const(item) => {
                format!(
                    "pub const {path}: {} = {}",
                    text(&item.ty),
                    text(&item.expr)
                )
            }
            Item::Static(item) => format!("pub static {path}: {}", text(&item.ty)),
            Item::Type(item) => {
                let (start, end) = generics(&item.generics);
                format!("pub type {path}{start}{end} = {}", text(&item.ty))
            }
            Item::Macro(_) => format!("macro_rules! {path}"),
            _ => return,
        };
        self.add(path, Rank::Declaration, declaration + &notes);
        for derived in derives(attributes(item)) {
            self.add(
                path,
                Rank::Implementation,
                format!("impl {derived} for {path}"),
            );
        }
    }

    /// The fields of a struct that are public, or those of a variant, which all are.
    fn fields(&mut self, owner: &str, path: &str, visible: &str, fields: &Fields) {
        for field in fields {
            let public = visible.is_empty() || is_public(&field.vis);
            let Some(name) = field.ident.as_ref().filter(|_| public) else {
                continue;
            };
            let line = format!(
                "{visible}{path}::{name}: {}{}",
                text(&field.ty),
                notes(&field.attrs)
            );
            self.add(owner, Rank::Part, line);
        }
    }

    fn trait_item(&mut self, path: &str, item: &TraitItem) {
        let line = match item {
            TraitItem::Fn(method) => {
                let provided = if method.default.is_some() {
                    " { … }"
                } else {
                    ""
                };
                let name = format!("{path}::{}", method.sig.ident);
                let line = signature(&name, &method.sig);
                format!("{line}{provided}{}", notes(&method.attrs))
            }
            other => format!("{path}: {}", text(other)),
        };
        self.add(path, Rank::Method, line);
    }
}
