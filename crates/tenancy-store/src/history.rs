//! Reconstructs the tenants at an earlier time: the current state with later changes reverted.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::database::{Connection, Row, Value};
use crate::field_change::revert;
use crate::merge::parse;
use crate::snapshot::{Identity, Snapshot};
use crate::store::time;
use crate::stored_id::is_whole;
use crate::{AccountKey, Address, Error, ErrorKind, schema};

/// Rows read at a time.
pub(crate) const ROWS: i64 = 2000;

/// A point in the history of a database.
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

/// Parses `run:3`, a time such as `2026-11-01T08:00:00Z`, or a day, which means its first moment in UTC.
impl FromStr for Point {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // A day, or a time without a zone.
        let utc = || {
            text.parse::<DateTime>()
                .and_then(|time| time.to_zoned(TimeZone::UTC))
        };
        let point = match text.strip_prefix("run:") {
            Some(number) => number
                .parse()
                .ok()
                .filter(|number| *number > 0)
                .map(Self::Run),
            None => match text.parse() {
                Ok(time) => Some(Self::Time(time)),
                Err(_) => utc().ok().map(|time| Self::Time(time.timestamp())),
            },
        };
        point.ok_or_else(|| {
            Error::new(
                ErrorKind::Point,
                format!(
                    "`{text}` is not a point in time: use, for example, run:3, 2026-11-01T08:00:00Z or 2026-11-01"
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
    /// Returns a condition for rows after this point, and its `$1`.
    fn later(self) -> (&'static str, Value) {
        match self {
            Self::Latest => ("run > $1", i64::MAX.into()),
            Self::Run(number) => ("run > $1", number.into()),
            Self::Time(at) => ("at > $1", time(at).into()),
        }
    }
}

/// Reads the tenants that a database had at a point in its history.
///
/// # Errors
/// The database cannot be read, or has no such point.
pub fn snapshot(
    address: &Address,
    point: Point,
    lock_timeout: Duration,
) -> Result<Snapshot, Error> {
    schema::read(address, lock_timeout, |connection| {
        let mut history = History { connection, point };
        let all = history.read(&address.to_string())?;
        history.snapshot(all)
    })
}

/// The state of a tenant while changes are reverted.
pub(crate) struct State {
    /// The tenant as JSON, or as it was last if it is gone.
    pub(crate) body: String,
    /// Whether it exists.
    pub(crate) exists: bool,
}

impl State {
    /// Reverts a change. Returns false if the change contradicts the state.
    fn revert(&mut self, row: &mut Row) -> Result<bool, Error> {
        let kind = row.text(3)?;
        Ok(match kind.as_str() {
            "created" | "back" => std::mem::replace(&mut self.exists, false),
            "gone" => !std::mem::replace(&mut self.exists, true),
            "changed" => self.restore(&row.text(4)?, row.optional_text(5)?).is_some(),
            _ => false,
        })
    }

    fn restore(&mut self, path: &str, old: Option<String>) -> Option<()> {
        let old = old.map(|old| serde_json::from_str(&old)).transpose().ok()?;
        let mut tenant = serde_json::from_str(&self.body).ok()?;
        revert(&mut tenant, path, old).then_some(())?;
        self.body = tenant.to_string();
        Some(())
    }
}

/// Reads the history back to a point.
pub(crate) struct History<'a> {
    pub(crate) connection: &'a mut dyn Connection,
    pub(crate) point: Point,
}

impl History<'_> {
    /// Reads the tenants at the point, including those that are gone, by their stored identity.
    pub(crate) fn read(&mut self, place: &str) -> Result<BTreeMap<Identity, State>, Error> {
        self.check(place)?;
        let mut all = self.latest()?;
        self.revert(&mut all)?;
        Ok(all)
    }

    /// Makes a snapshot of those that exist.
    pub(crate) fn snapshot(&mut self, all: BTreeMap<Identity, State>) -> Result<Snapshot, Error> {
        let existing = all.into_iter().filter(|(_, state)| state.exists);
        let tenants = existing
            .map(|(identity, state)| Ok((whole(identity, &state.body)?, state.body.into())))
            .collect::<Result<_, Error>>()?;
        let mut snapshot = Snapshot {
            tenants,
            ..Snapshot::default()
        };
        self.doubt(&mut snapshot)?;
        Ok(snapshot)
    }

    /// Checks that the history reaches the point.
    fn check(&mut self, place: &str) -> Result<(), Error> {
        let unknown = |why: String| Err(Error::new(ErrorKind::Point, format!("{place} {why}")));
        let rows = self.connection.query(
            "SELECT (SELECT max(run) FROM runs), (SELECT min(at) FROM listings)",
            &[],
        )?;
        let mut row = Row::only(rows)?;
        let Some(first) = row.optional_text(1)? else {
            return unknown("has no recorded list: sync it first".to_owned());
        };
        let last = row.integer(0)?;
        match self.point {
            Point::Run(number) if number > last => {
                unknown(format!("has no run {number}: the last is run {last}"))
            }
            Point::Time(at) if time(at) < first => unknown(format!(
                "has no data for {}: its history starts at {first}",
                time(at)
            )),
            _ => Ok(()),
        }
    }

    /// Reads the current state, including tenants that are gone.
    fn latest(&mut self) -> Result<BTreeMap<Identity, State>, Error> {
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
                let exists = row.integer(4)? != 0;
                let body = row.text(3)?;
                all.insert(identity(&mut row)?, State { body, exists });
            }
        }
    }

