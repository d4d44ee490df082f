//! Tables without borders: a header, a line under it, and each row on one line.

use anstyle::{Ansi256Color, Style};
use unicode_width::UnicodeWidthStr;

use super::controls;
use super::layout::{Extent, GAP, shortened, total, widths};
use super::screen::Screen;
use crate::select::field::Style as Layout;

/// A table that is filled row by row.
#[derive(Debug)]
pub(crate) struct Grid {
    columns: Vec<(&'static str, Layout)>,
    rows: Vec<Vec<(String, Tone)>>,
}

/// What a cell says, shown by its color.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Good,
    Doubtful,
    Bad,
    Faint,
}

impl Tone {
    fn style(self) -> Style {
        let color = |index| Style::new().fg_color(Some(Ansi256Color(index).into()));
        match self {
            Self::Plain => Style::new(),
            Self::Good => color(10),
            Self::Doubtful => color(11),
            Self::Bad => color(9),
            Self::Faint => color(8),
        }
    }
}

/// A table as text.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) text: String,
    /// The columns for which the screen has no room.
    pub(crate) omitted: Vec<&'static str>,
}

impl Grid {
    /// A table with these columns and no rows.
    pub(crate) fn new(columns: Vec<(&'static str, Layout)>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row with one cell per column. Terminal controls are escaped.
    pub(crate) fn add(&mut self, cells: impl IntoIterator<Item = (String, Tone)>) {
        let safe = |(text, tone): (String, _)| (controls::escape(&text).into_owned(), tone);
        self.rows.push(cells.into_iter().map(safe).collect());
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Draws the table, with cells shortened to fit the screen.
    pub(crate) fn draw(&self, screen: Screen) -> Drawn {
        let extents: Vec<_> = (0..self.columns.len()).map(|at| self.extent(at)).collect();
        let widths = match screen.width {
            Some(width) => widths(&extents, width),
            None => extents.iter().map(|extent| extent.natural).collect(),
        };
        // A column that is shortened may need less than its share.
        let widths: Vec<_> = (0..widths.len())
            .map(|at| {
                let cells = self.rows.iter().map(|cells| cells[at].0.as_str());
                let cells = cells.chain([self.columns[at].0]);
                let shown = cells.map(|text| shortened(text, widths[at]).width());
                shown.max().unwrap_or_default()
            })
            .collect();
        let mut lines = Vec::new();
        let header = self
            .columns
            .iter()
            .map(|(name, _)| (*name, Style::new().bold()));
        lines.push(self.line(header, &widths, screen));
        lines.push("─".repeat(total(&widths)));
        for cells in &self.rows {
            let cells = cells
                .iter()
                .map(|(text, tone)| (text.as_str(), tone.style()));
            lines.push(self.line(cells, &widths, screen));
        }
        Drawn {
            text: lines.join("\n"),
            omitted: self.columns[widths.len()..]
                .iter()
                .map(|(name, _)| *name)
                .collect(),
        }
    }

    /// One line: each cell shortened and padded to its column's width.
    fn line<'a>(
        &self,
        cells: impl Iterator<Item = (&'a str, Style)>,
        widths: &[usize],
        screen: Screen,
    ) -> String {
        let mut line = String::new();
        let mut gap = 0;
        for (((text, style), width), (_, layout)) in cells.zip(widths).zip(&self.columns) {
            let text = shortened(text, *width);
            let padding = width - text.width();
            let before = if *layout == Layout::Number {
                padding
            } else {
                0
            };
            let indent = " ".repeat(gap + before);
            if text.is_empty() {
                line.push_str(&indent);
            } else if screen.colors {
                line.push_str(&format!("{indent}{style}{text}{style:#}"));
            } else {
                line.push_str(&format!("{indent}{text}"));
            }
            gap = GAP + padding - before;
        }
        line.truncate(line.trim_end().len());
        line
    }

    fn extent(&self, at: usize) -> Extent {
        let (name, style) = self.columns[at];
        let cells = self.rows.iter().map(|cells| cells[at].0.width());
        Extent {
            style,
            header: name.width(),
            natural: cells.max().unwrap_or_default().max(name.width()),
        }
    }
}
