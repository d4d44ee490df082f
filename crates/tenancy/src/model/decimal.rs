//! A decimal number with all its digits.

use std::borrow::Cow;
use std::fmt;

use client_runtime::RawNumber;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A decimal number with every digit that the provider sent. Written as a string, because JSON readers turn numbers into
/// floating point.
///
/// Equality compares the digits as sent: `13` is not `13.0`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(RawNumber);

impl Decimal {
    /// The number as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<RawNumber> for Decimal {
    fn from(number: RawNumber) -> Self {
        Self(number)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Decimal").field(&self.as_str()).finish()
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str::<RawNumber>(&text)
            .map(Self::from)
            .map_err(|_| D::Error::custom(format_args!("`{text}` is not a decimal number")))
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A decimal number with every digit that the provider sent, as a string.",
            "type": "string",
            "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_went() {
        for text in [
            "\"24442.6\"",
            "\"-0.10\"",
            "\"12345678901234567890.12\"",
            "\"1e-7\"",
        ] {
            let decimal: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&decimal).unwrap(), text);
            assert_eq!(format!("\"{decimal}\""), text);
            assert_eq!(format!("{decimal:?}"), format!("Decimal({text})"));
        }
        for text in ["\"\"", "\"1,5\"", "\"$3\"", "3"] {
            assert!(serde_json::from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
