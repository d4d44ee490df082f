//! Writes a table of all rows, once all have arrived.

use std::io;

use super::controls;
use super::format::Format;
use super::grid::{Grid, Tone};
use super::layout::shortened;
use super::screen::Screen;
use crate::select::field::{Field, Number, Row, Style, Value};

/// A table, sorted by account and within an account by arrival.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Field>,
    accounts: Vec<String>,
    screen: Screen,
    /// The position of the row's account, and its cells.
    rows: Vec<(usize, Vec<(String, Tone)>)>,
    /// The columns for which the screen has no room.
    omitted: Vec<&'static str>,
}

impl Table {
    pub(super) fn new(columns: Vec<Field>, accounts: Vec<String>, screen: Screen) -> Self {
        Self {
            columns,
            accounts,
            screen,
            rows: Vec::new(),
            omitted: Vec::new(),
        }
    }
}

impl Format for Table {
    fn row(&mut self, row: Row<'_>, _: &mut Vec<u8>) -> io::Result<()> {
        let account = self
            .accounts
            .iter()
            .position(|name| **name == *row.tenant.account);
        let cell = |column: &Field| {
            let value = column.value(row);
            let tone = value
                .as_ref()
                .map_or(Tone::Plain, |value| tone(column, value));
            let mut text = value
                .map(|value| value.shown().into_owned())
                .unwrap_or_default();
            if let Some(width) = self.screen.width.filter(|_| column.style != Style::Number) {
                // No more of it can be shown, and all rows are kept.
                text = shortened(&controls::escape(&text), width);
            }
            (text, tone)
        };
        let cells = self.columns.iter().map(cell).collect();
        self.rows.push((account.unwrap_or(usize::MAX), cells));
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let columns = self.columns.iter();
        let mut grid = Grid::new(columns.map(|column| (column.name, column.style)).collect());
        let mut rows = std::mem::take(&mut self.rows);
        if !self.accounts.is_empty() {
            rows.sort_by_key(|(account, _)| *account);
        }
        for (_, cells) in rows {
            grid.add(cells);
        }
        if grid.is_empty() {
            return Ok(());
        }
        let drawn = grid.draw(self.screen);
        out.extend_from_slice(drawn.text.as_bytes());
        out.push(b'\n');
        self.omitted = drawn.omitted;
        Ok(())
    }

    fn note(&self) -> Option<String> {
        (!self.omitted.is_empty()).then(|| {
            let omitted = self.omitted.join(", ");
            format!("no room for {omitted}; choose columns with --columns, or widen the terminal")
        })
    }
}

/// Marks tenants that are not in use, and debts.
fn tone(column: &Field, value: &Value<'_>) -> Tone {
    let is_negative = |text: &str| {
        Number::read(text).is_some_and(|number| Number::read("0").is_some_and(|zero| number < zero))
    };
    match value {
        Value::Text(word) if column.name == "status" => match word.as_ref() {
            "active" => Tone::Good,
            "archived" => Tone::Faint,
            _ => Tone::Doubtful,
        },
        Value::Money(money) if is_negative(money.amount.as_str()) => Tone::Bad,
        Value::Number(text) if is_negative(text) => Tone::Bad,
        Value::Switch(false) => Tone::Doubtful,
        _ => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use tenancy::Tenant;

    use super::*;

    fn tenant(account: &str, id: &str, name: Option<&str>) -> Tenant {
        serde_json::from_value(serde_json::json!({
            "provider": "p", "account": account, "id": id, "name": name, "members": [],
        }))
        .unwrap()
    }

    fn drawn(
        columns: &[&str],
        accounts: &[&str],
        screen: Screen,
        tenants: &[Tenant],
    ) -> Vec<String> {
        let columns = columns.iter().map(|name| Field::parse(name).unwrap());
        let accounts = accounts.iter().map(|&name| name.to_owned());
        let mut table = Table::new(columns.collect(), accounts.collect(), screen);
        let mut out = Vec::new();
        table.begin(&mut out).unwrap();
        for tenant in tenants {
            table.row(tenant.into(), &mut out).unwrap();
        }
        assert!(out.is_empty());
        table.end(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn rows_are_in_the_order_of_the_accounts_and_safe() {
        let tenants = [
            tenant("a", "1", None),
            tenant("b", "2", Some("x\u{1b}[2J\ny")),
            tenant("a", "3", Some("株式会社")),
            tenant("b", "4", Some(" é ")),
        ];
        let columns = ["account", "id", "name", "members"];
        let lines = drawn(&columns, &["b", "a"], Screen::file(), &tenants);
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
    fn a_narrow_terminal_cuts_text_off_and_no_numbers() {
        let tenants = [
            tenant(
                "a",
                "SA_0123456789",
                Some("Association of Independent Clinics"),
            ),
            tenant("a", "SA_2", Some("株式会社さくら商事株式会社")),
        ];
        let columns = ["id", "name", "members"];
        let at = |width| drawn(&columns, &["a"], Screen::terminal(width), &tenants)[2..].to_vec();
        assert_eq!(
            at(80)[0],
            "SA_0123456789  Association of Independent Clinics        0"
        );
        assert_eq!(
            at(40),
            [
                "SA_0123456789  Association of…        0",
                "SA_2           株式会社さくら…        0",
            ]
        );
        assert_eq!(at(33)[0], "SA_0123456…  Associatio…        0");
        assert_eq!(
            at(24),
            ["SA_0123456…  Associatio…", "SA_2         株式会社さ…"]
        );
    }

    #[test]
    fn a_list_without_tenants_has_no_table() {
        assert!(drawn(&["id"], &[], Screen::file(), &[]).is_empty());
    }
}
