//! Writes messages to standard error, and ignores write errors.

use std::io::{self, Write};

use super::controls;
use crate::exit::Failure;

/// Writes one line.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", controls::escape(text));
}

/// Writes a line about a failure.
pub(crate) fn error(text: &str) {
    line(&format!("error: {text}"));
}

/// Writes a line about something to attend to.
pub(crate) fn warning(text: &str) {
    line(&format!("warning: {text}"));
}

/// Writes why the command fails.
pub(crate) fn failure(failure: &Failure) {
    error(&failure.message);
    if let Some(help) = &failure.help {
        let _ = write!(io::stderr(), "\n{help}");
    }
}
