//! Reach: which items a crate's users can name, and by which paths.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::parts::conditions;
use super::tree::{Id, Target, Tree, attributes, imports, is_public, named};

/// What the crate's users can name.
#[derive(Default)]
pub(super) struct Reached {
    /// Items of the crate, each with its paths, the shortest first, and what its re-export says of it.
    items: BTreeMap<Id, BTreeSet<PublicPath>>,
    /// Modules of the crate: their public paths, and the conditions under which they are there.
    pub(super) modules: BTreeMap<String, String>,
    /// Names of other crates: `runtime` → `client_runtime`.
    pub(super) foreign: BTreeMap<String, String>,
    seen: BTreeSet<(Vec<String>, String)>,
}

/// A path from outside; the shorter, the better.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PublicPath {
    length: usize,
    pub(super) path: String,
    /// The `#[cfg(…)]` of what makes it public.
    pub(super) condition: String,
}

impl Reached {
    /// All that can be named, beginning at the root.
    pub(super) fn from_root(tree: &Tree, name: &str) -> Self {
        let mut reached = Self::default();
        reached.walk(tree, &[], name);
        for (module, items) in tree.modules() {
            for item in items.iter().filter(|item| is_exported_macro(item)) {
                if let Some(ident) = named(item) {
                    let id = (module.clone(), ident.to_string());
                    reached.add(tree, Target::Item(id), format!("{name}::{ident}"), item);
                }
            }
        }
        reached
    }

    /// The items, each with its paths, the one that its users would write first.
    pub(super) fn items(&self) -> impl Iterator<Item = (&Id, impl Iterator<Item = &PublicPath>)> {
        self.items.iter().map(|(id, paths)| (id, paths.iter()))
    }

    /// The path of an item that its users would write.
    pub(super) fn path_of(&self, id: &Id) -> Option<&str> {
        Some(self.items.get(id)?.first()?.path.as_str())
    }

    fn walk(&mut self, tree: &Tree, module: &[String], path: &str) {
        if !self.seen.insert((module.to_vec(), path.to_owned())) {
            return;
        }
        for item in tree.items(module).iter().filter(|item| is_public(item)) {
            match item {
                Item::Mod(inside) => {
                    let name = inside.ident.to_string();
                    let path = format!("{path}::{name}");
                    let target = Target::Module([module, &[name]].concat());
                    self.add(tree, target, path, item);
                }
                Item::Use(import) => {
                    for import in imports(import) {
                        let target = tree.resolve(module, &import.path);
                        match (import.name, target) {
                            (Some(name), target) => {
                                self.add(tree, target, format!("{path}::{name}"), item);
                            }
                            (None, Target::Module(inside)) => self.walk(tree, &inside, path),
                            (None, Target::Foreign(from)) => {
                                self.foreign
                                    .insert(format!("{path}::*"), format!("{from}::*"));
                            }
                            (None, Target::Item(_)) => {}
                        }
                    }
                }
                _ => {
                    if let Some(name) = named(item) {
                        let id = (module.to_vec(), name.to_string());
                        self.add(tree, Target::Item(id), format!("{path}::{name}"), item);
                    }
                }
            }
        }
    }

    fn add(&mut self, tree: &Tree, target: Target, path: String, by: &Item) {
        let condition = conditions(attributes(by));
        match target {
            Target::Module(module) => {
                self.modules.insert(path.clone(), condition);
                self.walk(tree, &module, &path);
            }
            Target::Item(id) => {
                let length = path.matches("::").count();
                self.items.entry(id).or_default().insert(PublicPath {
                    length,
                    path,
                    condition,
                });
            }
            Target::Foreign(from) => {
                self.foreign.insert(path, from);
            }
        }
    }
}

fn is_exported_macro(item: &Item) -> bool {
    matches!(item, Item::Macro(_))
        && attributes(item)
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"))
}
