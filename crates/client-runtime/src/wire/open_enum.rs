//! An enumeration that keeps unknown values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::{Serialize, Serializer};

/// An enumeration that keeps unknown values: providers add values without notice, and a new one must not cost its record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OpenEnum<E> {
    /// A value that the provider's document names.
    Known(E),
    /// Any other value, as sent.
    Unknown(String),
}

impl<E: fmt::Display> fmt::Display for OpenEnum<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

impl<E: Serialize> Serialize for OpenEnum<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de, E: DeserializeOwned> Deserialize<'de> for OpenEnum<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(OpenVisitor(PhantomData))
    }
}

struct OpenVisitor<E>(PhantomData<E>);

impl<E: DeserializeOwned> Visitor<'_> for OpenVisitor<E> {
    type Value = OpenEnum<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<F: serde::de::Error>(self, text: &str) -> Result<Self::Value, F> {
        let known: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
        Ok(E::deserialize(known)
            .map_or_else(|_| OpenEnum::Unknown(text.to_owned()), OpenEnum::Known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Status {
        Active,
    }

    #[test]
    fn known_and_unknown_come_back_as_sent() {
        let read = |text| serde_json::from_str::<OpenEnum<Status>>(text);
        assert_eq!(read("\"active\"").unwrap(), OpenEnum::Known(Status::Active));
        assert_eq!(
            read("\"Frozen\"").unwrap(),
            OpenEnum::Unknown("Frozen".to_owned())
        );
        let error = read("7").unwrap_err().to_string();
        assert!(error.contains("integer `7`, expected a string"), "{error}");
        for text in ["\"active\"", "\"Frozen\""] {
            assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn is_shown_as_sent() {
        let sent = [OpenEnum::Known(7), OpenEnum::Unknown("Frozen".to_owned())];
        assert_eq!(sent.map(|word| word.to_string()), ["7", "Frozen"]);
    }
}
