//! Walks back over the changes of a period: counts the tenants at each moment, and collects what happened to them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::model::{Event, Events};
use crate::database::{Connection, Row};
use crate::history::{ROWS, State, contradiction, identity, whole};
use crate::runs::parse_time;
use crate::snapshot::Identity;
use crate::store::time;
use crate::{AccountKey, ChangeKind, Error};

/// The status of tenants that are switched off.
const SUSPENDED: &str = "suspended";

/// What was met on the way.
pub(super) struct Walked {
    pub(super) counts: BTreeMap<(String, Option<String>), Vec<u64>>,
    pub(super) came: Events,
    pub(super) went: Events,
    pub(super) suspended: Events,
    pub(super) first_listed: u64,
}

/// Walks from the last moment, at which the tenants are `all`, back to the first one.
pub(super) fn back(
    connection: &mut dyn Connection,
    all: &BTreeMap<Identity, State>,
    first_complete: &BTreeMap<AccountKey, i64>,
    moments: &[Timestamp],
    events: usize,
) -> Result<Walked, Error> {
    let mut walk = Walk {
        all,
        first_complete,
        moments,
        events,
        tenants: BTreeMap::new(),
        counts: Counts::default(),
        came: Events::default(),
        went: Events::default(),
        suspended: Events::default(),
        first_listed: 0,
    };
    walk.start()?;
    let [from, to] = [moments.first(), moments.last()].map(|moment| moment.map(|at| time(*at)));
    let mut before = i64::MAX;
    loop {
        let rows = connection.query(
            &format!(
                "SELECT provider, account, id, kind, old, at, run, change FROM changes
                 WHERE at > $1 AND at <= $2 AND change < $3 AND (kind <> 'changed' OR path = '/status')
                 ORDER BY change DESC LIMIT {ROWS}"
            ),
            &[from.clone().into(), to.clone().into(), before.into()],
        )?;
        let Some(last) = rows.last() else {
            return Ok(walk.end());
        };
        before = last.integer(7)?;
        for row in rows {
            walk.revert(row)?;
        }
    }
}

/// A tenant at some moment of the walk.
struct Tenant {
    exists: bool,
    /// The series of its provider and status.
    series: usize,
}

struct Walk<'a> {
    all: &'a BTreeMap<Identity, State>,
    first_complete: &'a BTreeMap<AccountKey, i64>,
    moments: &'a [Timestamp],
    /// How many events of each kind are kept.
    events: usize,
    tenants: BTreeMap<&'a Identity, Tenant>,
    counts: Counts,
    came: Events,
    went: Events,
    suspended: Events,
    first_listed: u64,
}

