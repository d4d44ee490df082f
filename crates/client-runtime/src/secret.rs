//! A secret that is never printed and never serialised.

use std::fmt;

use record_stream::REDACTED;
use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::{Serialize, Serializer};

/// The length from which a secret is redacted in texts, in bytes: a shorter one is part of ordinary words.
const SHORTEST_REDACTED: usize = 4;

/// A credential, or a secret that a provider sends in its records.
///
/// `Debug` and `Serialize` give `<redacted>`; there is no `Display`. The memory is wiped on drop. The value leaves only
/// through [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret itself. Review every use.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether a text in which it occurs is redacted. One of less than four bytes is part of ordinary words: to redact these would
    /// make the text unreadable, and tell the secret.
    #[must_use]
    pub fn is_redactable(&self) -> bool {
        self.expose().len() >= SHORTEST_REDACTED
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(SecretString::from(value))
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(SecretString::from(value))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SecretVisitor;
        impl Visitor<'_> for SecretVisitor {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, value: &str) -> Result<Secret, E> {
                Ok(Secret::from(value))
            }

            fn visit_string<E>(self, value: String) -> Result<Secret, E> {
                Ok(Secret::from(value))
            }
        }
        // serde's own message would quote the unexpected value, which may be the secret in another type.
        deserializer
            .deserialize_string(SecretVisitor)
            .map_err(|_| D::Error::custom("a secret that is not a string"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_shows_its_value() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?}"), "<redacted>");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"<redacted>\"");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn an_error_does_not_quote_it() {
        let error = serde_json::from_str::<Secret>("123456789").unwrap_err();
        assert!(!error.to_string().contains("123456789"), "{error}");
    }
}
