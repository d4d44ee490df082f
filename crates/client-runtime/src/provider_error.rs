//! Reads what a provider says in an error's body, whatever its shape.

use serde_json::Value;

/// The longest text taken over from a provider's body into an error message, in characters.
const LONGEST_TEXT: usize = 500;

/// What a provider said: its code, its message, and the id under which its support finds the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProviderError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl ProviderError {
    /// Reads the shapes that are in use: `{"error": {"code", "message", "requestId"}}` (Layers, Vobiz),
    /// `{"error", "error_description"}`, `{"success": false, "error"}`, `{"error", "message"}`, `{"detail"}` (OmniDim),
    /// `{"error", "api_id"}` (Vobiz) and RFC 9457 problem documents. A body that is none of them gives nothing.
    pub(crate) fn read(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(top)) => Self::of(&top),
            _ => Self::default(),
        }
    }

    /// The same of a body that came with a success: only if it speaks of an error.
    pub(crate) fn read_refusal(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(top)) if top.contains_key("error") => Self::of(&top),
            _ => Self::default(),
        }
    }

    fn of(top: &serde_json::Map<String, Value>) -> Self {
        let text = |keys: &[&str], of: &serde_json::Map<String, Value>| {
            keys.iter().find_map(|key| of.get(*key).and_then(words))
        };
        let nested = top.get("error").and_then(Value::as_object);
        let inner = nested.unwrap_or(top);
        let code = text(&["code", "type"], inner);
        // OmniDim's `error` is a word beside a description, or the description itself.
        let message = text(&["error_description", "message", "detail", "title"], inner)
            .or_else(|| text(&["error"], top));
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
        Value::String(text) if !text.trim().is_empty() => Some(printable(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text on one line, bounded, with control characters escaped: it comes from a stranger and goes to a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::new();
    for (position, character) in text.trim().chars().enumerate() {
        if position == LONGEST_TEXT {
            out.push('…');
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
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
    fn every_shape_that_a_provider_uses() {
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
            (r#"{"status":500}"#, some("", "", "")),
            ("<html>", some("", "", "")),
            ("", some("", "", "")),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn a_message_cannot_reach_the_terminal_raw() {
        assert_eq!(printable("a\u{1b}[31mb\r\n"), "a\\u{1b}[31mb");
        assert_eq!(
            printable(&"x".repeat(2000)).chars().count(),
            LONGEST_TEXT + 1
        );
    }
}
