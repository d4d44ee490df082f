//! The public API of each published crate, so that a break of it is a difference that a reviewer reads.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};
use xtask::public_api::{of_crate, of_sources, published};
use xtask::tasks::workspace_root;

#[test]
fn the_public_api_of_each_published_crate() {
    let crates = published(&workspace_root()).unwrap();
    assert!(crates.len() >= 6, "only {crates:?} were found");
    for (name, folder) in crates {
        insta::assert_snapshot!(name.clone(), of_crate(&name, &folder).unwrap());
    }
}

/// A crate with a bit of everything.
fn sources() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        (
            "lib.rs",
            r#"
            mod inside;
            pub mod shown { pub use crate::inside::Deep as Renamed; pub(crate) struct Not; }
            pub use inside::{Kind, Thing, Walk, helper};
            #[cfg(feature = "more")] pub use inside::Optional;
            pub use other_crate::Foreign;
            pub use inside::glob::*;
            struct Hidden;
            impl Clone for Hidden { fn clone(&self) -> Self { Hidden } }
            #[cfg(test)] mod tests { pub struct Tested; }
            "#
            .to_owned(),
        ),
        (
            "inside/mod.rs",
            r#"
            pub mod glob;
            mod implementations;
            #[derive(Clone, Debug)]
            #[non_exhaustive]
            pub struct Thing<T> { pub name: String, #[serde(rename = "nextOne")] pub next: Option<T>, secret: u8 }
            impl<T: Copy> Thing<T> {
                #[must_use] pub fn new(name: impl Into<String>) -> Self { todo!() }
                pub(crate) fn unseen(&self) {}
                pub const LIMIT: usize = 7;
            }
            pub struct Deep(pub u8, u8);
            pub enum Kind { One, Two(u8), Three { of: String } }
            pub trait Walk: Send { type Item; fn step(&mut self) -> Self::Item; fn done(&self) -> bool { true } }
            pub fn helper<'a>(text: &'a str) -> &'a str { text }
            pub struct Optional;
            "#
            .to_owned(),
        ),
        ("inside/glob.rs", "pub type Alias = u8; pub static ONE: Alias = 1;".to_owned()),
        (
            "inside/implementations.rs",
            r#"
            use super::{Kind, Thing as Same, Walk};
            impl<T> From<T> for Same<T> { fn from(_: T) -> Self { todo!() } }
            impl Walk for Kind { type Item = u8; fn step(&mut self) -> u8 { 1 } }
            impl Walk for Vec<u8> { type Item = (); fn step(&mut self) {} }
            impl Kind { pub async fn wait(&self) {} }
            "#
            .to_owned(),
        ),
    ])
}

fn api(sources: &BTreeMap<&'static str, String>) -> String {
    of_sources("a-crate", &|path| sources.get(path).cloned()).unwrap()
}

#[test]
fn what_can_be_reached_is_shown_and_nothing_else() {
    insta::assert_snapshot!("a-crate-with-a-bit-of-everything", api(&sources()));
}

/// The lines that come and go when a piece of a source is replaced.
fn difference(file: &'static str, old: &str, new: &str) -> Vec<String> {
    let mut changed = sources();
    let source = changed.get_mut(file).unwrap();
    assert!(source.contains(old), "{old}");
    *source = source.replace(old, new);
    let (before, after) = (api(&sources()), api(&changed));
    TextDiff::from_lines(&before, &after)
        .iter_all_changes()
        .filter(|change| change.tag() != ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim_end()))
        .collect()
}

#[test]
fn every_break_shows_in_the_line_that_breaks() {
    let renamed = difference("inside/mod.rs", "fn new(", "fn create(");
    assert_eq!(
        renamed,
        [
            "-pub fn a_crate::Thing::new(name: impl Into<String>) -> Self [impl<T: Copy>] #[must_use]",
            "+pub fn a_crate::Thing::create(name: impl Into<String>) -> Self [impl<T: Copy>] #[must_use]",
        ]
    );
    for (file, old, new, expected) in [
        (
            "inside/mod.rs",
            "Clone, ",
            "",
            "-impl Clone for a_crate::Thing",
        ),
        (
            "inside/mod.rs",
            "#[non_exhaustive]",
            "",
            "+pub struct a_crate::Thing<T> { .. }",
        ),
        (
            "inside/mod.rs",
            "nextOne",
            "next_one",
            "#[serde(rename = \"next_one\")]",
        ),
        (
            "inside/mod.rs",
            "Option<T>",
            "Vec<T>",
            "+pub a_crate::Thing::next: Vec<T>",
        ),
        (
            "inside/mod.rs",
            "pub name",
            "name",
            "-pub a_crate::Thing::name: String",
        ),
        (
            "inside/mod.rs",
            "Two(u8)",
            "Two(u16)",
            "+a_crate::Kind::Two(u16)",
        ),
        (
            "inside/mod.rs",
            "bool { true }",
            "bool;",
            "+fn a_crate::Walk::done(&self) -> bool",
        ),
        (
            "inside/mod.rs",
            "Walk: Send",
            "Walk",
            "+pub trait a_crate::Walk",
        ),
        (
            "inside/mod.rs",
            "T: Copy",
            "T: Copy + Send",
            "[impl<T: Copy + Send>]",
        ),
        (
            "inside/mod.rs",
            "Deep(pub u8",
            "Deep(u8",
            "+pub struct a_crate::shown::Renamed(_, _)",
        ),
        (
            "inside/implementations.rs",
            "impl<T> From<T>",
            "impl<T> Into<T>",
            "-impl<T> From<T> for a_crate::Thing<T>",
        ),
        (
            "inside/implementations.rs",
            "Item = u8",
            "Item = u16",
            "+<a_crate::Kind as Walk>::Item = u16",
        ),
        ("lib.rs", "Walk, ", "", "-pub trait a_crate::Walk: Send"),
        (
            "lib.rs",
            "other_crate::",
            "another::",
            "+pub use another::Foreign as a_crate::Foreign",
        ),
        (
            "lib.rs",
            "#[cfg(feature = \"more\")] ",
            "",
            "+pub struct a_crate::Optional",
        ),
    ] {
        let lines = difference(file, old, new);
        assert!(
            lines.iter().any(|line| line.contains(expected)),
            "{old} → {new}: {lines:#?}"
        );
    }
}

#[test]
fn what_is_private_does_not_show() {
    for (file, old, new) in [
        ("lib.rs", "struct Hidden", "#[derive(Debug)] struct Hidden"),
        ("lib.rs", "struct Not", "struct Other"),
        ("lib.rs", "Tested", "Renamed"),
        ("inside/mod.rs", "unseen", "unheard"),
        ("inside/mod.rs", "secret: u8", "secret: String"),
        ("inside/glob.rs", "= 1", "= 2"),
    ] {
        assert_eq!(difference(file, old, new), Vec::<String>::new(), "{old}");
    }
}

#[test]
fn a_module_without_a_file_is_named() {
    let error = of_sources("a-crate", &|path| {
        (path == "lib.rs").then(|| "pub mod missing;".to_owned())
    });
    assert_eq!(error.unwrap_err(), "module `missing` has no file");
}
