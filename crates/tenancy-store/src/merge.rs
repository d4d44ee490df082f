//! Merges the staged tenants of an account into the current state and the history, in SQL that every database accepts.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value as Json;
use tenancy::{Certainty, SourceReport};

use crate::database::{Connection, Row, Value};
use crate::field_change::{FieldChange, compare};
use crate::staging::placeholders;
use crate::store::key;
use crate::{AccountKey, Error, MaxGone, Run};

/// Tenants compared at a time, and how many characters they have.
const ROWS: usize = 500;
const CHARACTERS: u64 = 1024 * 1024;

/// Staged rows beside the current state.
const STAGED: &str = "FROM staged LEFT JOIN tenants AS known
    ON known.provider = staged.provider AND known.account = staged.account AND known.id = staged.id
    WHERE staged.provider = $1 AND staged.account = $2";

/// Whether a tenant is staged.
pub(crate) const IS_STAGED: &str = "EXISTS (SELECT 1 FROM staged
    WHERE staged.provider = tenants.provider AND staged.account = tenants.account AND staged.id = tenants.id)";

/// Whether a tenant is staged and not excluded.
const IS_LISTED: &str = "EXISTS (SELECT 1 FROM staged
    WHERE staged.provider = tenants.provider AND staged.account = tenants.account AND staged.id = tenants.id
    AND staged.is_excluded = 0)";

/// What the list of an account changed in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListingOutcome {
    /// Tenants seen for the first time.
    pub created: u64,
    /// Tenants with at least one different field.
    pub changed: u64,
    /// Tenants that no longer exist. Only a complete list that is proved or agreed says so.
    pub gone: u64,
    /// Tenants that were gone and exist again.
    pub back: u64,
    /// Tenants without a difference.
    pub unchanged: u64,
    /// Tenants that were listed and [excluded](crate::SyncOptions::exclude).
    pub excluded: u64,
    /// Tenants that the list lacked, but that are not marked gone, because the list does not prove that nothing was missed.
    pub missing: u64,
    /// Those of them that are missing from a list that proves it, but are more than [`MaxGone`] allows.
    pub withheld: u64,
    /// Whether the list was interrupted and the next run can resume it.
    pub resumable: bool,
}

/// What is known of tenants that a list lacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// They are gone: the list was complete, and certainly missed nothing.
    Gone,
    /// They were not found: the list was read to its end, but may have missed something.
    Missing,
    /// Nothing: the list was not read to its end.
    Unknown,
}

impl Absent {
    pub(crate) fn judged_by(report: &SourceReport) -> Self {
        match report.certainty {
            Certainty::Proved | Certainty::Agreed if report.complete => Self::Gone,
            Certainty::Proved | Certainty::Agreed | Certainty::Assumed => Self::Missing,
            _ => Self::Unknown,
        }
    }
}

/// The merge of one account's list, within a transaction.
pub(crate) struct Merge<'a> {
    pub(crate) connection: &'a mut dyn Connection,
    pub(crate) run: Run,
    pub(crate) now: String,
    pub(crate) account: &'a AccountKey,
    pub(crate) max_gone: MaxGone,
    /// The name of the test that excluded tenants.
    pub(crate) exclude: &'a str,
}

