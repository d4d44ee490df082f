//! A point in time as it was sent.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A point in time as it was sent: with an offset (`2026-06-01T14:30:00.000000+00:00`), without one
/// (`2025-10-09T10:20:58.220633`), or a date (`2026-03-25`).
///
/// JSON Schema's `date-time` demands an offset; OmniDim sends none, and Vobiz sends either a date or a time stamp. The
/// text is kept and not judged: what it means is for the reader to say, who may know the provider's zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
        f.write_str(&self.0)
    }
}
