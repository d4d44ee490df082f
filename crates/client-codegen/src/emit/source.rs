//! Writes `openapi.json`, the corrected and pruned document that the client was generated from.

use serde_json::{Map, Value};

use crate::extension::ORIGIN;

/// The file's name in the crate.
pub(super) const FILE: &str = "openapi.json";

/// The document as text. Its diff shows a reviewer what a changed spec or overlay means, even where no type changes.
pub(super) fn text(document: &Value, header: &str) -> String {
    let mut document = without_origins(document);
    if let Some(map) = document.as_object_mut() {
        map.insert("x-generated".to_owned(), Value::String(header.to_owned()));
    }
    format!("{document:#}\n")
}

/// Drops the origins of schemas, which only the steps need.
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
