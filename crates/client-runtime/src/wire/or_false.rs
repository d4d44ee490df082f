//! A value, or `false` for "empty".

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::{Serialize, Serializer};

/// A value, or `false` for "empty", as Odoo sends it: a user without a phone has `"phone": false`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum OrFalse<T> {
    /// `false` was sent.
    #[default]
    Empty,
    /// A value was sent.
    Value(T),
}

impl<T> OrFalse<T> {
    /// The value, if one was sent.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Empty => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The value, if one was sent.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Empty => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T: Serialize> Serialize for OrFalse<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_bool(false),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrFalse<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrFalseVisitor(PhantomData))
    }
}

struct OrFalseVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrFalseVisitor<T> {
    type Value = OrFalse<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or `false`")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        if value {
            return Err(E::invalid_value(Unexpected::Bool(true), &self));
        }
        Ok(OrFalse::Empty)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(OrFalse::Value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(OrFalse::Value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(OrFalse::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(OrFalse::Value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(seq)).map(OrFalse::Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_is_empty_and_nothing_else_is() {
        let read = |text| serde_json::from_str::<OrFalse<String>>(text);
        assert_eq!(read("false").unwrap(), OrFalse::Empty);
        assert_eq!(read("\"+1\"").unwrap(), OrFalse::Value("+1".to_owned()));
        assert_eq!(read("\"\"").unwrap(), OrFalse::Value(String::new()));
        for text in ["true", "null", "1", "1.5", "[]", "{}"] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["false", "\"+1\""] {
            assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn gives_the_value_if_there_is_one() {
        let read = |text| serde_json::from_str::<OrFalse<i64>>(text).unwrap();
        for (text, value) in [("false", None), ("7", Some(7)), ("-7", Some(-7))] {
            assert_eq!(read(text).value(), value.as_ref());
            assert_eq!(read(text).into_value(), value);
        }
    }

    #[test]
    fn says_what_it_takes() {
        let error = serde_json::from_str::<OrFalse<String>>("true").unwrap_err();
        let said = "invalid value: boolean `true`, expected a value or `false` at line 1 column 4";
        assert_eq!(error.to_string(), said);
    }
}
