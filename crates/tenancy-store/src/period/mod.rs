//! Reads what happened to the tenants of a database between two times, in one pass back over the changes.

mod accounts;
mod model;
mod walk;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::database::{Connection, Row};
use crate::history::History;
use crate::runs::parse_time;
use crate::{Address, Error, ErrorKind, Point, schema};
pub use model::{AccountState, Event, Events, Period, PeriodOptions};

/// The length of a period whose beginning is not given, in hours.
const HOURS: i64 = 30 * 24;
/// The intervals into which the moments divide a period.
const INTERVALS: i64 = 60;

/// Reads a period. The memory that it takes is that of [`snapshot`](crate::snapshot()) and a few bytes for each tenant,
/// however many changes there are.
///
/// # Errors
/// The database cannot be read, or its history begins after the period's end.
pub fn period(
    address: &Address,
    options: PeriodOptions,
    lock_timeout: Duration,
) -> Result<Period, Error> {
    schema::read(address, lock_timeout, |connection| {
        read(connection, &address.to_string(), options)
    })
}

fn read(
    connection: &mut dyn Connection,
    place: &str,
    options: PeriodOptions,
) -> Result<Period, Error> {
    let (first, last) = history(connection, place)?;
    let to = options.to.unwrap_or(last);
    let asked = match options.from {
        Some(from) if from > to => {
            let why = format!("the period begins at {from}, after its end at {to}");
            return Err(Error::new(ErrorKind::Point, why));
        }
        Some(from) => from,
        None => to
            .checked_sub(SignedDuration::from_hours(HOURS))
            .unwrap_or(first),
    };
    let from = asked.max(first).min(to);
    let mut history = History {
        connection,
        point: Point::Time(to),
    };
    let all = history.read(place)?;
    let mut accounts = accounts::read(history.connection, to)?;
    let moments = moments(from, to);
    let walk = walk::back(
        history.connection,
        &all,
        &accounts.first_complete,
        &moments,
        options.events,
    )?;
    accounts.count(&all);
    Ok(Period {
        from,
        is_whole_history: asked < first,
        to,
        accounts: accounts.states,
        snapshot: history.snapshot(all)?,
        moments,
        counts: walk.counts,
        came: walk.came,
        went: walk.went,
        suspended: walk.suspended,
        first_listed: walk.first_listed,
    })
}

/// The times at which the first run had listed its accounts, and of the last list.
fn history(connection: &mut dyn Connection, place: &str) -> Result<(Timestamp, Timestamp), Error> {
    let rows = connection.query("SELECT (SELECT max(at) FROM listings WHERE run = (SELECT min(run) FROM listings)), max(at) FROM listings", &[])?;
    let mut row = Row::only(rows)?;
    match (row.optional_text(0)?, row.optional_text(1)?) {
        (Some(first), Some(last)) => Ok((parse_time(&first)?, parse_time(&last)?)),
        _ => Err(Error::new(
            ErrorKind::Point,
            format!("{place} has no recorded list: sync it first"),
        )),
    }
}

/// Evenly spaced times, of which the first is `from` and the last `to`.
fn moments(from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let seconds = to.as_second() - from.as_second();
    let at = |interval| from + SignedDuration::from_secs(seconds * interval / INTERVALS);
    let mut moments: Vec<_> = (0..INTERVALS).map(at).chain([to]).collect();
    moments.dedup();
    moments
}
