//! The error that stops a step, and the warnings of steps that succeed.

use std::collections::BTreeSet;
use std::fmt;

/// Why a step stopped: the place in the document, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Error {
    /// JSON pointer into the document (or its overlay); `#` alone is the whole document.
    pub pointer: String,
    /// What is wrong there, in one line.
    pub reason: String,
}

impl Error {
    /// An error at `pointer` (`/paths/…`).
    pub fn at(pointer: impl AsRef<str>, reason: impl Into<String>) -> Self {
        Self {
            pointer: format!("#{}", pointer.as_ref()),
            reason: reason.into(),
        }
    }

    /// An error in a file beside the document.
    pub(crate) fn in_file(file: impl ToString, reason: impl ToString) -> Self {
        Self {
            pointer: file.to_string(),
            reason: one_line(&reason.to_string()),
        }
    }
}

/// A text on one line: those of parsers go over several.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.pointer, self.reason)
    }
}

impl std::error::Error for Error {}

/// The result of a step.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Warnings: what was read differently or left out.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    warnings: Vec<Error>,
    /// The warnings, to find one that is there.
    seen: BTreeSet<Error>,
    /// Whether an operation that cannot be sent is skipped: the whole document was asked for.
    skips: bool,
    /// Why the first operation was skipped.
    skipped: Option<Box<Error>>,
}

impl Diagnostics {
    /// Diagnostics that let operations be skipped, if `skips`.
    pub(crate) fn new(skips: bool) -> Self {
        Self {
            skips,
            ..Self::default()
        }
    }

    /// Warns that an operation is skipped.
    ///
    /// # Errors
    /// The operation was asked for by name: it is refused.
    pub(crate) fn skip(&mut self, method: &str, path: &str, error: Error) -> Result<()> {
        if !self.skips {
            return Err(error);
        }
        let verb = method.to_uppercase();
        let reason = format!("`{verb} {path}` is skipped: {}", error.reason);
        self.warn(error.pointer.trim_start_matches('#'), reason);
        self.skipped.get_or_insert(Box::new(error));
        Ok(())
    }

    /// Why the first operation was skipped, if one was.
    pub(crate) fn skipped(&self) -> Option<&Error> {
        self.skipped.as_deref()
    }

    /// Adds a warning; the same one twice is kept once.
    pub fn warn(&mut self, pointer: impl AsRef<str>, reason: impl Into<String>) {
        let warning = Error::at(pointer, reason);
        if self.seen.insert(warning.clone()) {
            self.warnings.push(warning);
        }
    }

    /// All warnings, in the order of the steps.
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }
}
