//! The result of a caller's query, on any database.

use std::time::Duration;

use crate::database::{Access, transaction};
use crate::{Address, Error, ErrorKind};

/// The result of a query. Every value is text, as the database writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a value for every column; `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Runs a query in a transaction that only reads. The database need not be one of tenants.
///
/// # Errors
/// The database cannot be read, or the text is not one query whose values are text or numbers.
pub fn select(address: &Address, query: &str, lock_timeout: Duration) -> Result<Table, Error> {
    let mut connection = address.open_read_only(lock_timeout)?;
    let table = transaction(connection.as_mut(), Access::Read, |connection| {
        connection.select(query)
    });
    table.map_err(|error| match error.kind() {
        ErrorKind::ReadOnly => not_one_query(),
        _ => error,
    })
}

/// The error of a text that is not one query.
pub(crate) fn not_one_query() -> Error {
    let message = "not a query: write one SELECT, without statements before or after it";
    Error::new(ErrorKind::Invalid, message)
}
