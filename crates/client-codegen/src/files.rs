//! The files of a crate, and the diff between the existing and the generated ones.

use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

/// The files of a crate by their paths in it, with `/`.
pub type Files = BTreeMap<String, String>;

/// The diff from what is there to what codegen gives, or nothing if they are the same. `folder` goes before each path.
pub fn diff(folder: &str, there: &Files, wanted: &Files) -> String {
    let paths: BTreeSet<&String> = there.keys().chain(wanted.keys()).collect();
    paths
        .into_iter()
        .map(|path| {
            let name = format!("{folder}/{path}");
            match (there.get(path), wanted.get(path)) {
                (Some(old), Some(new)) if old == new => String::new(),
                (Some(old), Some(new)) => unified(old, new, &name, &name),
                (Some(old), None) => unified(old, "", &name, "/dev/null"),
                (None, Some(new)) => unified("", new, "/dev/null", &name),
                (None, None) => String::new(),
            }
        })
        .collect()
}

fn unified(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    let text = TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(old_name, new_name)
        .to_string();
    // An empty file that is too many or missing has no line that differs.
    if text.is_empty() {
        format!("--- {old_name}\n+++ {new_name}\n")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        pairs
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn the_same_is_no_diff() {
        let same = files(&[("a", "x\n")]);
        assert_eq!(diff("crates/a", &same, &same), "");
    }

    #[test]
    fn a_change_an_extra_and_a_missing_file_are_shown() {
        let there = files(&[("changed", "one\ntwo\n"), ("extra", "e\n"), ("empty", "")]);
        let wanted = files(&[("changed", "one\n2\n"), ("missing", "m\n")]);
        insta::assert_snapshot!(diff("crates/a", &there, &wanted));
    }
}
