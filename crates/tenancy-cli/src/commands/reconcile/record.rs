//! A record of customers or pins, and the columns that it has.

use std::fmt;

use crate::suggest;

/// The values of one record in the columns that were chosen.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) place: Place,
    /// Of CSV, each column has one value. Of JSON, it has as many as the array, or none.
    pub(super) cells: Vec<Vec<String>>,
}

/// Where a record is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Line(u64),
    Record(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Record(number) => write!(f, "record {number}"),
        }
    }
}

/// The columns of the records.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    /// Whether their order is the one in which they were sent. Those of JSON are sorted.
    pub(super) are_ordered: bool,
}

/// The most columns that an error names.
const MOST_NAMED: usize = 30;

impl Columns {
    /// The position of a column.
    ///
    /// # Errors
    /// There is no such column, or there are two.
    pub(super) fn position(&self, name: &str) -> Result<usize, String> {
        let named = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, known)| *known == name);
        let positions: Vec<_> = named.map(|(position, _)| position).collect();
        match positions[..] {
            [only] => Ok(only),
            [] => {
                let names: Vec<_> = self.names.iter().map(String::as_str).collect();
                let instead =
                    suggest::instead(name, "columns", &names[..names.len().min(MOST_NAMED)]);
                Err(format!("there is no column `{name}`; {instead}"))
            }
            _ => Err(format!(
                "two columns are named `{name}`; rename one of them"
            )),
        }
    }
}
