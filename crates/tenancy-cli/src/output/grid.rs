//! Tables without borders: a header, a line under it, and each row on one line.

use comfy_table::{Attribute, Cell, CellAlignment, Color, LineStyle, Row, TableStyle};
use unicode_width::UnicodeWidthStr;

use super::escape;
use super::layout::{Extent, shortened, widths};
use super::screen::Screen;
use crate::select::field::Style;

/// A table that is filled row by row.
#[derive(Debug)]
pub(crate) struct Grid {
    columns: Vec<(&'static str, Style)>,
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

/// A table as text.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) text: String,
    /// The columns for which the screen has no room.
    pub(crate) left_out: Vec<&'static str>,
}

impl Grid {
    /// A table with these columns and no rows.
    pub(crate) fn new(columns: Vec<(&'static str, Style)>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row with one cell per column. Terminal controls are escaped.
    pub(crate) fn add(&mut self, cells: impl IntoIterator<Item = (String, Tone)>) {
        let safe = |(text, tone): (String, _)| (escape::terminal(&text).into_owned(), tone);
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
        let mut table = comfy_table::Table::new();
        table.load_style(
            TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')),
        );
        if screen.colors {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(
            self.columns
                .iter()
                .zip(&widths)
                .map(|((name, _), width)| {
                    Cell::new(shortened(name, *width)).add_attribute(Attribute::Bold)
                })
                .collect::<Vec<_>>(),
        );
        for cells in &self.rows {
            let cells = cells.iter().zip(&widths);
            table.add_row(Row::from(
                cells
                    .map(|((text, tone), width)| painted(shortened(text, *width), *tone))
                    .collect::<Vec<_>>(),
            ));
        }
        let last = widths.len().saturating_sub(1);
        for (at, (column, (_, style))) in table.column_iter_mut().zip(&self.columns).enumerate() {
            // One more is between any two columns.
            column.set_padding((0, u16::from(at < last)));
            if *style == Style::Number {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Drawn {
            text: table.trim_fmt(),
            left_out: self.columns[widths.len()..]
                .iter()
                .map(|(name, _)| *name)
                .collect(),
        }
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

fn painted(text: String, tone: Tone) -> Cell {
    let cell = Cell::new_owned(text);
    match tone {
        Tone::Plain => cell,
        Tone::Good => cell.fg(Color::Green),
        Tone::Doubtful => cell.fg(Color::Yellow),
        Tone::Bad => cell.fg(Color::Red),
        Tone::Faint => cell.fg(Color::DarkGrey),
    }
}
