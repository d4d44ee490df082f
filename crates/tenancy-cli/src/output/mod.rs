//! The formats of a list.

mod column;
mod csv;
mod json;
mod ndjson;
mod table;

use std::io;

use tenancy::Tenant;

use crate::args::ListFormat;

pub(crate) use column::Column;
pub(crate) use table::plain_table;

/// A format of a list: what it writes for each tenant, before the first and after the last.
pub(crate) trait Format {
    /// Writes what comes before the first tenant.
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()>;
    /// Writes a tenant, or keeps it until the end.
    fn tenant(&mut self, tenant: &Tenant, out: &mut Vec<u8>) -> io::Result<()>;
    /// Writes what comes after the last tenant. A list that was broken off has no end.
    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()>;
}

/// What the formats need to know of their surroundings.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// The accounts' names, in order.
    pub(crate) accounts: Vec<String>,
    /// Whether the output is a terminal.
    pub(crate) terminal: bool,
}

/// The format, with these columns where it has any; none stand for the format's own.
pub(crate) fn format(
    format: ListFormat,
    columns: Vec<&'static Column>,
    surroundings: Surroundings,
) -> Box<dyn Format> {
    let columns_or =
        |usual: fn() -> Vec<&'static Column>| if columns.is_empty() { usual() } else { columns };
    match format {
        ListFormat::Table => Box::new(table::Table::new(columns_or(Column::usual), surroundings)),
        ListFormat::Csv => Box::new(csv::Csv::new(
            columns_or(Column::scalar),
            surroundings.terminal,
        )),
        ListFormat::Json => Box::new(json::Json::default()),
        ListFormat::Ndjson => Box::new(ndjson::NdJson),
    }
}