    /// Reverts the changes after the point, the latest first.
    fn revert(&mut self, all: &mut BTreeMap<Identity, State>) -> Result<(), Error> {
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
            before = last.integer(6)?;
            for mut row in rows {
                let identity = identity(&mut row)?;
                let reverted = match all.get_mut(&identity) {
                    Some(state) => state.revert(&mut row)?,
                    None => false,
                };
                if !reverted {
                    return Err(contradiction(row.integer(6)?, &identity));
                }
            }
        }
    }

    /// Adds the accounts whose last list before the point was incomplete, was only assumed to be whole, or had excluded tenants; and
    /// those of which no list had been recorded.
    fn doubt(&mut self, snapshot: &mut Snapshot) -> Result<(), Error> {
        let (later, point) = self.point.later();
        // An account that was forgotten is complete without tenants, from then on.
        let is_known = "EXISTS (SELECT 1 FROM accounts WHERE provider = listing.provider AND account = listing.account)";
        let is_known = match self.point {
            Point::Latest => is_known,
            _ => "1 = 1",
        };
        let rows = self.connection.query(
            &format!(
                "SELECT provider, account, run, coalesce(error, ''), complete, consistency, excluded FROM listings AS listing
                 WHERE (complete = 0 OR consistency = 'assumed' OR excluded > 0) AND {is_known} AND run = (
                     SELECT max(run) FROM listings
                     WHERE provider = listing.provider AND account = listing.account AND NOT ({later}))
                 ORDER BY provider, account"
            ),
            std::slice::from_ref(&point),
        )?;
        for mut row in rows {
            let account = AccountKey::new(row.text(0)?, row.text(1)?);
            let (run, error) = (row.integer(2)?, row.text(3)?);
            if row.integer(6)? > 0 {
                snapshot.excluded.push(account.clone());
            }
            if row.integer(4)? == 0 {
                snapshot.doubts.push(format!(
                    "the list of {account} in run {run} was incomplete: {error}"
                ));
            } else if row.text(5)? == "assumed" {
                snapshot.assumed.push(account);
            }
        }
        let rows = self.connection.query(
            &format!(
                "SELECT provider, account FROM accounts WHERE NOT EXISTS (
                     SELECT 1 FROM listings AS listing
                     WHERE listing.provider = accounts.provider AND listing.account = accounts.account AND NOT ({later}))
                 ORDER BY provider, account"
            ),
            &[point],
        )?;
        for mut row in rows {
            let account = AccountKey::new(row.text(0)?, row.text(1)?);
            let doubt = format!("no list of {account} had been recorded");
            snapshot.doubts.push(doubt);
            snapshot.unlisted.push(account);
        }
        Ok(())
    }
}

/// The error for a change that cannot have happened to a tenant.
pub(crate) fn contradiction(change: i64, identity: &Identity) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!(
            "the history contradicts the tenants: change {change} of `{}`",
            identity.id
        ),
    )
}

/// Returns the identity with the ID as the provider has it.
pub(crate) fn whole(stored: Identity, body: &str) -> Result<Identity, Error> {
    if is_whole(&stored.id) {
        return Ok(stored);
    }
    match parse(body)?.get("id") {
        Some(serde_json::Value::String(id)) => Ok(Identity {
            id: id.clone(),
            ..stored
        }),
        _ => Err(Error::new(
            ErrorKind::Failed,
            format!("the tenant `{}` in the database has no id", stored.id),
        )),
    }
}

/// Reads an identity, with the ID as it is stored.
pub(crate) fn identity(row: &mut Row) -> Result<Identity, Error> {
    Ok(Identity {
        account: AccountKey::new(row.text(0)?, row.text(1)?),
        id: row.text(2)?,
    })
}
