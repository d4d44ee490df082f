//! The names that lead to a place in a document.

/// The names of a JSON pointer; a text without a slash is the name of a top-level field.
pub(crate) fn names(pointer: &str) -> Vec<String> {
    let unescaped = |name: &str| name.replace("~1", "/").replace("~0", "~");
    match pointer.strip_prefix('/') {
        Some(path) => path.split('/').map(unescaped).collect(),
        None if pointer.is_empty() => Vec::new(),
        None => vec![pointer.to_owned()],
    }
}
