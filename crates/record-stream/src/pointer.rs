//! JSON pointers: the names that lead to a place in a document.

/// The length to which a pointer is kept, in bytes: whoever sends the document chooses the names.
pub const LONGEST_POINTER: usize = 1000;

/// The pointer to the member of this name, or the element at this position, of what `pointer` leads to. One that is longer than
/// [`LONGEST_POINTER`] is cut off there, with an ellipsis.
#[must_use]
pub fn child_pointer(pointer: &str, name: &str) -> String {
    let mut child = pointer.to_owned();
    if child.len() > LONGEST_POINTER {
        return child;
    }
    child.push('/');
    for character in name.chars() {
        if child.len() >= LONGEST_POINTER {
            child.push('…');
            break;
        }
        match character {
            '~' => child.push_str("~0"),
            '/' => child.push_str("~1"),
            other => child.push(other),
        }
    }
    child
}

/// The names of a JSON pointer; a text without a slash is the name of a top-level field.
pub(crate) fn names(pointer: &str) -> Vec<String> {
    let unescaped = |name: &str| name.replace("~1", "/").replace("~0", "~");
    match pointer.strip_prefix('/') {
        Some(path) => path.split('/').map(unescaped).collect(),
        None if pointer.is_empty() => Vec::new(),
        None => vec![pointer.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_escaped_and_cut_off() {
        assert_eq!(child_pointer("", "a/b~"), "/a~1b~0");
        assert_eq!(child_pointer("/a", "7"), "/a/7");
        let long = child_pointer("/a", &"é".repeat(10_000));
        assert!(long.starts_with("/a/éé") && long.ends_with("é…"));
        assert!((LONGEST_POINTER..LONGEST_POINTER + 5).contains(&long.len()));
        assert_eq!(child_pointer(&long, "b"), long);
    }
}
