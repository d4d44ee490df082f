//! The tenants as a database had them at an earlier time: what was recorded since is taken back.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::compare::revert;
use crate::database::{Access, Connection, Row, Value, transaction};
use crate::snapshot::{Identity, Snapshot};
use crate::store::time;
use crate::{AccountKey, Address, Error, ErrorKind, schema};

/// How many rows are read at a time.
const ROWS: i64 = 2000;

/// A point in a database's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Point {
    /// Now.
    Latest,
    /// After this run.
    Run(i64),
    /// At this time.
    Time(Timestamp),
}

/// `run:3`, a time such as `2026-11-01T08:00:00Z`, or a day, which is its first moment in UTC.
impl FromStr for Point {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let day = || {
            text.parse::<Date>()
                .and_then(|day| day.to_zoned(TimeZone::UTC))
        };
        let point = match text.strip_prefix("run:") {
            Some(number) => number
                .parse()
                .ok()
                .filter(|number| *number > 0)
                .map(Self::Run),
            None => match text.parse() {
                Ok(time) => Some(Self::Time(time)),
                Err(_) => day().ok().map(|day| Self::Time(day.timestamp())),
            },
        };
        point.ok_or_else(|| {
            Error::new(
                ErrorKind::Point,
                format!(
                    "`{text}` is no point in time: give run:3, 2026-11-01T08:00:00Z or 2026-11-01"
                ),
            )
        })
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("now"),
            Self::Run(number) => write!(f, "run {number}"),
            Self::Time(at) => f.write_str(&time(*at)),
        }
    }
}

impl Point {
    /// Whether a row with a `run` and an `at` is of later than this point, with the value for `$1`.
    fn later(self) -> (&'static str, Value) {
        match self {
            Self::Latest => ("run > $1", i64::MAX.into()),
            Self::Run(number) => ("run > $1", number.into()),
            Self::Time(at) => ("at > $1", time(at).into()),
        }
    }
}

/// Reads the tenants that a database had at a point of its history. The database is only read.
///
/// # Errors
/// The database cannot be read, or has no such point.
pub fn snapshot(
    address: &Address,
    point: Point,
    lock_timeout: Duration,
) -> Result<Snapshot, Error> {
    let place = address.to_string();
    let mut connection = address.open_read_only(lock_timeout)?;
    schema::check(connection.as_mut(), &place)?;
    transaction(connection.as_mut(), Access::Read, |connection| {
        let mut past = Past { connection, point };
        past.check(&place)?;
        let mut all = past.latest()?;
        past.revert(&mut all)?;
        let there = all.into_iter().filter(|(_, known)| known.there);
        Ok(Snapshot {
            tenants: there
                .map(|(identity, known)| (identity, known.body.into()))
                .collect(),
            doubts: past.doubts()?,
        })
    })
}

/// A tenant, as far as what was recorded has been taken back.
struct Known {
    /// The tenant as JSON; one that is gone is as it was last.
    body: String,
    /// Whether it is there, and not gone or not created yet.
    there: bool,
}

impl Known {
    /// Takes one line of history back. False if it does not fit.
    fn revert(&mut self, row: &mut Row) -> bool {
        let kind = row.text(3).unwrap_or_default();
        match kind.as_str() {
            "created" | "back" => std::mem::replace(&mut self.there, false),
            "gone" => !std::mem::replace(&mut self.there, true),
            "changed" => self
                .restore(&row.text(4).unwrap_or_default(), row.text(5))
                .is_some(),
            _ => false,
        }
    }

    fn restore(&mut self, path: &str, old: Option<String>) -> Option<()> {
        let old = old.map(|old| serde_json::from_str(&old)).transpose().ok()?;
        let mut tenant = serde_json::from_str(&self.body).ok()?;
        revert(&mut tenant, path, old).then_some(())?;
        self.body = tenant.to_string();
        Some(())
    }
}

/// A look at the past.
struct Past<'a> {
    connection: &'a mut dyn Connection,
    point: Point,
}

