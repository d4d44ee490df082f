//! What a report says, whatever its format.

use jiff::Timestamp;

use super::chart::Chart;
use super::foreign::Foreign;
use crate::output::Tone;

/// A report.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) period: String,
    /// The warning that tenants may be missing.
    pub(super) alert: Option<String>,
    pub(super) figures: Vec<Figure>,
    pub(super) chart: Chart,
    pub(super) sections: Vec<Section>,
}

/// A number at the top.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) label: &'static str,
    pub(super) value: u64,
    pub(super) detail: Option<String>,
    pub(super) tone: Tone,
}

/// A table.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    /// How the table is to be read.
    pub(super) note: Option<String>,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    /// How many rows there would be without a limit.
    pub(super) total: u64,
    /// What stands there if there are none.
    pub(super) empty: &'static str,
}

impl Section {
    /// How many rows are not shown.
    pub(super) fn more(&self) -> u64 {
        self.total.saturating_sub(self.rows.len() as u64)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) is_number: bool,
}

/// A column of text.
pub(super) fn text(name: &'static str) -> Column {
    Column {
        name,
        is_number: false,
    }
}

/// A column of numbers.
pub(super) fn number(name: &'static str) -> Column {
    Column {
        name,
        is_number: true,
    }
}

#[derive(Debug)]
pub(super) struct Row {
    /// One for each column.
    pub(super) cells: Vec<Cell>,
    /// What to do about it.
    pub(super) notes: Vec<Foreign>,
}

impl Row {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        let notes = Vec::new();
        Self { cells, notes }
    }
}

#[derive(Debug)]
pub(super) enum Cell {
    /// A word of ours.
    Word(Tone, &'static str),
    Number(u64),
    Time(Timestamp),
    /// Text from outside.
    Foreign(Foreign),
    Tenant {
        name: Option<Foreign>,
        id: Foreign,
    },
    /// Nothing is known.
    Unknown,
}

impl From<Option<Timestamp>> for Cell {
    fn from(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Unknown, Self::Time)
    }
}

/// A time to the minute, in UTC.
pub(super) fn minute(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A count and its noun.
pub(super) fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { more })
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
