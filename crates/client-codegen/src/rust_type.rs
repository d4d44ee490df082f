//! The Rust types of lowered schemas, and the private format by which a schema asks for one.

use serde_json::{Value, json};

use crate::schema::{is_true, reference_of, text_of};

/// What the private format of a schema begins with; the Rust type follows.
const FORMAT: &str = "rust ";

/// A schema that becomes a given Rust type. Emit makes a conversion of each such format, and checks that it took place.
pub(crate) fn native(rust_type: &str) -> Value {
    json!({"type": "string", "format": format!("{FORMAT}{rust_type}")})
}

/// The Rust type that a schema asks for by its format.
pub(crate) fn native_type(schema: &Value) -> Option<&str> {
    text_of(schema, "format")?.strip_prefix(FORMAT)
}

/// The Rust type of a schema in the lowered document, as code of a module that has `types` in scope.
pub(crate) fn rust_type(schema: &Value) -> String {
    let plain = match (
        native_type(schema),
        reference_of(schema),
        text_of(schema, "type"),
    ) {
        (Some(native), _, _) => native.to_owned(),
        (_, Some(name), _) => format!("types::{name}"),
        (_, _, Some("string")) => "::std::string::String".to_owned(),
        (_, _, Some("integer")) if text_of(schema, "format") == Some("uint64") => "u64".to_owned(),
        (_, _, Some("integer")) => "i64".to_owned(),
        (_, _, Some("number")) => "f64".to_owned(),
        (_, _, Some("boolean")) => "bool".to_owned(),
        (_, _, Some("array")) => format!(
            "::std::vec::Vec<{}>",
            rust_type(schema.get("items").unwrap_or(&Value::Null))
        ),
        (_, _, Some("object")) => match schema
            .get("additionalProperties")
            .filter(|values| values.is_object())
        {
            Some(values) => format!(
                "::client_runtime::Map<::std::string::String, {}>",
                rust_type(values)
            ),
            None => "::serde_json::Map<::std::string::String, ::serde_json::Value>".to_owned(),
        },
        _ => "::serde_json::Value".to_owned(),
    };
    // Null is any value too.
    if is_true(schema, "nullable") && plain != "::serde_json::Value" {
        format!("::std::option::Option<{plain}>")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_have_rust_types() {
        for (schema, rust) in [
            (
                json!({"type": "array", "items": {"$ref": "#/components/schemas/A"}}),
                "::std::vec::Vec<types::A>",
            ),
            (
                json!({"type": "integer", "nullable": true}),
                "::std::option::Option<i64>",
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "boolean"}}),
                "::client_runtime::Map<::std::string::String, bool>",
            ),
            (json!({}), "::serde_json::Value"),
        ] {
            assert_eq!(rust_type(&schema), rust);
        }
    }
}
