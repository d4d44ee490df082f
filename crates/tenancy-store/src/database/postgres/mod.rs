//! PostgreSQL: a database on a server, in the schema `tenancy`.

mod failure;
mod server;
mod text;
mod tls;

use std::collections::HashMap;
use std::error::Error as StdError;
use std::time::Duration;

use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};

pub use server::Server;

use super::{Access, Connection, Dialect, LockWait, Row, Value};
use crate::{Error, ErrorKind};

/// The first key of our advisory locks: "tncy" in ASCII.
const APPLICATION: i32 = 0x746e_6379;
/// The second key while the schema is upgraded; accounts have greater ones.
const SCHEMA_LOCK: i32 = 0;
/// The number of prepared statements kept.
const MOST_STATEMENTS: usize = 64;

/// A session on a PostgreSQL server.
pub(crate) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
    place: String,
    lock_timeout: Duration,
}

impl Postgres {
    pub(crate) fn connect(server: &Server, lock_timeout: Duration) -> Result<Self, Error> {
        let setup = "SET search_path TO tenancy; SET client_min_messages TO warning";
        let client = server.connect(setup)?;
        let mut session = Self {
            client,
            statements: HashMap::new(),
            place: server.to_string(),
            lock_timeout,
        };
        session.wait_for_locks(lock_timeout)?;
        Ok(session)
    }

    /// Sets the lock timeout. Zero is no limit.
    fn wait_for_locks(&mut self, lock_timeout: Duration) -> Result<(), Error> {
        self.batch(&format!("SET lock_timeout TO {}", lock_timeout.as_millis()))
    }

    fn failure(&self, error: &postgres::Error) -> Error {
        failure::describe(&self.place, error)
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        if self.statements.len() >= MOST_STATEMENTS {
            self.statements.clear();
        }
        let statement = self
            .client
            .prepare(sql)
            .map_err(|error| failure::describe(&self.place, &error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn truth(&mut self, sql: &str, values: &[Value]) -> Result<bool, Error> {
        Ok(Row::only(self.query(sql, values)?)?.integer(0)? != 0)
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Connection for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect {
            serial: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            text: "TEXT COLLATE \"C\"",
        }
    }

    fn schema_version(&mut self) -> Result<Option<i64>, Error> {
        let tables = self.query(
            "SELECT count(*), count(*) FILTER (WHERE tablename = 'schema_version') FROM pg_tables WHERE schemaname = 'tenancy'",
            &[],
        )?;
        let tables = Row::only(tables)?;
        match (tables.integer(0)?, tables.integer(1)?) {
            (0, _) => Ok(None),
            (_, 0) => Err(Error::new(
                ErrorKind::Foreign,
                format!(
                    "{} has a schema `tenancy` that belongs to another program: choose another database",
                    self.place
                ),
            )),
            _ => {
                let versions = self.query("SELECT version FROM schema_version", &[])?;
                Row::only(versions)?.integer(0).map(Some)
            }
        }
    }

    fn set_schema_version(&mut self, version: i64) -> Result<(), Error> {
        self.batch(&format!(
            "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);
             DELETE FROM schema_version; INSERT INTO schema_version VALUES ({version});"
        ))
    }

    fn prepare_schema(&mut self) -> Result<(), Error> {
        self.batch(&format!(
            "SELECT pg_advisory_xact_lock({APPLICATION}, {SCHEMA_LOCK})"
        ))?;
        // `IF NOT EXISTS` would need the privilege to create it even if it exists.
        if !self.truth(
            "SELECT count(*) FROM pg_namespace WHERE nspname = 'tenancy'",
            &[],
        )? {
            self.batch("CREATE SCHEMA tenancy")?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.client
            .batch_execute(sql)
            .map_err(|error| self.failure(&error))
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        let statement = self.prepared(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.client
            .execute(&statement, &values)
            .map_err(|error| self.failure(&error))
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let statement = self.prepared(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.client
            .query(&statement, &values)
            .and_then(|rows| rows.iter().map(row).collect())
            .map_err(|error| self.failure(&error))
    }

    /// Without statistics the server takes a table that was just filled for empty, and scans it for each row.
    fn analyze(&mut self, table: &str) -> Result<(), Error> {
        self.batch(&format!("ANALYZE {table}"))
    }

    fn begin(&mut self, access: Access) -> Result<(), Error> {
        self.batch(match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN",
        })
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.batch("COMMIT")
    }

    fn roll_back(&mut self) -> Result<(), Error> {
        self.batch("ROLLBACK")
    }

    /// Takes an advisory lock, which the server releases when the connection ends.
    fn lock(&mut self, number: i64, wait: LockWait) -> Result<bool, Error> {
        let key = format!("{APPLICATION}, CAST($1 AS BIGINT)::int");
        let number = [Value::from(number)];
        match wait {
            LockWait::Never => self.truth(&format!("SELECT pg_try_advisory_lock({key})"), &number),
            LockWait::Forever => {
                self.wait_for_locks(Duration::ZERO)?;
                self.query(
                    &format!("SELECT 1 FROM (SELECT pg_advisory_lock({key})) AS locked"),
                    &number,
                )?;
                self.wait_for_locks(self.lock_timeout)?;
                Ok(true)
            }
        }
    }

    fn unlock(&mut self) -> Result<(), Error> {
        self.batch("SELECT pg_advisory_unlock_all()")
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(value) => value.to_sql(kind, out),
            Self::Text(text) => text::escape(text).as_ref().to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::TEXT | Type::INT8)
    }

    to_sql_checked!();
}

fn row(row: &postgres::Row) -> Result<Row, postgres::Error> {
    let value = |(column, description): (usize, &postgres::Column)| {
        Ok(match *description.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
            Type::BOOL => row
                .try_get::<_, Option<bool>>(column)?
                .map(i64::from)
                .into(),
            _ => row
                .try_get::<_, Option<&str>>(column)?
                .map(|stored| text::unescape(stored).into_owned())
                .into(),
        })
    };
    row.columns()
        .iter()
        .enumerate()
        .map(value)
        .collect::<Result<_, _>>()
        .map(Row)
}
