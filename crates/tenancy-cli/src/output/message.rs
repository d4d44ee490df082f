//! Messages on standard error. Nobody listening there is no reason to fail.

use std::io::{self, Write};

use crate::exit::Failure;
use crate::output::escape;

/// Writes one line.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{}", escape::terminal(text));
}

/// Writes one line about something that failed.
pub(crate) fn error(text: &str) {
    line(&format!("error: {text}"));
}

/// Writes one line about something that is not as it should be.
pub(crate) fn warning(text: &str) {
    line(&format!("warning: {text}"));
}

/// Writes why the command ends.
pub(crate) fn failure(failure: &Failure) {
    error(&failure.message);
    if let Some(help) = &failure.help {
        let _ = write!(io::stderr(), "\n{help}");
    }
}
