//! Reads what runs changed, in the order in which it was recorded.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::change::{Change, ChangeKind};
use crate::database::{Access, Connection, Row};
use crate::field_change::{FieldChange, revert};
use crate::merge::parse;
use crate::{AccountKey, Address, Error, ErrorKind, Identity, Run, schema};

/// Rows read at a time.
const ROWS: usize = 200;

/// The changes that runs recorded, in the order of the runs.
///
/// They are those of the moment at which it was opened. It blocks, and keeps a transaction open.
///
/// # Examples
/// ```no_run
/// use std::time::Duration;
/// use tenancy_store::{Address, Changes};
///
/// # fn example() -> Result<(), tenancy_store::Error> {
/// let database = Address::parse("tenants.db")?;
/// let changes = Changes::after(&database, 30, Duration::from_secs(60))?;
/// let next = changes.resume_after();
/// for change in changes {
///     let change = change?;
///     println!("{} {} {}", change.id(), change.kind.as_str(), change.identity.id);
/// }
/// println!("read on after run {next}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Changes {
    connection: Box<dyn Connection>,
    /// The run and the number of the last row read, and the last run to read.
    position: (i64, i64),
    last: i64,
    begins_after: i64,
    resume_after: i64,
    doubts: Vec<String>,
    rows: VecDeque<Recorded>,
}

/// A row of the history: a change, or a field of one.
#[derive(Debug)]
struct Recorded {
    run: i64,
    number: i64,
    at: Timestamp,
    /// With the ID as it is stored.
    stored: Identity,
    kind: ChangeKind,
    field: Option<FieldChange>,
    /// The tenant as it is now.
    body: String,
    /// Whether a later change altered the body.
    is_outdated: bool,
}

impl Changes {
    /// Reads the changes of all runs after this one; 0 is before the first.
    ///
    /// # Errors
    /// The database cannot be read, or has no such run.
    pub fn after(address: &Address, run: i64, lock_timeout: Duration) -> Result<Self, Error> {
        let changes = Self::open(address, lock_timeout)?;
        if run > changes.last {
            let text = match changes.last {
                0 => format!("{address} has no recorded run: sync it first"),
                last => format!("{address} has no run {run}: the last is run {last}"),
            };
            return Err(Error::new(ErrorKind::Point, text));
        }
        changes.begin_after(run)
    }

