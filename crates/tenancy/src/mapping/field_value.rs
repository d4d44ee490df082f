//! The meaning of a field's value, however it was written.

use serde_json::Value;

use super::field_name::is_among;

/// Words that say that all is well, wherever they are.
const WELL: &str = "ok okay success successful successfully succeeded complete completed true done retrieved fetched listed \
    loaded returned found";
/// Parts of words that say that it is not, and of sentences.
const UNWELL: &str = "error fail partial incomplete timeout timedout pending processing progress queued abort cancel denied \
    degraded unavailable exceed invalid forbidden unauthor expired stale busy retry truncat warn skip missing omitted cannot \
    exception";
const UNWELL_PHRASES: [&str; 4] = ["timed out", "not all", "could not", " down"];

/// Yes or no, however it was written.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A text that says that all is well: one of a few words, with others only if none says the opposite.
pub(super) fn is_well(value: &Value) -> bool {
    let Value::String(text) = value else {
        return false;
    };
    let text = text.to_lowercase();
    let mut words = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let none = ["no error", "no warning", "no issue", "0 error", "0 warning"];
    text == "none"
        || none.iter().any(|start| text.starts_with(start))
        || (words.any(|word| is_among(word, WELL)) && !is_unwell(value))
}

pub(super) fn is_unwell(value: &Value) -> bool {
    let text = value.to_string().to_lowercase().replace(['_', '-'], "");
    let mut parts = UNWELL.split(' ').chain(UNWELL_PHRASES);
    parts.any(|part| text.contains(part))
}

/// A number of records, alone or as `{"value": 7}`.
pub(super) fn total(value: &Value) -> Option<u64> {
    count(value.get("value").unwrap_or(value))
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "false" || text == "0",
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

/// A number of records, however it was written.
pub(super) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => {
            let whole = |number: &f64| *number >= 0.0 && number.fract() == 0.0 && *number < 1e15;
            number
                .as_u64()
                .or_else(|| number.as_f64().filter(whole).map(|number| number as u64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
