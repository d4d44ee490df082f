//! Writes comma-separated values, escaped so that no spreadsheet runs a formula.

use std::borrow::Cow;
use std::io;

use super::controls;
use super::format::Format;
use crate::select::field::{Field, Row};

/// One row per line, below a header.
#[derive(Debug)]
pub(super) struct Csv {
    columns: Vec<Field>,
    terminal: bool,
}

impl Csv {
    /// CSV with these columns. Terminal controls are escaped on a terminal only.
    pub(super) fn new(columns: Vec<Field>, terminal: bool) -> Self {
        Self { columns, terminal }
    }
}

/// Writes one line. Terminal controls are escaped on a terminal only.
pub(crate) fn csv_line<'a>(
    cells: impl Iterator<Item = Cow<'a, str>>,
    terminal: bool,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new()
        .buffer_capacity(1024)
        .from_writer(out);
    for cell in cells {
        let cell = if terminal {
            controls::escape(&cell)
        } else {
            Cow::Borrowed(cell.as_ref())
        };
        writer.write_field(without_formula(&cell).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer.flush()
}

impl Format for Csv {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let names = self.columns.iter().map(|column| column.name.into());
        csv_line(names, self.terminal, out)
    }

    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let cells = self.columns.iter();
        let cells = cells.map(|column| column.cell(row).unwrap_or_default());
        csv_line(cells, self.terminal, out)
    }
}

/// The cell, with an apostrophe in front if a spreadsheet would read it as a formula (OWASP, "CSV Injection"). A negative
/// number is not a formula.
fn without_formula(cell: &str) -> Cow<'_, str> {
    let begins_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if begins_formula && !is_negative_number(cell) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

/// Whether the text is a negative number as JSON writes it.
fn is_negative_number(text: &str) -> bool {
    text.starts_with('-') && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use tenancy::Tenant;

    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for (cell, written) in [
            ("=SUM(A1:A9)", "'=SUM(A1:A9)"),
            ("+15550104477", "'+15550104477"),
            ("@cmd", "'@cmd"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("-", "'-"),
            ("-2+3", "'-2+3"),
            ("-5.20 EUR", "'-5.20 EUR"),
            ("-5.20", "-5.20"),
            ("-1e-7", "-1e-7"),
            (
                "-12345678901234567890123456789.10",
                "-12345678901234567890123456789.10",
            ),
            ("Acme = Co", "Acme = Co"),
            ("", ""),
        ] {
            assert_eq!(without_formula(cell), written);
        }
    }

    fn written(name: &str, terminal: bool) -> String {
        let tenant: Tenant = serde_json::from_value(serde_json::json!({
            "provider": "p", "account": "a", "id": "1", "name": name, "balance": { "amount": "-5.20" },
        }))
        .unwrap();
        let columns =
            ["id", "name", "description", "balance.amount"].map(|name| Field::parse(name).unwrap());
        let (mut csv, mut out) = (Csv::new(columns.to_vec(), terminal), Vec::new());
        csv.begin(&mut out).unwrap();
        csv.row((&tenant).into(), &mut out).unwrap();
        csv.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_quoted_and_absent_ones_empty() {
        let header = "id,name,description,balance.amount\n";
        assert_eq!(written("Acme", false), format!("{header}1,Acme,,-5.20\n"));
        assert_eq!(
            written("a,\"b\"\nc", false),
            format!("{header}1,\"a,\"\"b\"\"\nc\",,-5.20\n")
        );
        assert_eq!(written("=1", false), format!("{header}1,'=1,,-5.20\n"));
    }

    #[test]
    fn only_a_terminal_needs_escapes() {
        assert!(written("a\u{1b}[31m", false).contains("\u{1b}[31m"));
        assert!(written("a\u{1b}[31m", true).contains("a\\u{1b}[31m"));
    }
}
