//! A field that may be absent, null or a value, where the three mean different things.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field that may be absent, null or a value, where the three mean different things: a cursor may be `null` on the
/// last page, while its absence says nothing.
///
/// A field of this type needs `#[serde(default)]`; generated clients have it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Presence<T> {
    /// The field was not sent.
    #[default]
    Absent,
    /// The field was sent as null.
    Null,
    /// The field was sent with a value.
    Value(T),
}

impl<T> Presence<T> {
    /// The value, if one was sent.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the field was not sent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T: Serialize> Serialize for Presence<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Presence<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Page {
        #[serde(default, skip_serializing_if = "Presence::is_absent")]
        next: Presence<String>,
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        for (text, next) in [
            ("{}", Presence::Absent),
            (r#"{"next":null}"#, Presence::Null),
            (r#"{"next":"a"}"#, Presence::Value("a".to_owned())),
        ] {
            let page: Page = serde_json::from_str(text).unwrap();
            assert_eq!(page, Page { next });
            assert_eq!(serde_json::to_string(&page).unwrap(), text);
        }
    }
}
