//! Tree: the modules of a crate, parsed, and what a path means in one of them.

use std::collections::BTreeMap;

use syn::{Attribute, Ident, Item, ItemUse, UseTree, Visibility};

/// The path of a module in its crate; the root's is empty.
pub(super) type ModulePath = Vec<String>;

/// An item, by its module and its name.
pub(super) type Id = (ModulePath, String);

/// The modules of a crate, without its tests.
pub(super) struct Tree {
    modules: BTreeMap<ModulePath, Vec<Item>>,
}

/// What a path means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Module(ModulePath),
    Item(Id),
    /// Something of another crate, as the source writes it.
    Foreign(String),
}

/// One name that a `use` brings in; a glob has none.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    pub(super) name: Option<String>,
}

/// How many imports are followed on the way to an item before it counts as another crate's.
const MAX_HOPS: usize = 16;

impl Tree {
    /// Parses the root and every module that it declares.
    pub(super) fn read(source: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut tree = Self {
            modules: BTreeMap::new(),
        };
        let root = source("lib.rs").ok_or("there is no src/lib.rs")?;
        let items = parse("lib.rs", &root)?;
        tree.add(Vec::new(), items, source)?;
        Ok(tree)
    }

    fn add(
        &mut self,
        path: ModulePath,
        items: Vec<Item>,
        source: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), String> {
        let mut kept = Vec::new();
        for mut item in items {
            if is_for_tests(attributes(&item)) {
                continue;
            }
            if let Item::Mod(module) = &mut item {
                let inside = child(&path, &module.ident.to_string());
                let items = match module.content.take() {
                    Some((_, items)) => items,
                    None => read_file(&inside, source)?,
                };
                self.add(inside, items, source)?;
            }
            kept.push(item);
        }
        self.modules.insert(path, kept);
        Ok(())
    }

    /// All modules with their items.
    pub(super) fn modules(&self) -> impl Iterator<Item = (&ModulePath, &[Item])> {
        self.modules
            .iter()
            .map(|(path, items)| (path, items.as_slice()))
    }

    pub(super) fn items(&self, module: &[String]) -> &[Item] {
        self.modules.get(module).map_or(&[], Vec::as_slice)
    }

    pub(super) fn item(&self, (module, name): &Id) -> Option<&Item> {
        self.items(module)
            .iter()
            .find(|item| named(item).is_some_and(|ident| ident == name))
    }

    /// What a path in a module means.
    pub(super) fn resolve(&self, module: &[String], path: &[String]) -> Target {
        self.resolve_within(module, path, MAX_HOPS)
            .unwrap_or_else(|| Target::Foreign(path.join("::")))
    }

    fn resolve_within(&self, module: &[String], path: &[String], hops: usize) -> Option<Target> {
        let hops = hops.checked_sub(1)?;
        let (first, mut rest) = path.split_first()?;
        let mut here = match first.as_str() {
            "crate" => Target::Module(Vec::new()),
            "self" => Target::Module(module.to_vec()),
            "super" => Target::Module(parent(module)?),
            name => self.look_up(module, name, hops)?,
        };
        while let Some((next, others)) = rest.split_first() {
            here = match here {
                Target::Module(inside) if next == "super" => Target::Module(parent(&inside)?),
                Target::Module(inside) => self.look_up(&inside, next, hops)?,
                // A variant of an enumeration, or a name of another crate.
                Target::Item(_) => return None,
                Target::Foreign(path) => Target::Foreign(format!("{path}::{next}")),
            };
            rest = others;
        }
        Some(here)
    }

    /// What a name means in a module: its own item or module, or what it imports.
    fn look_up(&self, module: &[String], name: &str, hops: usize) -> Option<Target> {
        let inside = child(module, name);
        if self.modules.contains_key(&inside) {
            return Some(Target::Module(inside));
        }
        let id = (module.to_vec(), name.to_owned());
        if self.item(&id).is_some() {
            return Some(Target::Item(id));
        }
        let imports: Vec<Import> = self
            .items(module)
            .iter()
            .filter_map(|item| match item {
                Item::Use(import) => Some(imports(import)),
                _ => None,
            })
            .flatten()
            .collect();
        let by_name = imports
            .iter()
            .find(|import| import.name.as_deref() == Some(name) && import.path != [name]);
        if let Some(import) = by_name {
            let meant = self.resolve_within(module, &import.path, hops);
            return Some(meant.unwrap_or_else(|| Target::Foreign(import.path.join("::"))));
        }
        imports
            .iter()
            .filter(|import| import.name.is_none())
            .find_map(
                |glob| match self.resolve_within(module, &glob.path, hops)? {
                    Target::Module(inside) => self.look_up(&inside, name, hops.checked_sub(1)?),
                    _ => None,
                },
            )
    }
}

fn read_file(
    module: &[String],
    source: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Item>, String> {
    let path = module.join("/");
    for path in [format!("{path}.rs"), format!("{path}/mod.rs")] {
        if let Some(text) = source(&path) {
            return parse(&path, &text);
        }
    }
    Err(format!("module `{}` has no file", module.join("::")))
}

fn parse(path: &str, text: &str) -> Result<Vec<Item>, String> {
    let file = syn::parse_file(text).map_err(|error| format!("src/{path}: {error}"))?;
    Ok(file.items)
}

fn child(module: &[String], name: &str) -> ModulePath {
    [module, &[name.to_owned()]].concat()
}

fn parent(module: &[String]) -> Option<ModulePath> {
    module.split_last().map(|(_, parent)| parent.to_vec())
}

/// The names that a `use` brings in.
pub(super) fn imports(import: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    collect(&import.tree, &mut Vec::new(), &mut found);
    found
}

fn collect(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<Import>) {
    match tree {
        UseTree::Path(inside) => {
            path.push(inside.ident.to_string());
            collect(&inside.tree, path, found);
            path.pop();
        }
        UseTree::Name(leaf) => found.push(named_import(path, &leaf.ident, &leaf.ident)),
        UseTree::Rename(leaf) => found.push(named_import(path, &leaf.ident, &leaf.rename)),
        UseTree::Glob(_) => found.push(Import {
            path: path.clone(),
            name: None,
        }),
        UseTree::Group(group) => {
            for inside in &group.items {
                collect(inside, path, found);
            }
        }
    }
}

/// `use a::b::{self}` imports `b`.
fn named_import(path: &[String], ident: &Ident, name: &Ident) -> Import {
    let is_self = ident == "self" && !path.is_empty();
    let own = if is_self {
        None
    } else {
        Some(ident.to_string())
    };
    let name = match path.last() {
        Some(last) if is_self && name == "self" => last.clone(),
        _ => name.to_string(),
    };
    Import {
        path: path.iter().cloned().chain(own).collect(),
        name: Some(name),
    }
}

/// The name of an item that has one and is no module.
pub(super) fn named(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

pub(super) fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        // A macro is exported to the crate's root, whatever module it stands in.
        Item::Macro(_) => return false,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        Item::Union(item) => &item.vis,
        Item::Use(item) => &item.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

/// Whether it stands behind `#[cfg(test)]` or `#[cfg(doctest)]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Ident>()
                .is_ok_and(|condition| condition == "test" || condition == "doctest")
    })
}