impl Past<'_> {
    /// Makes sure that the database knows of the point.
    fn check(&mut self, place: &str) -> Result<(), Error> {
        let unknown = |why: String| Err(Error::new(ErrorKind::Point, format!("{place} {why}")));
        let rows = self.connection.query(
            "SELECT (SELECT max(run) FROM runs), (SELECT min(at) FROM listings)",
            &[],
        )?;
        let (last, first) = rows
            .into_iter()
            .next()
            .map_or((0, None), |mut row| (row.integer(0), row.text(1)));
        let Some(first) = first else {
            return unknown("has no list recorded in it: `tenancy sync` records one".to_owned());
        };
        match self.point {
            Point::Run(number) if number > last => {
                unknown(format!("has no run {number}: its last one is run {last}"))
            }
            Point::Time(at) if time(at) < first => {
                unknown(format!("has nothing of {}: it begins at {first}", time(at)))
            }
            _ => Ok(()),
        }
    }

    /// All tenants as they are known now, those that are gone included.
    fn latest(&mut self) -> Result<BTreeMap<Identity, Known>, Error> {
        let mut all = BTreeMap::new();
        let mut after = ["", "", ""].map(Value::from).to_vec();
        loop {
            let rows = self.connection.query(
                &format!(
                    "SELECT provider, account, id, body, CASE WHEN gone_at IS NULL THEN 1 ELSE 0 END FROM tenants
                     WHERE (provider, account, id) > ($1, $2, $3)
                     ORDER BY provider, account, id LIMIT {ROWS}"
                ),
                &after,
            )?;
            let Some(last) = rows.last() else {
                return Ok(all);
            };
            after = last.0[..3].to_vec();
            for mut row in rows {
                let there = row.integer(4) != 0;
                let body = row.text(3).unwrap_or_default();
                all.insert(identity(&mut row), Known { body, there });
            }
        }
    }

    /// Takes back what was recorded after the point, the latest first.
    fn revert(&mut self, all: &mut BTreeMap<Identity, Known>) -> Result<(), Error> {
        let (later, point) = self.point.later();
        let mut before = i64::MAX;
        loop {
            let rows = self.connection.query(
                &format!(
                    "SELECT provider, account, id, kind, path, old, change FROM changes
                     WHERE {later} AND change < $2 ORDER BY change DESC LIMIT {ROWS}"
                ),
                &[point.clone(), before.into()],
            )?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            before = last.integer(6);
            for mut row in rows {
                let identity = identity(&mut row);
                let reverted = all
                    .get_mut(&identity)
                    .is_some_and(|known| known.revert(&mut row));
                if !reverted {
                    return Err(Error::new(
                        ErrorKind::Failed,
                        format!(
                            "the history does not fit the tenants: change {} of `{}`",
                            row.integer(6),
                            identity.id
                        ),
                    ));
                }
            }
        }
    }

    /// What is known to be missing of the last list of each account before the point.
    fn doubts(&mut self) -> Result<Vec<String>, Error> {
        let (later, point) = self.point.later();
        let rows = self.connection.query(
            &format!(
                "SELECT provider, account, run, coalesce(error, '') FROM listings AS listing
                 WHERE complete = 0 AND run = (
                     SELECT max(run) FROM listings
                     WHERE provider = listing.provider AND account = listing.account AND NOT ({later}))
                 ORDER BY provider, account"
            ),
            &[point],
        )?;
        Ok(rows
            .into_iter()
            .map(|mut row| {
                let (provider, account, run) = (row.text(0), row.text(1), row.integer(2));
                let [provider, account, error] =
                    [provider, account, row.text(3)].map(Option::unwrap_or_default);
                format!("the list of {account} ({provider}) in run {run} was not complete: {error}")
            })
            .collect())
    }
}

fn identity(row: &mut Row) -> Identity {
    let mut text = |column| row.text(column).unwrap_or_default();
    Identity {
        account: AccountKey::new(text(0), text(1)),
        id: text(2),
    }
}
