//! `accepted.toml`: the accepted breaking changes, with reasons.

use serde::Deserialize;

use super::{Change, Severity};
use crate::error::{Error, Result};

/// The accepted changes of a provider.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    #[serde(default)]
    accepted: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    reason: String,
}

impl Accepted {
    /// Reads the file's text: an `[[accepted]]` with `fingerprint` and `reason` for each change.
    ///
    /// # Errors
    /// The text is not TOML, has other keys, or has an empty reason.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |reason: String| Error::in_file("accepted.toml", reason);
        let read: Self = toml::from_str(text).map_err(|error| refused(error.to_string()))?;
        match read
            .accepted
            .iter()
            .find(|entry| entry.reason.trim().is_empty())
        {
            Some(entry) => Err(refused(format!("`{}` has no reason", entry.fingerprint))),
            None => Ok(read),
        }
    }

    /// Why a change was accepted.
    pub(super) fn reason(&self, fingerprint: &str) -> Option<&str> {
        let mut entries = self.accepted.iter();
        let entry = entries.find(|entry| entry.fingerprint == fingerprint)?;
        Some(&entry.reason)
    }

    /// The breaking changes that are not accepted.
    #[must_use]
    pub fn pending<'a>(&self, changes: &'a [Change]) -> Vec<&'a Change> {
        let breaking = changes
            .iter()
            .filter(|change| change.severity == Severity::Breaking);
        breaking
            .filter(|change| self.reason(&change.fingerprint).is_none())
            .collect()
    }
}
