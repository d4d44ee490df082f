//! A provider's record as sent, with secrets redacted.

use std::borrow::Cow;

use client_runtime::JsonTree;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Names that contain one of these mark a member as a secret, declared or not.
const SECRET_NAMES: &str = "accesskey apikey authkey authorization bearer cookie credential encryptionkey jwt passcode \
    passphrase passwd password privatekey pwd secret signingkey token";

/// A provider's record as sent: every member in order, unknown ones included, numbers with all digits, the values of
/// secrets replaced by `"<redacted>"`. Only `serde_json` can write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Raw(Box<RawValue>);

impl Raw {
    /// Redacts the members that the provider's document declares secret, and those whose name implies it, at any depth. Of the
    /// latter, those in `known` stay.
    #[must_use]
    pub fn redacted(record: &RawValue, declared_secrets: &[&str], known: &[&str]) -> Self {
        let is_secret = |name: &str| {
            declared_secrets.contains(&name) || names_a_secret(name) && !known.contains(&name)
        };
        Self(JsonTree::read(record).redacted(&is_secret).to_raw())
    }

    /// The record's text.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

fn names_a_secret(name: &str) -> bool {
    let name: String = name
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let mut secrets = SECRET_NAMES.split(' ');
    secrets.any(|secret| name.contains(secret))
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl JsonSchema for Raw {
    fn schema_name() -> Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The record as the provider sent it, every field, secrets redacted.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_everything_but_secrets() {
        let record: Box<RawValue> = serde_json::from_str(
            r#"{"b":1.10,"auth_token":"s3cret","a":{"API-Key":"k","apiKeyId":7,"pin":"1234"},"refreshToken":false}"#,
        )
        .unwrap();
        assert_eq!(
            Raw::redacted(&record, &["pin"], &["pin", "apiKeyId"]).get(),
            r#"{"b":1.10,"auth_token":"<redacted>","a":{"API-Key":"<redacted>","apiKeyId":7,"pin":"<redacted>"},"refreshToken":false}"#
        );
        let redacted = Raw::redacted(&record, &[], &[]);
        assert!(redacted.get().contains(r#""apiKeyId":"<redacted>""#));
    }

    #[test]
    fn two_are_equal_when_they_were_sent_alike() {
        let raw = |text: &str| Raw::redacted(serde_json::from_str(text).unwrap(), &[], &[]);
        assert_eq!(raw(r#"{"a":1.0}"#), raw(r#"{"a":1.0}"#));
        assert_ne!(raw(r#"{"a":1.0}"#), raw(r#"{"a":1.00}"#));
    }
}
