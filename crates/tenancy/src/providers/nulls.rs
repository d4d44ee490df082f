//! Nulls where the provider's document has none. They read as absent, so the decoded record does not tell.

use std::sync::LazyLock;

use client_runtime::JsonTree;
use memchr::memmem::Finder;

static NULL: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("null"));

/// The members of a record that are null and whose names are among these, as JSON pointers.
///
/// Most records have few nulls and all of them declared: the text is searched first, and taken apart only if that finds
/// something.
pub(super) fn undeclared(text: &str, not_null: &[&str]) -> Vec<String> {
    let suspicious = NULL
        .find_iter(text.as_bytes())
        .filter_map(|at| name_before(&text.as_bytes()[..at]))
        .any(|name| not_null.iter().any(|other| other.as_bytes() == name));
    let mut found = Vec::new();
    if suspicious && let Ok(record) = serde_json::from_str(text) {
        gather(&JsonTree::read(record), "", not_null, &mut found);
    }
    found
}

/// The name of the member whose value comes next, as it is written; nothing where none does.
fn name_before(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_end().strip_suffix(b":")?;
    let text = text.trim_ascii_end().strip_suffix(b"\"")?;
    let begin = memchr::memrchr(b'"', text)?;
    Some(&text[begin + 1..])
}

fn gather(tree: &JsonTree, path: &str, not_null: &[&str], found: &mut Vec<String>) {
    match tree {
        JsonTree::Object(members) => {
            for (name, value) in members {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                let is_null = matches!(value, JsonTree::Leaf(leaf) if leaf.get() == "null");
                if is_null && not_null.contains(&name.as_str()) {
                    found.push(path);
                } else {
                    gather(value, &path, not_null, found);
                }
            }
        }
        JsonTree::Array(elements) => {
            for (position, element) in elements.iter().enumerate() {
                gather(element, &format!("{path}/{position}"), not_null, found);
            }
        }
        JsonTree::Leaf(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_found_where_there_should_be_none_and_nowhere_else() {
        let undeclared = |text| undeclared(text, &["id", "on"]);
        assert_eq!(undeclared(r#"{"id":null,"name":null}"#), ["/id"]);
        assert_eq!(
            undeclared(r#"{"users":[{"on":true},{"on" : null}]}"#),
            ["/users/1/on"]
        );
        for text in [
            r#"{"id":1,"name":null}"#,
            r#"{"name":"\"id\":null","x":["id",null]}"#,
            r#"{"paid":null}"#,
            "null",
        ] {
            assert!(undeclared(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn one_name_is_enough_to_look_for() {
        assert_eq!(undeclared(r#"{"id":null}"#, &["id"]), ["/id"]);
        assert!(undeclared(r#"{"id":null}"#, &[]).is_empty());
    }
}
