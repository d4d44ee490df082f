//! The width of the output, and whether it shows colors.

use std::env;
use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

/// Where output is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// The width of a terminal in columns.
    width: Option<usize>,
    colors: bool,
    terminal: bool,
}

impl Screen {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        Self {
            width: terminal.then(width).flatten(),
            colors: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            terminal,
        }
    }

    /// A file: of any width, without colors.
    pub(crate) fn file() -> Self {
        Self {
            width: None,
            colors: false,
            terminal: false,
        }
    }

    /// A terminal of this width, for tests.
    #[cfg(test)]
    pub(crate) fn terminal(width: usize) -> Self {
        Self {
            width: Some(width),
            colors: false,
            terminal: true,
        }
    }

    /// The width in columns, if bounded.
    pub(crate) fn width(self) -> Option<usize> {
        self.width
    }

    /// Whether colors are shown.
    pub(crate) fn has_colors(self) -> bool {
        self.colors
    }

    /// Whether it is a terminal.
    pub(crate) fn is_terminal(self) -> bool {
        self.terminal
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
