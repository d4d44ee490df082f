//! Reads the code, message and request id in an error's body, whatever its shape.

use http::StatusCode;
use record_stream::repair_utf8;
use serde_json::{Map, Value};

use crate::Options;

/// The provider's error code and message, and the request ID to give its support team, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProviderError {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// The status of an error that the body itself states.
    pub(crate) status: Option<StatusCode>,
}

/// Parts of texts that say that too many requests were sent, without spaces and punctuation.
const RATE_LIMITS: [&str; 3] = ["ratelimit", "toomanyrequests", "throttl"];

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

    /// The status that the body amounts to, whatever the response's own: 429 if it says that too many requests were sent, or
    /// else the one that it states.
    pub(crate) fn amounts_to(&self) -> Option<StatusCode> {
        let is_rate_limit = [&self.code, &self.message]
            .into_iter()
            .flatten()
            .any(|text| {
                let letters = text
                    .to_lowercase()
                    .replace(|letter: char| !letter.is_alphanumeric(), "");
                RATE_LIMITS.iter().any(|part| letters.contains(part))
            });
        match is_rate_limit {
            true => Some(StatusCode::TOO_MANY_REQUESTS),
            false => self.status,
        }
    }

    /// Whether no retry helps after this code.
    pub(crate) fn is_final(&self, options: &Options) -> bool {
        let code = self.code.as_ref();
        code.is_some_and(|code| options.final_codes.contains(code))
    }

    fn of(top: &Map<String, Value>) -> Self {
        let text = |keys: &[&str], of: &Map<String, Value>| {
            keys.iter().find_map(|key| member(of, key).and_then(words))
        };
        let nested = member(top, "error").and_then(Value::as_object);
        let inner = nested.unwrap_or(top);
        // The details of the first error stand in for a summary (JSON:API).
        let errors = member(top, "errors").and_then(Value::as_array);
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
            status: status(inner).or_else(|| status(top)),
        }
    }
}

/// The member of this name, in lower or upper case: Mailgun sends `message` and `Error`.
fn member<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = of.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

fn status(of: &Map<String, Value>) -> Option<StatusCode> {
    let keys = ["status", "statusCode", "status_code", "code"];
    let mut statuses = keys.iter().filter_map(|key| {
        let status = words(member(of, key)?)?.parse().ok()?;
        StatusCode::from_u16(status).ok()
    });
    let is_error = |status: &StatusCode| status.is_client_error() || status.is_server_error();
    statuses.find(is_error)
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
            ..
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
            (r#"{"Error":"unauthorized"}"#, some("", "unauthorized", "")),
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

    #[test]
    fn a_body_amounts_to_the_status_that_it_states_or_to_a_rate_limit() {
        for (body, status) in [
            (r#"{"status":429,"message":"slow down"}"#, Some(429)),
            (r#"{"error":{"statusCode":"503"}}"#, Some(503)),
            (r#"{"error":{"code":"rate_limit_exceeded"}}"#, Some(429)),
            (
                r#"{"message":"API rate limit exceeded for user"}"#,
                Some(429),
            ),
            (r#"{"error":"Too Many Requests"}"#, Some(429)),
            (r#"{"status":200,"code":20003,"message":"OK"}"#, None),
            (r#"{"status":"error","error":"Not a reseller"}"#, None),
        ] {
            let read = ProviderError::read(body.as_bytes()).amounts_to();
            assert_eq!(read.map(|status| status.as_u16()), status, "{body}");
        }
    }
}
