//! The interface to a database: statements, rows, transactions and locks. The SQL above it is the same for every database.

#[cfg(feature = "postgres")]
pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::fmt::Debug;

use crate::{Error, ErrorKind, Table};

/// A value in a row or a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Value {
    #[default]
    Null,
    Integer(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of a result.
#[derive(Clone, Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Returns the only row of a result.
    pub(crate) fn only(rows: Vec<Self>) -> Result<Self, Error> {
        let count = rows.len();
        match rows.into_iter().next() {
            Some(row) if count == 1 => Ok(row),
            _ => Err(unexpected(&format!("one row, got {count}"))),
        }
    }

    /// The integer in this column.
    pub(crate) fn integer(&self, column: usize) -> Result<i64, Error> {
        match self.0.get(column) {
            Some(Value::Integer(value)) => Ok(*value),
            other => Err(mistyped("an integer", column, other)),
        }
    }

    /// Takes the text of this column.
    pub(crate) fn text(&mut self, column: usize) -> Result<String, Error> {
        self.optional_text(column)?
            .ok_or_else(|| mistyped("text", column, Some(&Value::Null)))
    }

    /// Takes the text of this column, unless it is null.
    pub(crate) fn optional_text(&mut self, column: usize) -> Result<Option<String>, Error> {
        match self.0.get_mut(column).map(std::mem::take) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            other => Err(mistyped("text", column, other.as_ref())),
        }
    }
}

fn mistyped(expected: &str, column: usize, found: Option<&Value>) -> Error {
    let found = match found {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Integer(_)) => "an integer",
        Some(Value::Text(_)) => "text",
    };
    unexpected(&format!("{expected} in column {}, got {found}", column + 1))
}

fn unexpected(what: &str) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!(
            "the database is not as this program left it: expected {what}; restore it from a backup, or choose another"
        ),
    )
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads one consistent state.
    Read,
    /// Writes. SQLite allows one writer at a time.
    Write,
}

/// How long to wait for a lock that another process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockWait {
    /// Not at all.
    Never,
    /// Until it is released.
    Forever,
}

/// Column types that differ between databases.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// An automatic number, never reused.
    pub(crate) serial: &'static str,
    /// Text that sorts by its bytes, in the same order on every database.
    pub(crate) text: &'static str,
    /// Returns the expression of a member of the JSON in the column `body`, such as `contact.email`; null if it is absent.
    pub(crate) member: fn(&str) -> String,
}

/// A connection to a database.
pub(crate) trait Connection: Debug + Send {
    fn dialect(&self) -> Dialect;

    /// Returns the schema version, or `None` if the database is empty.
    ///
    /// # Errors
    /// The database belongs to another program.
    fn schema_version(&mut self) -> Result<Option<i64>, Error>;

    fn set_schema_version(&mut self, version: i64) -> Result<(), Error>;

    /// Locks the schema for an upgrade, and creates it if needed, within the transaction.
    fn prepare_schema(&mut self) -> Result<(), Error>;

    /// Runs statements without values.
    fn batch(&mut self, sql: &str) -> Result<(), Error>;

    /// Runs a statement with values for `$1`, `$2`, …, and returns how many rows it wrote.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error>;

    /// Runs a query and returns its rows.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error>;

    /// Runs a caller's query.
    fn select(&mut self, query: &str) -> Result<Table, Error>;

    /// Runs a query and returns its only number.
    fn number(&mut self, sql: &str, values: &[Value]) -> Result<i64, Error> {
        Row::only(self.query(sql, values)?)?.integer(0)
    }

    /// Updates the statistics of a table, if the database needs that for its next query plan.
    fn analyze(&mut self, table: &str) -> Result<(), Error>;

    fn begin(&mut self, access: Access) -> Result<(), Error>;

    fn commit(&mut self) -> Result<(), Error>;

    fn roll_back(&mut self) -> Result<(), Error>;

    /// Takes the lock of this number until the process ends. Returns whether it was free.
    fn lock(&mut self, number: i64, wait: LockWait) -> Result<bool, Error>;

    /// Releases all locks.
    fn unlock(&mut self) -> Result<(), Error>;
}

/// Runs `work` in a transaction.
pub(crate) fn transaction<T>(
    connection: &mut dyn Connection,
    access: Access,
    work: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    connection.begin(access)?;
    match work(connection) {
        Ok(done) => {
            connection.commit()?;
            Ok(done)
        }
        Err(error) => {
            // The first error matters. A lost connection needs no rollback.
            let _ = connection.roll_back();
            Err(error)
        }
    }
}
