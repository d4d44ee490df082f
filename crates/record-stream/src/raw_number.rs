//! A JSON number with all its digits.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

/// The name by which a number is requested, so that the fast path can give its digits.
pub(crate) const NAME: &str = "record_stream::RawNumber";

/// A JSON number with all its digits. An `f64` would turn `12345678901234567.89` into another number.
///
/// It can be read and written only by `serde_json`. Two are equal when they were written alike: `13` is not `13.0`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawNumber(CompactString);

impl RawNumber {
    /// The number as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it was sent as an integer: digits and perhaps a sign, no point and no exponent.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        let is_part = |byte: &u8| matches!(byte, b'-' | b'0'..=b'9');
        self.0.as_bytes().iter().all(is_part)
    }
}

impl From<i64> for RawNumber {
    fn from(number: i64) -> Self {
        Self(number.to_string().into())
    }
}

impl From<RawNumber> for String {
    /// The number as it was sent.
    fn from(number: RawNumber) -> Self {
        number.as_str().to_owned()
    }
}

impl FromStr for RawNumber {
    type Err = serde_json::Error;

    /// Reads a number as JSON writes it: `-0.10`, `13`, `1e-7`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl fmt::Display for RawNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RawNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RawNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, RawNumberVisitor)
    }
}

struct RawNumberVisitor;

impl<'de> Visitor<'de> for RawNumberVisitor {
    type Value = RawNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<RawNumber, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get().as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => Ok(RawNumber(raw.get().into())),
            first => Err(D::Error::custom(format_args!(
                "invalid type: {}, expected a number",
                match first {
                    Some(b'"') => "string",
                    Some(b'{') => "object",
                    Some(b'[') => "array",
                    Some(b'n') => "null",
                    _ => "boolean",
                }
            ))),
        }
    }

    /// The digits, from the fast path. JSON itself has no bytes.
    fn visit_bytes<E: Error>(self, digits: &[u8]) -> Result<RawNumber, E> {
        match CompactString::from_utf8(digits) {
            Ok(number) if is_decimal(digits) => Ok(RawNumber(number)),
            _ => Err(E::invalid_value(Unexpected::Bytes(digits), &self)),
        }
    }
}

/// Whether this is a JSON number without an exponent.
pub(crate) fn is_decimal(text: &[u8]) -> bool {
    let is_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let mut parts = text.splitn(2, |byte| *byte == b'.');
    let is_whole = |text: &[u8]| is_digits(text) && (text.len() == 1 || text[0] != b'0');
    parts.next().is_some_and(is_whole) && parts.next().is_none_or(is_digits)
}

#[cfg(test)]
mod tests {
    use serde::de::value::{BytesDeserializer, Error as ValueError, F64Deserializer};

    use super::*;

    #[test]
    fn keeps_every_digit() {
        for text in [
            "24442.6",
            "13",
            "-0.10",
            "12345678901234567890.123456789",
            "1e-7",
            "1e400",
        ] {
            let number: RawNumber = serde_json::from_str(text).unwrap();
            assert_eq!(number.as_str(), text);
            assert_eq!(serde_json::to_string(&number).unwrap(), text);
        }
    }

    #[test]
    fn is_made_of_numbers_and_their_text() {
        assert_eq!(RawNumber::from(-7).as_str(), "-7");
        assert_eq!("0.10".parse::<RawNumber>().unwrap().as_str(), "0.10");
        assert_eq!(String::from(RawNumber::from(-7)), "-7");
        assert!("1,5".parse::<RawNumber>().is_err());
    }

    #[test]
    fn is_nothing_but_a_number() {
        for text in ["\"13\"", "null", "false", "[1]", "{}"] {
            assert!(serde_json::from_str::<RawNumber>(text).is_err(), "{text}");
        }
        assert_eq!(
            serde_json::from_str::<Option<RawNumber>>("null").unwrap(),
            None
        );
    }

    #[test]
    fn what_is_no_json_gives_a_number_by_its_digits_only() {
        let bytes = |digits| RawNumber::deserialize(BytesDeserializer::<ValueError>::new(digits));
        for digits in ["0", "-0.10", "12345678901234567890123456789"] {
            assert_eq!(bytes(digits.as_bytes()).unwrap().as_str(), digits);
        }
        for digits in [&b""[..], b"1,5", b"01", b"\xff"] {
            let error = bytes(digits).unwrap_err().to_string();
            assert_eq!(error, "invalid value: byte array, expected a number");
        }
        let float = RawNumber::deserialize(F64Deserializer::<ValueError>::new(1.5));
        let error = float.unwrap_err().to_string();
        assert!(error.ends_with("expected a number"), "{error}");
    }

    #[test]
    fn shows_its_digits_and_knows_a_whole_number() {
        let number: RawNumber = "12345678901234567890.10".parse().unwrap();
        assert_eq!(number.to_string(), "12345678901234567890.10");
        assert_eq!(format!("{number:?}"), "12345678901234567890.10");
        let is_integer = |text: &str| text.parse::<RawNumber>().unwrap().is_integer();
        for text in ["0", "-7", "12345678901234567890"] {
            assert!(is_integer(text), "{text}");
        }
        for text in ["1.0", "1e3", "1E3"] {
            assert!(!is_integer(text), "{text}");
        }
    }
}
