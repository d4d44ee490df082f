//! Tables without borders: a header, a line under it, and each row on one line.

use comfy_table::{Attribute, Cell, CellAlignment, Color, LineStyle, Row, TableStyle};
use unicode_width::UnicodeWidthStr;

use super::Screen;
use super::layout::{Extent, shortened, widths};
use crate::output::escape;
use crate::select::field::Style;

/// A table that is filled row by row.
#[derive(Debug)]
pub(crate) struct Grid {
    columns: Vec<(&'static str, Style)>,
    rows: Vec<Vec<(String, Colour)>>,
}

/// What a cell's colour says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Colour {
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
    /// The columns that the screen has no room for.
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

    /// Adds a row of as many cells as there are columns. What would act on a terminal is escaped.
    pub(crate) fn add(&mut self, cells: impl IntoIterator<Item = (String, Colour)>) {
        let safe = |(text, colour): (String, _)| (escape::terminal(&text).into_owned(), colour);
        self.rows.push(cells.into_iter().map(safe).collect());
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table, with its cells cut off where the screen is too narrow for them.
    pub(crate) fn draw(&self, screen: Screen) -> Drawn {
        let extents: Vec<_> = (0..self.columns.len()).map(|at| self.extent(at)).collect();
        let widths = match screen.width() {
            Some(width) => widths(&extents, width),
            None => extents.iter().map(|extent| extent.natural).collect(),
        };
        let mut table = comfy_table::Table::new();
        table.load_style(
            TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')),
        );
        if screen.has_colours() {
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
                    .map(|((text, colour), width)| painted(shortened(text, *width), *colour))
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

fn painted(text: String, colour: Colour) -> Cell {
    let cell = Cell::new_owned(text);
    match colour {
        Colour::Plain => cell,
        Colour::Good => cell.fg(Color::Green),
        Colour::Doubtful => cell.fg(Color::Yellow),
        Colour::Bad => cell.fg(Color::Red),
        Colour::Faint => cell.fg(Color::DarkGrey),
    }
}
