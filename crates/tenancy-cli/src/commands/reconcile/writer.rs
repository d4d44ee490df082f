//! Writes rows in each format.

use std::borrow::Cow;

use serde_json::Error;

use super::rows::Row;
use crate::exit::Failure;
use crate::output::{Grid, ListFormat, Screen, Tone, controls, csv_line, sink, yaml_item};
use crate::select::field::Style;

const COLUMNS: [(&str, Style); 7] = [
    ("kind", Style::Whole),
    ("provider", Style::Whole),
    ("account", Style::Whole),
    ("id", Style::Whole),
    ("name", Style::Prose),
    ("customer", Style::Whole),
    ("detail", Style::Prose),
];
/// How many bytes are written at once.
const CHUNK: usize = 64 * 1024;

/// The writer of rows.
#[derive(Debug)]
pub(super) struct Writer {
    format: ListFormat,
    screen: Screen,
    grid: Grid,
    text: Vec<u8>,
    /// Whether a row of the JSON array was written.
    has_rows: bool,
}

impl Writer {
    /// Writes what precedes the first row.
    pub(super) fn start(format: ListFormat) -> Result<Self, Failure> {
        let mut writer = Self {
            format,
            screen: Screen::stdout(),
            grid: Grid::new(COLUMNS.to_vec()),
            text: Vec::new(),
            has_rows: false,
        };
        match format {
            ListFormat::Csv => {
                let names = COLUMNS.iter().map(|(name, _)| Cow::Borrowed(*name));
                csv_line(names, false, &mut writer.text).map_err(unwritable)?;
            }
            ListFormat::Json => writer.text.push(b'['),
            ListFormat::Table | ListFormat::Ndjson | ListFormat::Yaml => {}
        }
        Ok(writer)
    }

    pub(super) fn write(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        match self.format {
            ListFormat::Table => {
                let [kind, rest @ ..] = cells(row);
                let rest = rest.map(|cell| (cell, Tone::Plain));
                self.grid.add([(kind, row.tone)].into_iter().chain(rest));
            }
            ListFormat::Csv => {
                let cells = cells(row).into_iter().map(Cow::Owned);
                csv_line(cells, self.screen.is_terminal, &mut self.text).map_err(unwritable)?;
            }
            ListFormat::Json => {
                let separator = if self.has_rows { ",\n" } else { "\n" };
                self.text.extend_from_slice(separator.as_bytes());
                self.json(row).map_err(unwritable)?;
            }
            ListFormat::Ndjson => {
                self.json(row).map_err(unwritable)?;
                self.text.push(b'\n');
            }
            ListFormat::Yaml => yaml_item(row, &mut self.text).map_err(unwritable)?,
        }
        self.has_rows = true;
        if self.text.len() < CHUNK {
            return Ok(());
        }
        self.flush()
    }

    /// Writes what follows the last row.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        match self.format {
            ListFormat::Table if !self.grid.is_empty() => {
                let drawn = self.grid.draw(self.screen).text;
                self.text.extend_from_slice(drawn.as_bytes());
                self.text.push(b'\n');
            }
            ListFormat::Json if self.has_rows => self.text.extend_from_slice(b"\n]\n"),
            ListFormat::Json => self.text.extend_from_slice(b"]\n"),
            ListFormat::Yaml if !self.has_rows => self.text.extend_from_slice(b"[]\n"),
            _ => {}
        }
        self.flush()
    }

    fn json(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let text = serde_json::to_string(row)?;
        self.text
            .extend_from_slice(controls::escape_json(&text).as_bytes());
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        sink::print(&self.text)?;
        self.text.clear();
        Ok(())
    }
}

fn cells(row: &Row<'_>) -> [String; 7] {
    let of_tenant = |part: fn(&tenancy_store::Identity) -> &String| row.tenant.map(part).cloned();
    [
        Some(row.kind.to_owned()),
        of_tenant(|tenant| &tenant.account.provider),
        of_tenant(|tenant| &tenant.account.account),
        of_tenant(|tenant| &tenant.id),
        row.name.clone(),
        row.customer.map(str::to_owned),
        Some(row.detail()),
    ]
    .map(Option::unwrap_or_default)
}

fn unwritable(error: impl std::fmt::Display) -> Failure {
    Failure::machine(format!("cannot write the result: {error}"))
}