impl Walk<'_> {
    /// Counts the tenants at the last moment.
    fn start(&mut self) -> Result<(), Error> {
        let last = self.moments.len() - 1;
        for (identity, state) in self.all {
            let provider = &identity.account.provider;
            let series = self.counts.series(provider, Shown::of(state)?.status);
            if state.exists {
                self.counts.add(series, last, 1);
            }
            let exists = state.exists;
            self.tenants.insert(identity, Tenant { exists, series });
        }
        Ok(())
    }

    fn revert(&mut self, mut row: Row) -> Result<(), Error> {
        let identity = identity(&mut row)?;
        let (kind, at) = (row.text(3)?, parse_time(&row.text(5)?)?);
        let (run, change) = (row.integer(6)?, row.integer(7)?);
        let wrong = || contradiction(change, &identity);
        let tenant = self.tenants.get_mut(&identity).ok_or_else(wrong)?;
        // The moments before the change are those up to this one.
        let before = self.moments.partition_point(|moment| *moment < at);
        let last = before.checked_sub(1).ok_or_else(wrong)?;
        match kind.as_str() {
            "created" | "back" if std::mem::replace(&mut tenant.exists, false) => {
                self.counts.add(tenant.series, last, -1);
                let complete = self.first_complete.get(&identity.account);
                if kind == "back" {
                    self.note(ChangeKind::Back, identity, at, None)
                } else if complete.is_some_and(|first| run > *first) {
                    self.note(ChangeKind::Created, identity, at, None)
                } else {
                    self.first_listed += 1;
                    Ok(())
                }
            }
            "gone" if !std::mem::replace(&mut tenant.exists, true) => {
                self.counts.add(tenant.series, last, 1);
                self.note(ChangeKind::Gone, identity, at, None)
            }
            "changed" => {
                let old: Option<String> = row
                    .optional_text(4)?
                    .map(|old| serde_json::from_str(&old))
                    .transpose()
                    .map_err(Error::not_json)?;
                let series = self.counts.series(&identity.account.provider, old.clone());
                let new = std::mem::replace(&mut tenant.series, series);
                if tenant.exists {
                    self.counts.add(new, last, -1);
                    self.counts.add(series, last, 1);
                }
                if self.counts.status(new) == Some(SUSPENDED) {
                    self.note(ChangeKind::Changed, identity, at, old)?;
                }
                Ok(())
            }
            _ => Err(wrong()),
        }
    }

    /// Counts an event, and keeps it if it is among the latest.
    fn note(
        &mut self,
        kind: ChangeKind,
        stored: Identity,
        at: Timestamp,
        old_status: Option<String>,
    ) -> Result<(), Error> {
        let events = match kind {
            ChangeKind::Created | ChangeKind::Back => &mut self.came,
            ChangeKind::Gone => &mut self.went,
            ChangeKind::Changed => &mut self.suspended,
        };
        events.total += 1;
        if events.latest.len() < self.events
            && let Some(state) = self.all.get(&stored)
        {
            events.latest.push(Event {
                at,
                kind,
                identity: whole(stored, &state.body)?,
                name: Shown::of(state)?.name,
                old_status,
            });
        }
        Ok(())
    }

    fn end(self) -> Walked {
        Walked {
            counts: self.counts.end(self.moments.len()),
            came: self.came,
            went: self.went,
            suspended: self.suspended,
            first_listed: self.first_listed,
        }
    }
}

/// The fields of a tenant that a walk needs.
#[derive(Deserialize)]
struct Shown {
    name: Option<String>,
    status: Option<String>,
}

impl Shown {
    fn of(state: &State) -> Result<Self, Error> {
        serde_json::from_str(&state.body).map_err(Error::not_json)
    }
}

/// Counts of tenants by provider and status, as differences between moments.
#[derive(Default)]
struct Counts {
    numbers: BTreeMap<(String, Option<String>), usize>,
    statuses: Vec<Option<String>>,
    /// Of each series, what is added to the count of this moment and all before it.
    differences: Vec<BTreeMap<usize, i64>>,
}

impl Counts {
    /// The number of the series of a provider and a status.
    fn series(&mut self, provider: &str, status: Option<String>) -> usize {
        let key = (provider.to_owned(), status);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.statuses.len();
        self.statuses.push(key.1.clone());
        self.differences.push(BTreeMap::new());
        self.numbers.insert(key, number);
        number
    }

    fn status(&self, series: usize) -> Option<&str> {
        self.statuses[series].as_deref()
    }

    /// Adds to the counts up to the moment at this position.
    fn add(&mut self, series: usize, last: usize, count: i64) {
        *self.differences[series].entry(last).or_default() += count;
    }

    fn end(self, moments: usize) -> BTreeMap<(String, Option<String>), Vec<u64>> {
        let counts = |differences: &BTreeMap<usize, i64>| {
            let mut counts = vec![0; moments];
            let mut count = 0;
            for (moment, shown) in counts.iter_mut().enumerate().rev() {
                count += differences.get(&moment).copied().unwrap_or_default();
                *shown = count.unsigned_abs();
            }
            counts
        };
        let numbers = self.numbers.into_iter();
        numbers
            .map(|(key, number)| (key, counts(&self.differences[number])))
            .filter(|(_, counts)| counts.iter().any(|count| *count > 0))
            .collect()
    }
}
