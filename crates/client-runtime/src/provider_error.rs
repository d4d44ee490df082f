//! Reads the code, message and request id in an error's body, whatever its shape.

use record_stream::repair_utf8;
use serde_json::Value;

/// The provider's own code and message, and the id under which its support finds the request, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProviderError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl ProviderError {
    /// Reads the shapes in common use: an `error` object with `code`, `message` and `requestId`; the same fields at the top
    /// level; `error` as a word beside its description, or as the description; RFC 9457 problem documents; and the first of
    /// several `errors`. Any other body gives nothing.
    pub(crate) fn read(body: &[u8]) -> Self {
        match serde_json::from_str(&repair_utf8(body)) {
            Ok(Value::Object(top)) => Self::of(&top),
            _ => Self::default(),
        }
    }

    /// Reads a body that came with a success status, if it has an `error` or `errors`.
    pub(crate) fn read_refusal(body: &[u8]) -> Self {
        let is_refusal = |top: &serde_json::Map<String, Value>| {
            ["error", "errors"].iter().any(|key| top.contains_key(*key))
        };
        match serde_json::from_str(&repair_utf8(body)) {
            Ok(Value::Object(top)) if is_refusal(&top) => Self::of(&top),
            _ => Self::default(),
        }
    }

    fn of(top: &serde_json::Map<String, Value>) -> Self {
        let text = |keys: &[&str], of: &serde_json::Map<String, Value>| {
            keys.iter().find_map(|key| of.get(*key).and_then(words))
        };
        let nested = top.get("error").and_then(Value::as_object);
        let inner = nested.unwrap_or(top);
        // The details of the first error stand in for a summary (JSON:API).
        let errors = top.get("errors").and_then(Value::as_array);
        let first = errors.and_then(|errors| errors.first());
        let of_first = |keys: &[&str]| text(keys, first?.as_object()?);
        let code = text(&["code", "type"], inner).or_else(|| of_first(&["code"]));
        // `error` is a word beside a description (RFC 6749, 5.2), or the description itself.
        let message = text(&["error_description", "message", "detail", "title"], inner)
            .or_else(|| text(&["error"], top))
            .or_else(|| of_first(&["detail", "message", "description", "title"]))
            .or_else(|| words(first?));
        let code =
            code.or_else(|| text(&["error"], top).filter(|error| Some(error) != message.as_ref()));
        let request_id = text(&["requestId", "request_id"], inner)
            .or_else(|| text(&["requestId", "request_id", "api_id"], top));
        Self {
            code,
            message,
            request_id,
        }
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let ProviderError {
            code,
            message,
            request_id,
        } = ProviderError::read(body.as_bytes());
        (code, message, request_id)
    }

    fn some(
        code: &str,
        message: &str,
        id: &str,
    ) -> (Option<String>, Option<String>, Option<String>) {
        let word = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (word(code), word(message), word(id))
    }

    #[test]
    fn every_shape_in_common_use() {
        for (body, expected) in [
            (
                r#"{"error":{"code":"FORBIDDEN_SCOPE","message":"Key lacks org:admin.","requestId":"req_1"}}"#,
                some("FORBIDDEN_SCOPE", "Key lacks org:admin.", "req_1"),
            ),
            (
                r#"{"status":"error","error":{"code":"AUTH","message":"Bad token"},"timestamp":"x","requestId":"r2"}"#,
                some("AUTH", "Bad token", "r2"),
            ),
            (
                r#"{"error":"invalid_token","error_description":"The key is invalid"}"#,
                some("invalid_token", "The key is invalid", ""),
            ),
            (
                r#"{"success":false,"error":"Not a reseller"}"#,
                some("", "Not a reseller", ""),
            ),
            (
                r#"{"error":"forbidden","message":"No access"}"#,
                some("forbidden", "No access", ""),
            ),
            (
                r#"{"error":"text","api_id":"a-1"}"#,
                some("", "text", "a-1"),
            ),
            (
                r#"{"type":"urn:x","title":"Gone","status":410}"#,
                some("urn:x", "Gone", ""),
            ),
            (
                r#"{"errors":[{"code":"10011","title":"Too many requests","detail":"Wait."},{"code":"2"}]}"#,
                some("10011", "Wait.", ""),
            ),
            (
                r#"{"errors":[{"code":10,"title":"Gone"}]}"#,
                some("10", "Gone", ""),
            ),
            (
                r#"{"errors":["Not a reseller"]}"#,
                some("", "Not a reseller", ""),
            ),
            (
                r#"{"message":"Invalid","errors":[{"field":"limit","code":"too_large"}]}"#,
                some("too_large", "Invalid", ""),
            ),
            (r#"{"errors":[]}"#, some("", "", "")),
            (r#"{"status":500}"#, some("", "", "")),
            ("<html>", some("", "", "")),
            ("", some("", "", "")),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }
}
