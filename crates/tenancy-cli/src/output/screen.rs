//! What output is shown on: how wide it is, and whether it shows colours.

use std::env;
use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};

/// What output is shown on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// How many columns a terminal has; none where the output is no terminal.
    width: Option<usize>,
    colours: bool,
    terminal: bool,
}

impl Screen {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        Self {
            width: terminal.then(width).flatten(),
            colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            terminal,
        }
    }

    /// A file: as wide as need be, in no colours.
    pub(crate) fn file() -> Self {
        Self {
            width: None,
            colours: false,
            terminal: false,
        }
    }

    /// A terminal of this width, for tests.
    #[cfg(test)]
    pub(crate) fn terminal(width: usize) -> Self {
        Self {
            width: Some(width),
            colours: false,
            terminal: true,
        }
    }

    /// How many columns there are; none where there is no bound.
    pub(crate) fn width(self) -> Option<usize> {
        self.width
    }

    /// Whether colours are shown.
    pub(crate) fn has_colours(self) -> bool {
        self.colours
    }

    /// Whether it is a terminal.
    pub(crate) fn is_terminal(self) -> bool {
        self.terminal
    }
}

/// What `COLUMNS` says, else the terminal itself.
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
