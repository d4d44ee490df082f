//! The output formats of `list`: what each is like, and the trait of their writers.

use std::io;

use clap::ValueEnum;

use crate::select::field::{Field, Row};

/// The writer of an output format: what it writes for each row, before the first and after the last.
pub(crate) trait Format {
    /// Writes what precedes the first row.
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    /// Writes a row, or keeps it for the end.
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()>;

    /// Writes what follows the last row. Not called for an interrupted list, unless rows were kept for the end.
    fn end(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    /// Which rows could not be written as the user asked, and why.
    fn failure(&self) -> Option<String> {
        None
    }

    /// What to tell the user about the output.
    fn note(&self) -> Option<String> {
        None
    }
}

/// The formats of `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Aligned columns, written at the end
    Table,
    /// One array
    Json,
    /// One JSON object per line
    Ndjson,
    /// Columns for spreadsheets
    Csv,
    /// One sequence
    Yaml,
}

impl ListFormat {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Yaml => "yaml",
        }
    }

    /// The extensions of its files.
    pub(crate) fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["txt"],
            Self::Json => &["json"],
            Self::Ndjson => &["ndjson", "jsonl"],
            Self::Csv => &["csv"],
            Self::Yaml => &["yaml", "yml"],
        }
    }

    /// The columns that it has by default, if it has columns.
    pub(crate) fn columns(self, members: bool) -> Option<Vec<Field>> {
        match self {
            Self::Table => Some(Field::summary(members)),
            Self::Csv => Some(Field::scalars(members)),
            Self::Json | Self::Ndjson | Self::Yaml => None,
        }
    }

    /// Whether it can have the provider's record, of which only JSON keeps every digit.
    pub(crate) fn has_raw(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }

    /// Whether its rows are written as they arrive, not at the end of the list.
    pub(crate) fn streams(self) -> bool {
        match self {
            Self::Table => false,
            Self::Json | Self::Ndjson | Self::Csv | Self::Yaml => true,
        }
    }
}
