//! The life-cycle status of a tenant.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The life-cycle status of a tenant. Written as one word.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// In use.
    Active,
    /// Switched off, and can be switched on again.
    Suspended,
    /// Switched off for good.
    Archived,
    /// A word that the provider's documents do not explain, as sent.
    Other(String),
}

impl Status {
    /// Returns the status as one word: `active`, `suspended`, `archived`, or the provider's own.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
            Self::Other(word) => word,
        }
    }
}

impl From<Status> for Cow<'static, str> {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => "active".into(),
            Status::Suspended => "suspended".into(),
            Status::Archived => "archived".into(),
            Status::Other(word) => word.into(),
        }
    }
}

impl From<&str> for Status {
    fn from(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "suspended" => Self::Suspended,
            "archived" => Self::Archived,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::from(word.as_str()))
    }
}

impl JsonSchema for Status {
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The life-cycle status: `active`, `suspended`, `archived`, or a word of the provider's that its documents do not explain.",
            "type": "string",
            "examples": ["active", "suspended", "archived"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_comes_back_as_it_went() {
        for (word, status) in [
            ("active", Status::Active),
            ("suspended", Status::Suspended),
            ("archived", Status::Archived),
            ("Frozen", Status::Other("Frozen".to_owned())),
        ] {
            assert_eq!(Status::from(word), status);
            assert_eq!(status.to_string(), word);
            assert_eq!(Cow::from(status.clone()), word);
            let written = serde_json::to_string(&status).unwrap();
            assert_eq!(written, format!("\"{word}\""));
            assert_eq!(serde_json::from_str::<Status>(&written).unwrap(), status);
        }
    }
}
