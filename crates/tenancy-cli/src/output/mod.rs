//! Everything the command writes: lists in each format, reports, progress and messages.

pub(crate) mod atomic_file;
pub(crate) mod controls;
mod csv;
mod document;
pub(crate) mod events;
mod format;
mod grid;
mod json;
mod layout;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod progress;
pub(crate) mod prometheus;
mod query;
pub(crate) mod report_file;
mod screen;
pub(crate) mod sink;
pub(crate) mod summary;
mod table;
mod yaml;

use crate::select::field::Field;
use crate::select::query::Program;

pub(crate) use csv::csv_line;
pub(crate) use document::{DocumentFormat, print_json};
pub(crate) use format::{Format, ListFormat};
pub(crate) use grid::{Grid, Tone};
pub(crate) use json::MemberLine;
pub(crate) use screen::Screen;
pub(crate) use yaml::yaml_item;

/// How a list is written.
pub(crate) struct OutputOptions {
    pub(crate) format: ListFormat,
    /// The columns, or the fields of JSON and YAML; if empty, the format's defaults.
    pub(crate) columns: Vec<Field>,
    /// Whose results are written instead of the rows.
    pub(crate) query: Option<Program>,
    /// Whether rows are users.
    pub(crate) members: bool,
    /// The names of the accounts in the order of a table's rows; if empty, rows keep the order of arrival.
    pub(crate) accounts: Vec<String>,
    pub(crate) screen: Screen,
}

impl OutputOptions {
    /// Makes the format.
    pub(crate) fn into_format(self) -> Box<dyn Format> {
        if let Some(program) = self.query {
            return Box::new(query::Results::new(program));
        }
        let columns = if self.columns.is_empty() {
            self.format.columns(self.members).unwrap_or_default()
        } else {
            self.columns
        };
        match self.format {
            ListFormat::Table => Box::new(table::Table::new(columns, self.accounts, self.screen)),
            ListFormat::Csv => Box::new(csv::Csv::new(columns, self.screen.is_terminal)),
            ListFormat::Json => Box::new(json::Json::new(columns)),
            ListFormat::Yaml => Box::new(yaml::Yaml::new(columns)),
            ListFormat::Ndjson => Box::new(json::NdJson::new(columns)),
        }
    }
}
