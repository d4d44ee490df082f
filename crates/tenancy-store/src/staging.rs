//! Stages tenants beside the current state until their list ends, so that the next run can resume an interrupted one.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tenancy::{SourceReport, Tenant};

use crate::database::{Connection, Value};
use crate::store::{key, time};
use crate::stored_id::stored;
use crate::{AccountKey, Error, ErrorKind, Run, Store};

/// Tenants staged by one statement.
const ROWS: usize = 500;

/// The age up to which an interrupted list is resumed: its first tenants are as old as that.
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// Where the list of an account starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    /// At the beginning.
    Fresh,
    /// At the beginning, although an earlier run was interrupted, for this reason.
    Abandoned(String),
    /// At the checkpoint in this report of an interrupted run.
    Resumed(Box<SourceReport>),
}

impl Store {
    /// Returns where the list of a claimed account starts.
    ///
    /// # Errors
    /// The database failed, or another run took over the account.
    pub(crate) fn start(
        &mut self,
        run: Run,
        account: &AccountKey,
        now: Timestamp,
    ) -> Result<Start, Error> {
        let start = self.unfinished(account, now)?;
        if let Start::Resumed(report) = &start {
            self.resumed.insert(account.clone(), report.pages);
        } else {
            self.restart(run, account)?;
        }
        Ok(start)
    }

    fn unfinished(&mut self, account: &AccountKey, now: Timestamp) -> Result<Start, Error> {
        let mut rows = self.connection.query(
            "SELECT begun_at, report, exclude FROM unfinished WHERE provider = $1 AND account = $2",
            &key(account),
        )?;
        let Some(row) = rows.first_mut() else {
            return Ok(Start::Fresh);
        };
        let begun_at = row.text(0)?;
        let age = begun_at
            .parse()
            .map(|begun_at: Timestamp| now.duration_since(begun_at).abs());
        if !age.is_ok_and(|age| age <= OLDEST) {
            return Ok(Start::Abandoned(format!(
                "the interrupted run started at {begun_at}, more than {} hours ago",
                OLDEST.as_hours()
            )));
        }
        if row.text(2)? != self.exclude.name {
            return Ok(Start::Abandoned(
                "the interrupted run excluded other tenants".to_owned(),
            ));
        }
        Ok(match serde_json::from_str(&row.text(1)?) {
            Ok(report) => Start::Resumed(Box::new(report)),
            Err(error) => Start::Abandoned(format!(
                "the checkpoint of the interrupted run cannot be read ({error})"
            )),
        })
    }

    /// Discards what is staged of an account: its list starts at the beginning.
    ///
    /// # Errors
    /// The database failed, or another run took over the account.
    pub(crate) fn restart(&mut self, run: Run, account: &AccountKey) -> Result<(), Error> {
        self.resumed.remove(account);
        let staged = self.connection.query(
            "SELECT 1 FROM staged WHERE provider = $1 AND account = $2
             UNION ALL SELECT 1 FROM unfinished WHERE provider = $1 AND account = $2 LIMIT 1",
            &key(account),
        )?;
        if staged.is_empty() {
            return Ok(());
        }
        self.write_account(run, account, |connection| clear(connection, account))
    }

    /// Stages tenants and, if `reached` is given, its checkpoint, in one transaction.
    ///
    /// Tenants staged after the last checkpoint are listed again after an interruption. A checkpoint grows with the list, so save
    /// one each time the list has grown by a fixed fraction.
    ///
    /// # Errors
    /// The database failed, or another run took over the account.
    pub(crate) fn stage(
        &mut self,
        run: Run,
        account: &AccountKey,
        tenants: &[Tenant],
        reached: Option<&SourceReport>,
    ) -> Result<(), Error> {
        let exclude = self.exclude.name.clone();
        let body = |tenant| match self.exclude.is_excluded(tenant) {
            true => Ok(None),
            false => to_json(tenant).map(Some),
        };
        // A statement cannot insert a row twice.
        let rows: HashMap<_, _> = tenants
            .iter()
            .map(|tenant| Ok((stored(&tenant.id), body(tenant)?)))
            .collect::<Result<_, Error>>()?;
        let rows: Vec<_> = rows.into_iter().collect();
        self.write_account(run, account, |connection| {
            for rows in rows.chunks(ROWS) {
                stage(connection, account, rows)?;
            }
            match reached {
                Some(report) => keep_checkpoint(connection, run, account, report, &exclude),
                None => Ok(()),
            }
        })
    }
}

/// Serializes a tenant or a report.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(
            ErrorKind::Failed,
            format!("cannot serialize as JSON: {error}"),
        )
        .caused_by(error)
    })
}

/// Writes rows of text placeholders, beginning with this number: `(CAST($3 AS TEXT), CAST($4 AS TEXT)), …`.
pub(crate) fn placeholders(first: usize, rows: usize, columns: usize) -> String {
    let row = |row| {
        let numbers = first + row * columns..first + (row + 1) * columns;
        let columns: Vec<_> = numbers
            .map(|number| format!("CAST(${number} AS TEXT)"))
            .collect();
        format!("({})", columns.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    rows.join(", ")
}

/// Stages rows; without the body if it equals the current state. A row without a body is that of an excluded tenant.
fn stage(
    connection: &mut dyn Connection,
    account: &AccountKey,
    rows: &[(Cow<'_, str>, Option<String>)],
) -> Result<(), Error> {
    let mut values = key(account).to_vec();
    for (id, body) in rows {
        values.extend([Value::from(&**id), body.as_deref().into()]);
    }
    let sql = format!(
        "INSERT INTO staged (provider, account, id, body, is_excluded)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), listed.column1,
                CASE WHEN known.body = listed.column2 THEN NULL ELSE listed.column2 END,
                CASE WHEN listed.column2 IS NULL THEN 1 ELSE 0 END
         FROM (VALUES {}) AS listed
         LEFT JOIN tenants AS known ON known.provider = $1 AND known.account = $2 AND known.id = listed.column1
         WHERE TRUE
         ON CONFLICT (provider, account, id) DO UPDATE SET body = excluded.body, is_excluded = excluded.is_excluded",
        placeholders(3, rows.len(), 2)
    );
    connection.execute(&sql, &values).map(drop)
}

pub(crate) fn keep_checkpoint(
    connection: &mut dyn Connection,
    run: Run,
    account: &AccountKey,
    report: &SourceReport,
    exclude: &str,
) -> Result<(), Error> {
    let [provider, name] = key(account);
    let sql = "INSERT INTO unfinished (provider, account, begun_at, report, exclude) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (provider, account) DO UPDATE SET report = excluded.report";
    let values = [
        provider,
        name,
        time(run.started_at).into(),
        to_json(report)?.into(),
        exclude.into(),
    ];
    connection.execute(sql, &values).map(drop)
}

/// Deletes what is staged of an account.
pub(crate) fn clear(connection: &mut dyn Connection, account: &AccountKey) -> Result<(), Error> {
    for table in ["staged", "unfinished"] {
        connection.execute(
            &format!("DELETE FROM {table} WHERE provider = $1 AND account = $2"),
            &key(account),
        )?;
    }
    Ok(())
}
