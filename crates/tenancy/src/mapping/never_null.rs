//! Finds nulls in properties that are never null by the provider's document. They decode as absent.

use memchr::memmem::Finder;
use record_stream::{JsonTree, MAX_UNKNOWN, child_pointer};

/// Finds nulls in certain properties.
///
/// Few records have any: the text is searched for the names first, and parsed only if that finds a null.
#[derive(Clone)]
pub(super) struct NeverNull {
    names: &'static [&'static str],
    finders: Vec<Finder<'static>>,
}

impl NeverNull {
    pub(super) fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            finders: names.iter().map(Finder::new).collect(),
        }
    }

    /// Returns the properties of a record that are null, as JSON pointers; the first [`MAX_UNKNOWN`] of them.
    pub(super) fn violated(&self, text: &str) -> Vec<String> {
        let bytes = text.as_bytes();
        let suspicious = self.finders.iter().any(|finder| {
            let ends = finder.find_iter(bytes).map(|at| at + finder.needle().len());
            ends.into_iter().any(|end| is_null_member(&bytes[end..]))
        });
        let mut found = Vec::new();
        if suspicious && let Ok(record) = serde_json::from_str(text) {
            gather(&JsonTree::read(record), "", self.names, &mut found);
        }
        found
    }
}

/// Whether the text that follows a name gives it the value null.
fn is_null_member(text: &[u8]) -> bool {
    let value = text.strip_prefix(b"\"").and_then(|text| {
        let text = text.trim_ascii_start().strip_prefix(b":")?;
        Some(text.trim_ascii_start())
    });
    value.is_some_and(|value| value.starts_with(b"null"))
}

fn gather(tree: &JsonTree, path: &str, never_null: &[&str], found: &mut Vec<String>) {
    match tree {
        JsonTree::Object(members) => {
            for (name, value) in members {
                let path = child_pointer(path, name);
                let is_null = matches!(value, JsonTree::Leaf(leaf) if leaf.get() == "null");
                if is_null && never_null.contains(&name.as_str()) && found.len() < MAX_UNKNOWN {
                    found.push(path);
                } else {
                    gather(value, &path, never_null, found);
                }
            }
        }
        JsonTree::Array(elements) => {
            for (position, element) in elements.iter().enumerate() {
                let path = child_pointer(path, &position.to_string());
                gather(element, &path, never_null, found);
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
        let undeclared = |text| NeverNull::new(&["id", "on"]).violated(text);
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
    fn many_nulls_below_a_long_name_are_named_briefly() {
        let (name, nulls) = ("n".repeat(100_000), r#"{"id":null},"#.repeat(20_000));
        let text = format!(r#"{{"{name}":[{nulls}0]}}"#);
        let found = NeverNull::new(&["id"]).violated(&text);
        assert_eq!(found.len(), MAX_UNKNOWN);
        assert!(found.iter().map(String::len).sum::<usize>() < MAX_UNKNOWN * 1010);
    }

    #[test]
    fn one_name_is_enough_to_look_for() {
        let undeclared = |names| NeverNull::new(names).violated(r#"{"id":null}"#);
        assert_eq!(undeclared(&["id"]), ["/id"]);
        assert!(undeclared(&[]).is_empty());
    }
}