impl Merge<'_> {
    /// Merges what is staged.
    pub(crate) fn merge(
        &mut self,
        absent: Absent,
        now: Timestamp,
    ) -> Result<ListingOutcome, Error> {
        let staged =
            self.count("SELECT count(*) FROM staged WHERE provider = $1 AND account = $2")?;
        let excluded = self.count(
            "SELECT count(*) FROM staged WHERE provider = $1 AND account = $2 AND is_excluded = 1",
        )?;
        let known = self.count(
            "SELECT count(*) FROM tenants WHERE provider = $1 AND account = $2 AND gone_at IS NULL",
        )?;
        let changed = self.update_changed()?;
        let back = self.mark_back()?;
        let withheld = match absent {
            Absent::Gone => self.withhold(known, staged, now)?,
            Absent::Missing | Absent::Unknown => 0,
        };
        let gone = match absent {
            Absent::Gone if withheld == 0 => self.mark_gone()?,
            _ => 0,
        };
        let missing = self.mark_missing(absent == Absent::Missing || withheld > 0)?;
        // Last: a server's table statistics do not include what this transaction inserts.
        let created = self.create()?;
        Ok(ListingOutcome {
            created,
            changed,
            gone,
            back,
            unchanged: staged.saturating_sub(excluded + created + changed + back),
            excluded,
            missing,
            withheld,
            resumable: false,
        })
    }

    fn create(&mut self) -> Result<u64, Error> {
        let new = format!("{STAGED} AND known.id IS NULL AND staged.is_excluded = 0");
        let created = self.log("created", &format!("staged.id {new} ORDER BY staged.id"))?;
        if created > 0 {
            self.update(&format!(
                "INSERT INTO tenants (provider, account, id, body, first_seen_at, changed_at)
                 SELECT staged.provider, staged.account, staged.id, staged.body, CAST($3 AS TEXT), CAST($3 AS TEXT)
                 {new} AND staged.body IS NOT NULL"
            ))?;
        }
        Ok(created)
    }

    /// Logs the changed fields, and returns how many tenants changed that were not gone.
    fn update_changed(&mut self) -> Result<u64, Error> {
        let differing = format!(
            "{STAGED} AND staged.body IS NOT NULL AND known.body <> staged.body AND (CAST($3 AS TEXT) IS NULL OR staged.id > $3)"
        );
        let sizes = format!(
            "SELECT staged.id, CAST(length(known.body) + length(staged.body) AS BIGINT) {differing} ORDER BY staged.id LIMIT {ROWS}"
        );
        let bodies = format!(
            "SELECT staged.id, known.body, staged.body, CASE WHEN known.gone_at IS NULL THEN 0 ELSE 1 END {differing}
             AND staged.id <= $4 ORDER BY staged.id"
        );
        let mut after: Option<String> = None;
        let mut changed = 0;
        loop {
            let [provider, account] = key(self.account);
            let values = [provider, account, after.as_deref().into()];
            let Some(until) = batch_end(self.connection.query(&sizes, &values)?)? else {
                break;
            };
            let values = [&values[..], &[Value::from(until.as_str())]].concat();
            let mut changes = Vec::new();
            for mut row in self.connection.query(&bodies, &values)? {
                let was_gone = row.integer(3)? != 0;
                let (id, known, listed) = (row.text(0)?, row.text(1)?, row.text(2)?);
                let fields = compare(&parse(&known)?, &parse(&listed)?);
                changed += u64::from(!fields.is_empty() && !was_gone);
                changes.extend(fields.into_iter().map(|field| (id.clone(), field)));
            }
            for changes in changes.chunks(ROWS) {
                self.log_fields(changes)?;
            }
            after = Some(until);
        }
        if after.is_some() {
            self.update(
                "UPDATE tenants SET body = staged.body, changed_at = $3 FROM staged
                 WHERE tenants.provider = $1 AND tenants.account = $2 AND staged.provider = $1 AND staged.account = $2
                 AND staged.id = tenants.id AND staged.body IS NOT NULL AND staged.body <> tenants.body",
            )?;
        }
        Ok(changed)
    }

    fn mark_back(&mut self) -> Result<u64, Error> {
        let selection = format!(
            "staged.id {STAGED} AND known.gone_at IS NOT NULL AND staged.is_excluded = 0 ORDER BY staged.id"
        );
        let back = self.log("back", &selection)?;
        if back > 0 {
            self.update(&format!(
                "UPDATE tenants SET gone_at = NULL, changed_at = $3
                 WHERE provider = $1 AND account = $2 AND gone_at IS NOT NULL AND {IS_LISTED}"
            ))?;
        }
        Ok(back)
    }

    pub(crate) fn mark_gone(&mut self) -> Result<u64, Error> {
        let absent =
            format!("provider = $1 AND account = $2 AND gone_at IS NULL AND NOT {IS_STAGED}");
        let gone = self.log(
            "gone",
            &format!("id FROM tenants WHERE {absent} ORDER BY id"),
        )?;
        if gone > 0 {
            self.update(&format!(
                "UPDATE tenants SET gone_at = $3, changed_at = $3, missing_since = NULL, withheld_since = NULL
                 WHERE {absent}"
            ))?;
        }
        Ok(gone)
    }

    /// Updates since when tenants are missing, and returns how many are.
    fn mark_missing(&mut self, absent_are_missing: bool) -> Result<u64, Error> {
        self.execute(
            &format!(
                "UPDATE tenants SET missing_since = NULL, withheld_since = NULL
                 WHERE provider = $1 AND account = $2 AND missing_since IS NOT NULL AND {IS_STAGED}"
            ),
            &[],
        )?;
        if absent_are_missing {
            self.update(&format!(
                "UPDATE tenants SET missing_since = $3
                 WHERE provider = $1 AND account = $2 AND gone_at IS NULL AND missing_since IS NULL AND NOT {IS_STAGED}"
            ))?;
        }
        self.count("SELECT count(*) FROM tenants WHERE provider = $1 AND account = $2 AND missing_since IS NOT NULL")
    }

    /// Logs a change of each selected tenant.
    fn log(&mut self, kind: &str, selection: &str) -> Result<u64, Error> {
        self.execute(
            &format!(
                "INSERT INTO changes (run, at, provider, account, kind, id)
                 SELECT CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($5 AS TEXT), {selection}"
            ),
            &[self.run.number.into(), self.now.as_str().into(), kind.into()],
        )
    }

    /// Logs the changed fields of tenants.
    fn log_fields(&mut self, changes: &[(String, FieldChange)]) -> Result<(), Error> {
        let mut values = vec![self.run.number.into(), self.now.as_str().into()];
        for (id, field) in changes {
            let json = |value: &Option<Json>| Value::from(value.as_ref().map(ToString::to_string));
            values.extend([
                id.as_str().into(),
                field.path.as_str().into(),
                json(&field.old),
                json(&field.new),
            ]);
        }
        let sql = format!(
            "INSERT INTO changes (run, at, provider, account, kind, id, path, old, new)
             SELECT CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT), 'changed',
                    field.column1, field.column2, field.column3, field.column4
             FROM (VALUES {}) AS field",
            placeholders(5, changes.len(), 4)
        );
        self.execute(&sql, &values).map(drop)
    }

    /// Runs a statement with the account as `$1` and `$2`, and the time as `$3`.
    pub(crate) fn update(&mut self, sql: &str) -> Result<u64, Error> {
        let now = self.now.as_str().into();
        self.execute(sql, &[now])
    }

    /// Runs a statement with the account as `$1` and `$2`.
    pub(crate) fn execute(&mut self, sql: &str, more: &[Value]) -> Result<u64, Error> {
        let values = [&key(self.account)[..], more].concat();
        self.connection.execute(sql, &values)
    }

    pub(crate) fn count(&mut self, sql: &str) -> Result<u64, Error> {
        self.count_with(sql, &[])
    }

    /// Runs a query of one number with the account as `$1` and `$2`, and more values.
    pub(crate) fn count_with(&mut self, sql: &str, more: &[Value]) -> Result<u64, Error> {
        let values = [&key(self.account)[..], more].concat();
        Ok(self.connection.number(sql, &values)?.unsigned_abs())
    }
}

/// The last of these tenants, of which each row has the identity and the size, that are compared at a time.
fn batch_end(rows: Vec<Row>) -> Result<Option<String>, Error> {
    let (mut end, mut size) = (None, 0);
    for mut row in rows {
        size += row.integer(1)?.unsigned_abs();
        if end.is_some() && size > CHARACTERS {
            break;
        }
        end = Some(row.text(0)?);
    }
    Ok(end)
}

/// Parses a stored tenant.
pub(crate) fn parse(body: &str) -> Result<Json, Error> {
    serde_json::from_str(body).map_err(Error::not_json)
}
