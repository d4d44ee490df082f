//! JSON pointers: escapes segments, parses local `$ref`s, and resolves pointers through `$ref`s.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::schema::text_of;

/// `parent/segment`, with the segment escaped.
pub(crate) fn join(parent: &str, segment: &str) -> String {
    format!("{parent}/{}", segment.replace('~', "~0").replace('/', "~1"))
}

/// The segments of a pointer, unescaped.
pub(crate) fn segments(pointer: &str) -> Vec<String> {
    pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// The pointer that a local reference (`#/a/b`) means: its fragment, percent-decoded. Another document's is `None`.
pub(crate) fn of_reference(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let decoded = percent_decode_str(fragment).decode_utf8_lossy();
    (fragment.is_empty() || fragment.starts_with('/')).then(|| decoded.into_owned())
}

/// The value that a `$ref` at `at` means, and its pointer.
///
/// # Errors
/// It is in another document, or nowhere.
pub(crate) fn follow_reference<'a>(
    document: &'a Value,
    reference: &str,
    at: &str,
) -> Result<(&'a Value, String)> {
    let lost = |why: &str| Error::at(join(at, "$ref"), format!("`{reference}` {why}"));
    let pointer = of_reference(reference)
        .ok_or_else(|| lost("is in another document, which was not loaded"))?;
    follow(document, &pointer).ok_or_else(|| lost("does not exist"))
}

/// The value at `pointer`, and the pointer it really stands at: a `$ref` met on the way is followed.
fn follow<'a>(document: &'a Value, pointer: &str) -> Option<(&'a Value, String)> {
    follow_within(document, pointer, 32)
}

fn follow_within<'a>(
    document: &'a Value,
    pointer: &str,
    hops: usize,
) -> Option<(&'a Value, String)> {
    let mut current = document;
    let mut here = String::new();
    let all = segments(pointer);
    for (index, segment) in all.iter().enumerate() {
        match step(current, segment) {
            Some(next) => {
                here = join(&here, segment);
                current = next;
            }
            None => {
                let target = of_reference(current.get("$ref")?.as_str()?)?;
                let rest = all[index..]
                    .iter()
                    .fold(target, |pointer, segment| join(&pointer, segment));
                return follow_within(document, &rest, hops.checked_sub(1)?);
            }
        }
    }
    Some((current, here))
}

/// A value and, while it is a `$ref`, the value that it refers to, each with its pointer: the last is no `$ref`.
///
/// # Errors
/// A `$ref` is to another document, to nothing, or to itself.
pub(crate) fn layers<'a>(
    document: &'a Value,
    value: &'a Value,
    at: String,
) -> Result<Vec<(&'a Value, String)>> {
    let mut layers = vec![(value, at)];
    while let Some((value, at)) = layers.last()
        && let Some(reference) = text_of(value, "$ref")
    {
        if layers.len() > 32 {
            let reason = format!("`{reference}` refers to itself");
            return Err(Error::at(join(at, "$ref"), reason));
        }
        layers.push(follow_reference(document, reference, at)?);
    }
    Ok(layers)
}

fn step<'a>(value: &'a Value, segment: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn segments_are_escaped_and_back() {
        let pointer = join(&join("", "paths"), "/a~b/{id}");
        assert_eq!(pointer, "/paths/~1a~0b~1{id}");
        assert_eq!(segments(&pointer), ["paths", "/a~b/{id}"]);
    }

    #[test]
    fn references_are_percent_decoded_and_foreign_ones_are_none() {
        assert_eq!(
            of_reference("#/paths/~1a~1%7Bid%7D").as_deref(),
            Some("/paths/~1a~1{id}")
        );
        assert_eq!(of_reference("other.yaml#/a"), None);
    }

    #[test]
    fn a_reference_on_the_way_is_followed() {
        let document = json!({"a": {"$ref": "#/b"}, "b": {"c": [1, 2]}});
        assert_eq!(
            follow(&document, "/a/c/1"),
            Some((&json!(2), "/b/c/1".to_owned()))
        );
        assert_eq!(follow(&document, "/a/d"), None);
    }

    #[test]
    fn a_circle_of_references_ends() {
        let document = json!({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}});
        assert_eq!(follow(&document, "/a/x"), None);
    }
}
