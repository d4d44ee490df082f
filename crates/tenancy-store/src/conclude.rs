//! What the end of a list means for the database: what was created, changed, is back or gone.

use jiff::Timestamp;
use serde_json::Value as Json;
use tenancy::{Consistency, ErrorKind as ListingError, SourceReport};

use crate::compare::{FieldChange, compare};
use crate::database::{Connection, Value};
use crate::staging::{clear, keep_checkpoint, key, written};
use crate::store::time;
use crate::{AccountKey, Error, ErrorKind, Run, Store};

/// How many tenants are compared at a time.
const ROWS: usize = 500;

/// What the listing of an account came to in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conclusion {
    /// Tenants that were never there before.
    pub created: u64,
    /// Tenants of which something is different.
    pub changed: u64,
    /// Tenants that are not there any more. Only a list that was complete and proved says so.
    pub gone: u64,
    /// Tenants that were gone and are there again.
    pub back: u64,
    /// Tenants that are as they were.
    pub unchanged: u64,
    /// Tenants that the list did not have although it was read to its end, and that are not marked gone, because the list could
    /// not prove that nothing was missed.
    pub missing: u64,
    /// Whether the list broke off, and the next run goes on from there.
    pub goes_on: bool,
}

/// What a list that has ended allows to conclude about tenants that it did not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absence {
    /// They are gone: the list was complete, and it is certain that it missed nothing.
    Gone,
    /// They were not found: the list was read to its end, but some of it could not be read, or only the provider's cursors
    /// vouch for it.
    Missing,
    /// Nothing: the list was not read to its end.
    Nothing,
}

impl Absence {
    fn of(report: &SourceReport) -> Self {
        match report.consistency {
            Consistency::Proved | Consistency::Agreed if report.complete => Self::Gone,
            Consistency::Proved | Consistency::Agreed | Consistency::Assumed => Self::Missing,
            _ => Self::Nothing,
        }
    }
}

/// Whether a list broke off where it is worth going on. `fault` is what ended it, if it was the account's own failure.
///
/// A list that contradicts itself is listed anew, and so is one that was resumed and came no further: its checkpoint may be
/// what is wrong, such as a cursor that has expired.
fn goes_on(report: &SourceReport, fault: Option<ListingError>, pages_before: u64) -> bool {
    let broke_off = !report.complete && Absence::of(report) == Absence::Nothing;
    let came_further = report.pages > pages_before;
    let worthwhile = match fault {
        None => true,
        Some(ListingError::Call) => came_further,
        Some(_) => false,
    };
    broke_off && worthwhile && report.checkpoint.is_some()
}

impl Store {
    /// Records, in one transaction, what the listing of an account came to: `report` is its report, and `fault` what kind of
    /// failure of the account's own ended it.
    ///
    /// # Errors
    /// The database failed; then nothing of it is recorded.
    pub fn conclude(
        &mut self,
        run: Run,
        account: &AccountKey,
        report: &SourceReport,
        fault: Option<ListingError>,
        now: Timestamp,
    ) -> Result<Conclusion, Error> {
        let pages_before = self.resumed.get(account).copied().unwrap_or(0);
        let goes_on = goes_on(report, fault, pages_before);
        self.connection.analyze("staged")?;
        let conclusion = self.write(|connection| {
            let mut concluding = Concluding {
                connection,
                run,
                now: time(now),
                account,
            };
            let conclusion = Conclusion {
                goes_on,
                ..concluding.merge(Absence::of(report))?
            };
            concluding.keep_listing(report, &conclusion)?;
            concluding.leave_staged(report, goes_on)?;
            Ok(conclusion)
        })?;
        if conclusion.created > 0 {
            self.connection.analyze("tenants")?;
        }
        Ok(conclusion)
    }
}

/// The end of one account's list, within its transaction.
struct Concluding<'a> {
    connection: &'a mut dyn Connection,
    run: Run,
    now: String,
    account: &'a AccountKey,
}

/// How many rows are staged.
const STAGED_ROWS: &str = "SELECT count(*) FROM staged WHERE provider = $1 AND account = $2";

/// Staged rows beside what is known of them.
const STAGED: &str = "FROM staged LEFT JOIN tenants AS known
    ON known.provider = staged.provider AND known.account = staged.account AND known.id = staged.id
    WHERE staged.provider = $1 AND staged.account = $2";

/// Whether a tenant is staged.
const IS_STAGED: &str = "EXISTS (SELECT 1 FROM staged
    WHERE staged.provider = tenants.provider AND staged.account = tenants.account AND staged.id = tenants.id)";

