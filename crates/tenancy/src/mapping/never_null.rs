//! Finds nulls in properties that are never null by the provider's document. They decode as absent.

use memchr::memmem::Finder;
use record_stream::{JsonTree, MAX_UNKNOWN, child_pointer};

/// Finds nulls in certain properties.
///
/// Few records have any: the text is searched for them first, and parsed only if that finds one.
#[derive(Clone)]
pub(super) struct NeverNull {
    names: &'static [&'static str],
    null: Finder<'static>,
}

impl NeverNull {
    pub(super) fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            null: Finder::new("null"),
        }
    }

    /// Returns the properties of a record that are null, as JSON pointers; the first [`MAX_UNKNOWN`] of them.
    pub(super) fn violated(&self, text: &str) -> Vec<String> {
        let bytes = text.as_bytes();
        let mut nulls = self.null.find_iter(bytes);
        let mut found = Vec::new();
        if nulls.any(|at| self.may_be_named(&bytes[..at]))
            && let Ok(record) = serde_json::from_str(text)
        {
            gather(&JsonTree::read(record), "", self.names, &mut found);
        }
        found
    }

    /// Whether the text before a value seems to end with one of the names.
    fn may_be_named(&self, before: &[u8]) -> bool {
        let name = before
            .trim_ascii_end()
            .strip_suffix(b":")
            .and_then(|text| text.trim_ascii_end().strip_suffix(b"\""));
        name.is_some_and(|text| {
            self.names
                .iter()
                .any(|name| text.ends_with(name.as_bytes()))
        })
    }
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
