//! Writes `openapi.json`, the corrected and pruned document that the client was generated from.

use serde_json::Value;

use crate::extension::ORIGIN;
use crate::schema::everywhere;

/// The file's name in the crate.
pub(super) const FILE: &str = "openapi.json";

/// The document as text. Its diff shows a reviewer what a changed spec or overlay means, even where no type changes.
pub(super) fn text(document: &Value, header: &str) -> String {
    let mut document = document.clone();
    // Only the steps need the origins of schemas.
    everywhere(&mut document, &mut |value| {
        if let Some(map) = value.as_object_mut() {
            map.retain(|name, value| !(name == ORIGIN && value.is_string()));
        }
    });
    document["x-generated"] = Value::String(header.to_owned());
    format!("{document:#}\n")
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
