//! A point in time as it was sent.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A point in time as it was sent: with an offset (`2026-06-01T14:30:00.000000+00:00`), without one
/// (`2025-10-09T10:20:58.220633`), or a date (`2026-03-25`).
///
/// JSON Schema's `date-time` requires an offset, which many providers omit. The text is kept and not validated: only the
/// reader may know the provider's time zone.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timestamp").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

    use super::*;

    #[test]
    fn keeps_every_text_as_it_was_sent() {
        for length in [0, 1, 24, 25, 300] {
            for text in ["x".repeat(length), "é".repeat(length / 2)] {
                let read: Timestamp =
                    serde_json::from_str(&serde_json::to_string(&text).unwrap()).unwrap();
                assert_eq!(read.as_str(), text);
                assert_eq!(read.to_string(), text);
                assert_eq!(read, Timestamp::from(text.clone()));
                assert_eq!(serde_json::to_value(&read).unwrap(), text);
            }
        }
        let error = serde_json::from_str::<Timestamp>("7").unwrap_err();
        assert!(error.to_string().contains("expected a string"), "{error}");
    }

    #[test]
    fn is_told_from_others_by_its_text() {
        let [one, same, other] = ["2026-03-25", "2026-03-25", "2026-03-26"].map(Timestamp::from);
        assert_eq!(one, same);
        assert_ne!(one, other);
        let hash = |time: &Timestamp| BuildHasherDefault::<DefaultHasher>::new().hash_one(time);
        assert_eq!(hash(&one), hash(&same));
        assert_ne!(hash(&one), hash(&other));
        assert_eq!(format!("{one:?}"), "Timestamp(\"2026-03-25\")");
    }
}
