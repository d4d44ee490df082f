//! Brings the current state and the history up to what is staged of an account, in SQL that every database takes.

use serde_json::Value as Json;

use crate::compare::{FieldChange, compare};
use crate::conclude::Absence;
use crate::database::{Connection, Value};
use crate::staging::key;
use crate::{AccountKey, Conclusion, Error, ErrorKind, Run};

/// How many tenants are compared at a time.
const ROWS: usize = 500;

/// The end of one account's list, within its transaction.
pub(crate) struct Concluding<'a> {
    pub(crate) connection: &'a mut dyn Connection,
    pub(crate) run: Run,
    pub(crate) now: String,
    pub(crate) account: &'a AccountKey,
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
    pub(crate) fn merge(&mut self, absence: Absence) -> Result<Conclusion, Error> {
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

    /// Runs a statement whose first two values are the account.
    pub(crate) fn execute(&mut self, sql: &str, more: &[Value]) -> Result<u64, Error> {
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
