//! Source: the document that a client was made from, corrected and pruned, as one of the client's files.

use serde_json::{Map, Value};

use crate::extension::ORIGIN;

/// The file's name in the crate.
pub(crate) const FILE: &str = "openapi.json";

/// The document as text. A reviewer sees in its difference what a changed spec or overlay means, also where no type of the
/// client changes.
pub(crate) fn text(document: &Value, header: &str) -> String {
    let mut document = without_origins(document);
    if let Some(map) = document.as_object_mut() {
        map.insert("x-generated".to_owned(), Value::String(header.to_owned()));
    }
    format!("{document:#}\n")
}

/// Where a schema stood is known to the steps only, and is no part of the document.
fn without_origins(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map
                .iter()
                .filter(|(name, value)| !(*name == ORIGIN && value.is_string()));
            Value::Object(
                kept.map(|(name, value)| (name.clone(), without_origins(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(elements) => Value::Array(elements.iter().map(without_origins).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_document_and_no_traces_of_the_steps() {
        let document = json!({"openapi": "3.0.3", "a": [{"x-origin": "/a/0", "type": "string"}]});
        let read: Value = serde_json::from_str(&text(&document, "made by")).unwrap();
        assert_eq!(
            read,
            json!({"openapi": "3.0.3", "a": [{"type": "string"}], "x-generated": "made by"})
        );
    }
}
