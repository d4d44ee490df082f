//! Formats: keeps those that decide the Rust type, and warns about unknown ones.

use serde_json::{Map, Value};

use crate::error::Diagnostics;
use crate::extension::is_among;

/// Formats of OpenAPI, its registry and JSON Schema, which leave the type as it is.
const KNOWN: &str = "base64url binary byte char commonmark date date-time decimal decimal128 double double-int \
    duration email float hostname html http-date idn-email idn-hostname int16 int32 int64 int8 ipv4 \
    ipv6 iri json-pointer media-range password regex time uint16 uint32 uint64 uri uri-reference \
    uri-template uuid";

/// Keeps a format where it decides the Rust type. Integers are `i64`, since a provider's `int32` overflows sooner or later.
pub(super) fn keep_known(map: &mut Map<String, Value>, at: &str, diagnostics: &mut Diagnostics) {
    let Some(format) = map.get("format").and_then(Value::as_str) else {
        return;
    };
    let kept = match map.get("type").and_then(Value::as_str) {
        Some("string") => matches!(format, "date" | "date-time" | "password" | "binary"),
        Some("integer") => format == "uint64",
        _ => false,
    };
    if !is_among(format, KNOWN) {
        diagnostics.warn(at, format!("format `{format}` is unknown: it is ignored"));
    }
    if !kept {
        map.remove("format");
    }
}