    /// Reads the changes of a run that has not ended, and of those before it that never did: all since the last run that ended.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn of(address: &Address, run: Run, lock_timeout: Duration) -> Result<Self, Error> {
        let mut changes = Self::open(address, lock_timeout)?;
        let ended = changes.connection.number(
            "SELECT coalesce(max(run), 0) FROM runs WHERE run < $1 AND ended_at IS NOT NULL",
            &[run.number.into()],
        )?;
        changes.last = run.number;
        changes.begin_after(ended)
    }

    fn open(address: &Address, lock_timeout: Duration) -> Result<Self, Error> {
        let mut connection = address.open_read_only(lock_timeout)?;
        schema::check(connection.as_mut(), &address.to_string())?;
        // It ends with the connection.
        connection.begin(Access::Read)?;
        let last = connection.number("SELECT coalesce(max(run), 0) FROM runs", &[])?;
        let open = connection.number(
            "SELECT coalesce(min(run), 0) FROM runs
             WHERE ended_at IS NULL AND EXISTS (SELECT 1 FROM accounts WHERE accounts.run = runs.run)",
            &[],
        )?;
        Ok(Self {
            connection,
            position: (0, 0),
            last,
            begins_after: 0,
            resume_after: if open > 0 { open - 1 } else { last },
            doubts: Vec::new(),
            rows: VecDeque::new(),
        })
    }

    fn begin_after(mut self, run: i64) -> Result<Self, Error> {
        self.position = (run, i64::MAX);
        self.begins_after = run;
        self.doubts = self.doubts_after(run)?;
        Ok(self)
    }

    /// Returns the run before the first one to read.
    #[must_use]
    pub fn begins_after(&self) -> i64 {
        self.begins_after
    }

    /// Returns the run after which to read the next time: the last one, or the one before the first that may still record something.
    /// What is then read again has the same [IDs](Change::id).
    #[must_use]
    pub fn resume_after(&self) -> i64 {
        self.resume_after
    }

    /// Returns why changes may be missing: somebody deleted a part of the history.
    #[must_use]
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    fn doubts_after(&mut self, run: i64) -> Result<Vec<String>, Error> {
        let mut doubts = Vec::new();
        let first = self
            .connection
            .number("SELECT coalesce(min(run), 0) FROM runs", &[])?;
        if run > 0 && run + 1 < first {
            doubts.push(format!(
                "the changes of the runs {} to {} were deleted: the history begins with run {first}",
                run + 1,
                first - 1
            ));
        }
        let rows = self.connection.query(
            "SELECT listings.run, listings.provider, listings.account FROM listings
             LEFT JOIN (SELECT run, provider, account, count(*) AS number FROM changes
                        WHERE run > $1 AND run <= $2 AND kind <> 'changed' GROUP BY run, provider, account) AS kept
             ON kept.run = listings.run AND kept.provider = listings.provider AND kept.account = listings.account
             WHERE listings.run > $1 AND listings.run <= $2
             AND listings.created + listings.gone + listings.back <> coalesce(kept.number, 0)
             ORDER BY listings.run, listings.provider, listings.account",
            &[run.into(), self.last.into()],
        )?;
        for mut row in rows {
            let account = AccountKey::new(row.text(1)?, row.text(2)?);
            let run = row.integer(0)?;
            doubts.push(format!("changes of {account} in run {run} were deleted"));
        }
        Ok(doubts)
    }

    fn read(&mut self) -> Result<Option<Change>, Error> {
        let Some(mut last) = self.take(|_| true)? else {
            return Ok(None);
        };
        let number = last.number;
        let mut fields = Vec::from_iter(last.field.take());
        while let Some(mut next) = self.take(|next| next.continues(&last))? {
            fields.extend(next.field.take());
            last = next;
        }
        let tenant = self.tenant(&last)?;
        let Some(Json::String(id)) = tenant.get("id") else {
            return Err(contradiction(&last));
        };
        Ok(Some(Change {
            number,
            run: last.run,
            at: last.at,
            identity: Identity {
                account: last.stored.account,
                id: id.clone(),
            },
            kind: last.kind,
            fields,
            tenant,
        }))
    }

    /// Takes the next row if it is wanted.
    fn take(&mut self, is_wanted: impl Fn(&Recorded) -> bool) -> Result<Option<Recorded>, Error> {
        if self.rows.is_empty() {
            self.fill()?;
        }
        Ok(match self.rows.front() {
            Some(row) if is_wanted(row) => self.rows.pop_front(),
            _ => None,
        })
    }

    fn fill(&mut self) -> Result<(), Error> {
        let (run, number) = self.position;
        let rows = self.connection.query(
            &format!(
                "SELECT event.run, event.change, event.at, event.provider, event.account, event.id, event.kind,
                        event.path, event.old, event.new, tenants.body,
                        CASE WHEN EXISTS (SELECT 1 FROM changes AS later
                            WHERE later.provider = event.provider AND later.account = event.account AND later.id = event.id
                            AND later.change > event.change AND later.kind = 'changed') THEN 1 ELSE 0 END
                 FROM changes AS event LEFT JOIN tenants
                 ON tenants.provider = event.provider AND tenants.account = event.account AND tenants.id = event.id
                 WHERE (event.run, event.change) > ($1, $2) AND event.run <= $3
                 ORDER BY event.run, event.change LIMIT {ROWS}"
            ),
            &[run.into(), number.into(), self.last.into()],
        )?;
        for row in rows {
            let row = Recorded::parse(row)?;
            self.position = (row.run, row.number);
            self.rows.push_back(row);
        }
        Ok(())
    }

    /// The tenant after a change: as it is now, without what changed later.
    fn tenant(&mut self, after: &Recorded) -> Result<Json, Error> {
        let mut tenant = parse(&after.body)?;
        if !after.is_outdated {
            return Ok(tenant);
        }
        let Identity { account, id } = &after.stored;
        let later = self.connection.query(
            "SELECT path, old FROM changes
             WHERE provider = $1 AND account = $2 AND id = $3 AND change > $4 AND kind = 'changed' ORDER BY change DESC",
            &[
                account.provider.as_str().into(),
                account.account.as_str().into(),
                id.as_str().into(),
                after.number.into(),
            ],
        )?;
        for mut row in later {
            let old = json(row.optional_text(1)?)?;
            if !revert(&mut tenant, &row.text(0)?, old) {
                return Err(contradiction(after));
            }
        }
        Ok(tenant)
    }
}

impl Iterator for Changes {
    type Item = Result<Change, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Recorded {
    fn parse(mut row: Row) -> Result<Self, Error> {
        let (at, kind) = (row.text(2)?, row.text(6)?);
        let unknown = || {
            let text = format!("the history has an unknown change: `{kind}` at `{at}`");
            Error::new(ErrorKind::Failed, text)
        };
        let field = match row.optional_text(7)? {
            None => None,
            Some(path) => Some(FieldChange {
                path,
                old: json(row.optional_text(8)?)?,
                new: json(row.optional_text(9)?)?,
            }),
        };
        Ok(Self {
            run: row.integer(0)?,
            number: row.integer(1)?,
            at: at.parse().map_err(|_| unknown())?,
            stored: Identity {
                account: AccountKey::new(row.text(3)?, row.text(4)?),
                id: row.text(5)?,
            },
            kind: ChangeKind::parse(&kind).ok_or_else(unknown)?,
            field,
            body: row.text(10)?,
            is_outdated: row.integer(11)? != 0,
        })
    }

    /// Whether this is another field of the same change.
    fn continues(&self, earlier: &Self) -> bool {
        self.kind == ChangeKind::Changed
            && earlier.kind == ChangeKind::Changed
            && self.run == earlier.run
            && self.stored == earlier.stored
    }
}

fn json(text: Option<String>) -> Result<Option<Json>, Error> {
    text.map(|text| parse(&text)).transpose()
}

fn contradiction(change: &Recorded) -> Error {
    Error::new(
        ErrorKind::Failed,
        format!(
            "the history contradicts the tenants: change {} of `{}`",
            change.number, change.stored.id
        ),
    )
}
