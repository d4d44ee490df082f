//! The trait of output formats, and their names.

use std::io;

use clap::ValueEnum;

use crate::select::field::Row;

/// An output format: what it writes for each row, before the first and after the last.
pub(crate) trait Format {
    /// Writes what precedes the first row.
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    /// Writes a row, or keeps it for the end.
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()>;

    /// Writes what follows the last row. Not called for an interrupted list.
    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    /// Whether rows are kept for the end.
    fn keeps_rows(&self) -> bool {
        false
    }

    /// What to tell the user about the output.
    fn note(&self) -> Option<String> {
        None
    }
}

/// The formats of `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Aligned columns, written once all tenants have arrived
    Table,
    /// One array
    Json,
    /// One tenant per line, as it arrives
    Ndjson,
    /// Columns for spreadsheets
    Csv,
}

impl ListFormat {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}
