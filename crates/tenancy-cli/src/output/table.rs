//! Columns for people, once all tenants are there.

use std::io;

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, TableStyle, Width,
};
use tenancy::Tenant;

use super::column::Style;
use super::{Column, Format, Surroundings};
use crate::escape;

/// How narrow prose may become to fit a terminal, in columns of the terminal.
const NARROWEST_PROSE: u16 = 20;

/// A table of all tenants: in the order of the accounts, and for each in the order of arrival.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<&'static Column>,
    accounts: Vec<String>,
    fits_terminal: bool,
    /// The position of the tenant's account, and its cells.
    rows: Vec<(usize, Vec<String>)>,
}

impl Table {
    pub(crate) fn new(columns: Vec<&'static Column>, surroundings: Surroundings) -> Self {
        Self {
            columns,
            accounts: surroundings.accounts,
            fits_terminal: surroundings.terminal,
            rows: Vec::new(),
        }
    }

    /// The rows in their order. On a terminal that is too narrow, prose is cut off; a file has every cell whole.
    fn arranged(&mut self) -> comfy_table::Table {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by_key(|(account, _)| *account);
        let header = self.columns.iter().map(|column| column.name);
        let mut table = plain_table(header, rows.into_iter().map(|(_, cells)| cells));
        if self.fits_terminal {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        let widths = table.column_max_content_widths();
        for ((column, shown), width) in self.columns.iter().zip(table.column_iter_mut()).zip(widths)
        {
            match column.style {
                Style::Whole => shown.set_constraint(ColumnConstraint::ContentWidth),
                Style::Prose => shown.set_constraint(ColumnConstraint::LowerBoundary(
                    Width::Fixed(width.min(NARROWEST_PROSE) + shown.padding_width()),
                )),
                Style::Number => {
                    shown.set_cell_alignment(CellAlignment::Right);
                    shown.set_constraint(ColumnConstraint::ContentWidth)
                }
            };
        }
        table
    }
}

impl Format for Table {
    fn begin(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }

    fn tenant(&mut self, tenant: &Tenant, _: &mut Vec<u8>) -> io::Result<()> {
        let account = self
            .accounts
            .iter()
            .position(|name| *name == tenant.account);
        let cell = |column: &&Column| {
            column
                .cell(tenant)
                .map(|cell| escape::terminal(&cell).into_owned())
        };
        let cells = self
            .columns
            .iter()
            .map(|column| cell(column).unwrap_or_default())
            .collect();
        self.rows.push((account.unwrap_or(usize::MAX), cells));
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if !self.rows.is_empty() {
            out.extend_from_slice(self.arranged().trim_fmt().as_bytes());
            out.push(b'\n');
        }
        Ok(())
    }
}

/// A table without borders, a line under its header, and each row on one line.
pub(crate) fn plain_table<'a>(
    header: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = Vec<String>>,
) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(header.collect::<Vec<_>>());
    for cells in rows {
        let mut row = Row::from(cells.into_iter().map(Cell::new).collect::<Vec<_>>());
        row.max_height(1);
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        // One more is between any two columns.
        column.set_padding((0, 1));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(account: &str, id: &str, name: Option<&str>) -> Tenant {
        serde_json::from_value(serde_json::json!({
            "provider": "vobiz", "account": account, "id": id, "name": name, "members": [],
        }))
        .unwrap()
    }

    #[test]
    fn rows_are_in_the_order_of_the_accounts_and_safe() {
        let columns = ["account", "id", "name", "members"].map(|name| Column::parse(name).unwrap());
        let surroundings = Surroundings {
            accounts: vec!["b".to_owned(), "a".to_owned()],
            terminal: false,
        };
        let (mut table, mut out) = (Table::new(columns.to_vec(), surroundings), Vec::new());
        table.begin(&mut out).unwrap();
        for (account, id, name) in [
            ("a", "1", None),
            ("b", "2", Some("x\u{1b}[2J\ny")),
            ("a", "3", Some("株式会社")),
            ("b", "4", Some(" é ")),
        ] {
            table.tenant(&tenant(account, id, name), &mut out).unwrap();
        }
        assert!(out.is_empty());
        table.end(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "account  id  name           members");
        assert_eq!(
            lines[2..],
            [
                "b        2   x\\u{1b}[2J\\ny        0",
                "b        4    é                   0",
                "a        1                        0",
                "a        3   株式会社             0",
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_prose_and_nothing_else() {
        let columns = ["id", "name", "members"].map(|name| Column::parse(name).unwrap());
        let surroundings = Surroundings {
            accounts: vec!["a".to_owned()],
            terminal: true,
        };
        let mut table = Table::new(columns.to_vec(), surroundings);
        for (id, name) in [
            ("SA_0123456789", "Association of Independent Clinics"),
            ("SA_2", "株式会社さくら商事株式会社"),
        ] {
            table
                .tenant(&tenant("a", id, Some(name)), &mut Vec::new())
                .unwrap();
        }
        let mut table = table.arranged();
        let mut lines = |width| {
            table.set_width(width);
            table
                .trim_fmt()
                .lines()
                .skip(2)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for width in [40, 20] {
            let [first, second] = &lines(width)[..] else {
                panic!("{:?}", lines(width))
            };
            assert!(
                first.starts_with("SA_0123456789  Association of") && first.contains('…'),
                "{first}"
            );
            assert!(
                second.contains("株式会社") && second.contains('…'),
                "{second}"
            );
        }
        assert_eq!(
            lines(80)[0],
            "SA_0123456789  Association of Independent Clinics        0"
        );
    }

    #[test]
    fn a_list_without_tenants_has_no_table() {
        let surroundings = Surroundings {
            accounts: Vec::new(),
            terminal: false,
        };
        let (mut table, mut out) = (Table::new(Column::usual(), surroundings), Vec::new());
        table.end(&mut out).unwrap();
        assert!(out.is_empty());
    }
}
