//! Reads which runs there were, and what they recorded.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::database::Row;
use crate::{Address, Error, ErrorKind, schema};

/// A run as the database has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordedRun {
    /// Its number.
    pub run: i64,
    /// Its start.
    #[serde(serialize_with = "as_text")]
    pub started_at: Timestamp,
    /// Its end; `None` if it is still running, or was killed.
    #[serde(serialize_with = "as_text_or_null")]
    pub ended_at: Option<Timestamp>,
    /// Accounts whose list was complete.
    pub complete: u64,
    /// Accounts whose list was not.
    pub incomplete: u64,
    /// Tenants listed.
    pub tenants: u64,
    /// Tenants seen for the first time.
    pub created: u64,
    /// Tenants with at least one different field.
    pub changed: u64,
    /// Tenants that no longer existed.
    pub gone: u64,
    /// Tenants that were gone and existed again.
    pub back: u64,
}

/// Reads the runs of a database, the first one first. Runs that renamed or forgot an account have no lists.
///
/// # Errors
/// The database cannot be read.
pub fn runs(address: &Address, lock_timeout: Duration) -> Result<Vec<RecordedRun>, Error> {
    let rows = schema::read(address, lock_timeout, |connection| {
        // A run that forgets an account has no list that counts the tenants gone.
        connection.query(
            "SELECT runs.run, started_at, ended_at, coalesce(complete, 0), coalesce(incomplete, 0), coalesce(tenants, 0),
                    coalesce(created, 0), coalesce(changed, 0), coalesce(gone, 0), coalesce(back, 0)
             FROM runs
             LEFT JOIN (SELECT run, CAST(sum(complete) AS BIGINT) AS complete, CAST(sum(1 - complete) AS BIGINT) AS incomplete,
                               CAST(sum(created + changed + back + unchanged + excluded) AS BIGINT) AS tenants,
                               CAST(sum(created) AS BIGINT) AS created, CAST(sum(changed) AS BIGINT) AS changed,
                               CAST(sum(back) AS BIGINT) AS back
                        FROM listings GROUP BY run) AS lists ON lists.run = runs.run
             LEFT JOIN (SELECT run, count(*) AS gone FROM changes WHERE kind = 'gone' GROUP BY run) AS losses
             ON losses.run = runs.run
             ORDER BY runs.run",
            &[],
        )
    })?;
    rows.into_iter().map(parse).collect()
}

fn parse(mut row: Row) -> Result<RecordedRun, Error> {
    let started_at = row.text(1)?;
    let ended_at = row.optional_text(2)?;
    let count = |column| row.integer(column).map(i64::unsigned_abs);
    Ok(RecordedRun {
        run: row.integer(0)?,
        started_at: parse_time(&started_at)?,
        ended_at: ended_at.as_deref().map(parse_time).transpose()?,
        complete: count(3)?,
        incomplete: count(4)?,
        tenants: count(5)?,
        created: count(6)?,
        changed: count(7)?,
        gone: count(8)?,
        back: count(9)?,
    })
}

fn as_text<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn as_text_or_null<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

/// Parses a stored time.
pub(crate) fn parse_time(text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|error| {
        let text = format!("`{text}` in the database is not a time");
        Error::new(ErrorKind::Failed, text).caused_by(error)
    })
}
