//! The error that stops a step, and the warnings of steps that succeed.

use std::fmt;

/// Why a step stopped: the place in the document, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

impl Diagnostics {
    /// Diagnostics a warning; the same one twice is kept once.
    pub fn warn(&mut self, pointer: impl AsRef<str>, reason: impl Into<String>) {
        let warning = Error::at(pointer, reason);
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// All warnings, in the order of the steps.
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }
}