impl Concluding<'_> {
    /// Brings the current state and the history up to what is staged.
    fn merge(&mut self, absence: Absence) -> Result<Conclusion, Error> {
        let staged = self.count(STAGED_ROWS)?;
        let changed = self.change()?;
        let back = self.bring_back()?;
        let gone = if absence == Absence::Gone {
            self.let_go()?
        } else {
            0
        };
        let missing = self.note_missing(absence)?;
        // Last: what a server knows of how its tables are filled does not include what this transaction adds.
        let created = self.create()?;
        Ok(Conclusion {
            created,
            changed,
            gone,
            back,
            unchanged: staged.saturating_sub(created + changed + back),
            missing,
            goes_on: false,
        })
    }

    fn create(&mut self) -> Result<u64, Error> {
        let created = self.log(
            "created",
            &format!("staged.id {STAGED} AND known.id IS NULL ORDER BY staged.id"),
        )?;
        if created > 0 {
            self.execute(
                &format!(
                    "INSERT INTO tenants (provider, account, id, body, first_seen_at, changed_at)
                     SELECT staged.provider, staged.account, staged.id, staged.body, CAST($3 AS TEXT), CAST($3 AS TEXT)
                     {STAGED} AND known.id IS NULL AND staged.body IS NOT NULL"
                ),
                &[self.now.as_str().into()],
            )?;
        }
        Ok(created)
    }

    /// Notes what changed, field by field, and how many tenants did that were not gone.
    fn change(&mut self) -> Result<u64, Error> {
        let differing = format!(
            "SELECT staged.id, known.body, staged.body, CASE WHEN known.gone_at IS NULL THEN 0 ELSE 1 END {STAGED}
             AND staged.body IS NOT NULL AND known.body <> staged.body AND (CAST($3 AS TEXT) IS NULL OR staged.id > $3) ORDER BY staged.id LIMIT $4"
        );
        let mut after: Option<String> = None;
        let mut changed = 0;
        let mut differ = false;
        loop {
            let [provider, account] = key(self.account);
            let values = [
                provider,
                account,
                after.as_deref().into(),
                (ROWS as u64).into(),
            ];
            let rows = self.connection.query(&differing, &values)?;
            let last = rows.len() < ROWS;
            differ |= !rows.is_empty();
            let mut changes = Vec::new();
            for mut row in rows {
                let was_gone = row.integer(3) != 0;
                let (id, known, listed) = (row.text(0), row.text(1), row.text(2));
                let id = id.unwrap_or_default();
                let fields = compare(&read(known)?, &read(listed)?);
                changed += u64::from(!fields.is_empty() && !was_gone);
                changes.extend(fields.into_iter().map(|field| (id.clone(), field)));
                after = Some(id);
            }
            for changes in changes.chunks(ROWS) {
                self.log_fields(changes)?;
            }
            if last {
                break;
            }
        }
        if differ {
            self.execute(
                "UPDATE tenants SET body = staged.body, changed_at = $3 FROM staged
                 WHERE tenants.provider = $1 AND tenants.account = $2 AND staged.provider = $1 AND staged.account = $2
                 AND staged.id = tenants.id AND staged.body IS NOT NULL AND staged.body <> tenants.body",
                &[self.now.as_str().into()],
            )?;
        }
        Ok(changed)
    }

    fn bring_back(&mut self) -> Result<u64, Error> {
        let back = self.log(
            "back",
            &format!("staged.id {STAGED} AND known.gone_at IS NOT NULL ORDER BY staged.id"),
        )?;
        if back > 0 {
            self.execute(
                &format!(
                    "UPDATE tenants SET gone_at = NULL, changed_at = $3
                     WHERE provider = $1 AND account = $2 AND gone_at IS NOT NULL AND {IS_STAGED}"
                ),
                &[self.now.as_str().into()],
            )?;
        }
        Ok(back)
    }

    fn let_go(&mut self) -> Result<u64, Error> {
        let absent =
            format!("provider = $1 AND account = $2 AND gone_at IS NULL AND NOT {IS_STAGED}");
        let gone = self.log(
            "gone",
            &format!("id FROM tenants WHERE {absent} ORDER BY id"),
        )?;
        if gone > 0 {
            self.execute(
                &format!("UPDATE tenants SET gone_at = $3, changed_at = $3, missing_since = NULL WHERE {absent}"),
                &[self.now.as_str().into()],
            )?;
        }
        Ok(gone)
    }

    /// Notes since when tenants have not been found, and that they were found again. Says how many are missing.
    fn note_missing(&mut self, absence: Absence) -> Result<u64, Error> {
        self.execute(
            &format!(
                "UPDATE tenants SET missing_since = NULL
                 WHERE provider = $1 AND account = $2 AND missing_since IS NOT NULL AND {IS_STAGED}"
            ),
            &[],
        )?;
        if absence == Absence::Missing {
            self.execute(
                &format!(
                    "UPDATE tenants SET missing_since = $3
                     WHERE provider = $1 AND account = $2 AND gone_at IS NULL AND missing_since IS NULL AND NOT {IS_STAGED}"
                ),
                &[self.now.as_str().into()],
            )?;
        }
        self.count("SELECT count(*) FROM tenants WHERE provider = $1 AND account = $2 AND missing_since IS NOT NULL")
    }

    /// Writes one line of history for each tenant of a selection of identities.
    fn log(&mut self, kind: &str, selection: &str) -> Result<u64, Error> {
        self.execute(
            &format!(
                "INSERT INTO changes (run, at, provider, account, kind, id)
                 SELECT CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($5 AS TEXT), {selection}"
            ),
            &[self.run.number.into(), self.now.as_str().into(), kind.into()],
        )
    }

    /// Writes one line of history for each field that changed.
    fn log_fields(&mut self, changes: &[(String, FieldChange)]) -> Result<(), Error> {
        let mut values = vec![self.run.number.into(), self.now.as_str().into()];
        let mut places = Vec::new();
        for (id, field) in changes {
            let first = values.len() + 3;
            let place = |offset| format!("CAST(${} AS TEXT)", first + offset);
            places.push(format!(
                "({}, {}, {}, {})",
                place(0),
                place(1),
                place(2),
                place(3)
            ));
            let value = |value: &Option<Json>| Value::from(value.as_ref().map(ToString::to_string));
            values.extend([
                id.as_str().into(),
                field.path.as_str().into(),
                value(&field.old),
                value(&field.new),
            ]);
        }
        let sql = format!(
            "INSERT INTO changes (run, at, provider, account, kind, id, path, old, new)
             SELECT CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), 'changed',
                    field.column1, field.column2, field.column3, field.column4
             FROM (VALUES {}) AS field",
            places.join(", ")
        );
        self.execute(&sql, &values).map(drop)
    }

    /// Keeps what the list came to, without its checkpoint.
    fn keep_listing(
        &mut self,
        report: &SourceReport,
        conclusion: &Conclusion,
    ) -> Result<(), Error> {
        let mut report = report.clone();
        report.checkpoint = None;
        let consistency = written(&report.consistency)?;
        self.execute(
            "INSERT INTO listings (provider, account, run, at, complete, consistency,
                                   created, changed, gone, back, unchanged, missing, error, report)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &[
                self.run.number.into(),
                self.now.as_str().into(),
                i64::from(report.complete).into(),
                consistency.trim_matches('"').into(),
                conclusion.created.into(),
                conclusion.changed.into(),
                conclusion.gone.into(),
                conclusion.back.into(),
                conclusion.unchanged.into(),
                conclusion.missing.into(),
                report.error.clone().into(),
                written(&report)?.into(),
            ],
        )
        .map(drop)
    }

    /// Takes away what is staged; of a list that is to go on it keeps which tenants were there, and from where.
    fn leave_staged(&mut self, report: &SourceReport, goes_on: bool) -> Result<(), Error> {
        if !goes_on {
            return clear(self.connection, self.account);
        }
        self.execute("UPDATE staged SET body = NULL WHERE provider = $1 AND account = $2 AND body IS NOT NULL", &[])?;
        keep_checkpoint(self.connection, self.run, self.account, report)
    }

    /// Runs a statement whose first two values are the account.
    fn execute(&mut self, sql: &str, more: &[Value]) -> Result<u64, Error> {
        let values: Vec<_> = key(self.account)
            .into_iter()
            .chain(more.iter().cloned())
            .collect();
        self.connection.execute(sql, &values)
    }

    fn count(&mut self, sql: &str) -> Result<u64, Error> {
        let rows = self.connection.query(sql, &key(self.account))?;
        Ok(rows.first().map_or(0, |row| row.integer(0).unsigned_abs()))
    }
}

/// A tenant as it was stored.
fn read(body: Option<String>) -> Result<Json, Error> {
    serde_json::from_str(&body.unwrap_or_default()).map_err(|error| {
        Error::new(
            ErrorKind::Failed,
            format!("a tenant in the database is no JSON: {error}"),
        )
        .caused_by(error)
    })
}
