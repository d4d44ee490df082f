//! Text from outside, made harmless and short enough to show. Each format escapes its own markup as well.

use std::fmt;

use crate::output::controls;

/// The most characters that are shown.
const SHOWN: usize = 120;
/// The most characters of a message.
const MESSAGE: usize = 600;

/// Text from a provider, a database or a file: without control characters, and visibly cut off if it is long.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Foreign(String);

impl Foreign {
    pub(super) fn new(text: &str) -> Self {
        Self::cut(text, SHOWN)
    }

    /// A message, which may be longer.
    pub(super) fn message(text: &str) -> Self {
        Self::cut(text, MESSAGE)
    }

    fn cut(text: &str, most: usize) -> Self {
        Self(match text.char_indices().nth(most) {
            None => controls::escape(text).into_owned(),
            Some((end, _)) => format!(
                "{}… ({} characters)",
                controls::escape(&text[..end]),
                text.chars().count()
            ),
        })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
