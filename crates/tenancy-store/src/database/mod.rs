//! The little that is needed of a database: statements, rows, transactions and locks. All SQL above it is the same for every
//! database; what differs is in the modules below.

#[cfg(feature = "postgres")]
pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::fmt::Debug;

use crate::Error;

/// A value of a row or of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
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

/// One row of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The integer in this column; 0 where there is none.
    pub(crate) fn integer(&self, column: usize) -> i64 {
        match self.0.get(column) {
            Some(Value::Integer(value)) => *value,
            _ => 0,
        }
    }

    /// Takes the text out of this column.
    pub(crate) fn text(&mut self, column: usize) -> Option<String> {
        match self
            .0
            .get_mut(column)
            .map(|value| std::mem::replace(value, Value::Null))
        {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It reads one state of the database.
    Read,
    /// It writes; no other one writes at the same time where the database allows only one.
    Write,
}

/// How long to wait for a lock that another process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockWait {
    /// Not at all.
    Never,
    /// Until it is released.
    Forever,
}

/// Where a database writes what it keeps its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// A column that numbers its rows, never twice the same.
    pub(crate) serial: &'static str,
    /// How texts compare: by their bytes, so that every database has the same order.
    pub(crate) text: &'static str,
}

/// A connection to a database.
pub(crate) trait Connection: Debug + Send {
    fn dialect(&self) -> Dialect;

    /// Whether there is nothing of ours and nothing of others, and which version of the schema there is otherwise.
    fn schema_version(&mut self) -> Result<Option<i64>, Error>;

    fn set_schema_version(&mut self, version: i64) -> Result<(), Error>;

    /// Within a transaction: makes sure that nobody else brings the schema up to date, and that there is a place for it.
    fn prepare_schema(&mut self) -> Result<(), Error>;

    /// Runs statements without values.
    fn batch(&mut self, sql: &str) -> Result<(), Error>;

    /// Runs a statement with values for `$1`, `$2`, …, and says how many rows it wrote.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error>;

    /// The rows of an answer.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error>;

    /// Has the database look at how a table is filled, where it would not do so by itself before it plans its next query.
    fn analyze(&mut self, table: &str) -> Result<(), Error>;

    fn begin(&mut self, access: Access) -> Result<(), Error>;

    fn commit(&mut self) -> Result<(), Error>;

    fn roll_back(&mut self) -> Result<(), Error>;

    /// Keeps whoever else asks for this number's lock from having it, until this process has ended, whichever way. False if
    /// somebody else has it.
    fn lock(&mut self, number: i64, wait: LockWait) -> Result<bool, Error>;

    /// Lets all locks go.
    fn unlock(&mut self) -> Result<(), Error>;
}

/// Does something in one transaction: all of it, or nothing.
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
            // The first error says what happened; a connection that is gone cannot be rolled back and needs not be.
            let _ = connection.roll_back();
            Err(error)
        }
    }
}
