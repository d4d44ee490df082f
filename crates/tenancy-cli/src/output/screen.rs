//! The width of the output, and whether it shows colors.

use std::env;
use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

/// Where output is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The width of a terminal in columns.
    pub(crate) width: Option<usize>,
    pub(crate) colors: bool,
    pub(crate) is_terminal: bool,
}

impl Screen {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        Self {
            width: terminal.then(width).flatten(),
            colors: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            is_terminal: terminal,
        }
    }

    /// A file: of any width, without colors.
    pub(crate) fn file() -> Self {
        Self {
            width: None,
            colors: false,
            is_terminal: false,
        }
    }

    /// A terminal of this width, for tests.
    #[cfg(test)]
    pub(crate) fn terminal(width: usize) -> Self {
        Self {
            width: Some(width),
            colors: false,
            is_terminal: true,
        }
    }
}

/// The width from `COLUMNS`, else from the terminal.
fn width() -> Option<usize> {
    let stated = env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|columns| *columns > 0);
    stated.or_else(|| {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0))
    })
}
