//! PostgreSQL: a database on a server, in the schema `tenancy`.

mod failure;
mod server;
mod session;
mod text;
mod tls;

use std::error::Error as StdError;
use std::time::Duration;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

pub use server::Server;
use session::{FAREWELL, Session};

use super::{Access, Connection, Dialect, LockWait, Row, Value, transaction};
use crate::{Error, ErrorKind, Table};

/// The first key of our advisory locks: "tncy" in ASCII.
const APPLICATION: i32 = 0x746e_6379;
/// The second key while the schema is upgraded; accounts have greater ones.
const SCHEMA_LOCK: i32 = 0;
/// How much longer than the server we wait before we give up.
const GRACE: Duration = Duration::from_secs(1);
/// How long the server keeps a transaction of which it hears nothing more.
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);

/// A database on a PostgreSQL server.
///
/// Behind a pooler such as pgbouncer, each transaction may run in another session of the server. Therefore every statement runs in
/// a transaction, which sets what it needs, and the locks belong to a transaction that stays open in a session of its own.
pub(crate) struct Postgres {
    server: Server,
    session: Session,
    in_transaction: bool,
    /// The session whose transaction holds the locks.
    locks: Option<Session>,
    lock_timeout: Duration,
}

impl Postgres {
    pub(crate) fn connect(server: &Server, lock_timeout: Duration) -> Result<Self, Error> {
        Ok(Self {
            server: server.clone(),
            session: Session::open(server)?,
            in_transaction: false,
            locks: None,
            lock_timeout,
        })
    }

    /// The time limit of the server for a statement.
    fn limit(&self) -> Duration {
        self.lock_timeout + self.server.statement_timeout()
    }

    /// The time limit for an answer.
    fn deadline(&self) -> Option<Duration> {
        Some(self.limit() + GRACE)
    }

    /// Begins the transaction that holds the locks. It stays open, so nothing may limit its time.
    fn begin_locks(&self) -> Result<Session, Error> {
        let mut session = Session::open(&self.server)?;
        session.batch(
            "BEGIN ISOLATION LEVEL READ COMMITTED;
             SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN
             ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout', 'transaction_timeout')",
            self.deadline(),
        )?;
        Ok(session)
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Connection for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect {
            serial: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            text: "TEXT COLLATE \"C\"",
            // The type json refuses a text with NUL in it.
            member: |path| {
                let path = path.replace('.', ",");
                format!(
                    "CASE WHEN position('\\u0000' IN body) = 0 THEN body::json #>> '{{{path}}}' END"
                )
            },
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
                    self.server
                ),
            )),
            _ => self
                .number("SELECT version FROM schema_version", &[])
                .map(Some),
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
        let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'tenancy'";
        if self.number(schemas, &[])? == 0 {
            self.batch("CREATE SCHEMA tenancy")?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        if !self.in_transaction {
            return transaction(self, Access::Write, |connection| connection.batch(sql));
        }
        self.session.batch(sql, self.deadline())
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        if !self.in_transaction {
            return transaction(self, Access::Write, |connection| {
                connection.execute(sql, values)
            });
        }
        self.session.execute(sql, values, self.deadline())
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        if !self.in_transaction {
            return transaction(self, Access::Write, |connection| {
                connection.query(sql, values)
            });
        }
        self.session.query(sql, values, self.deadline())
    }

    fn select(&mut self, query: &str) -> Result<Table, Error> {
        // The caller's tables are not in our schema.
        self.batch("SET LOCAL search_path TO DEFAULT")?;
        self.session.select(query, self.deadline())
    }

    /// Without statistics the server takes a table that was just filled for empty, and scans it for each row.
    fn analyze(&mut self, table: &str) -> Result<(), Error> {
        self.batch(&format!("ANALYZE {table}"))
    }

    fn begin(&mut self, access: Access) -> Result<(), Error> {
        let begin = match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN",
        };
        let sql = format!(
            "{begin}; SET LOCAL search_path TO tenancy; SET LOCAL client_min_messages TO warning;
             SET LOCAL lock_timeout TO {}; SET LOCAL statement_timeout TO {};
             SET LOCAL idle_in_transaction_session_timeout TO {}",
            self.lock_timeout.as_millis(),
            self.limit().as_millis(),
            IDLE_TIMEOUT.as_millis()
        );
        self.session.batch(&sql, self.deadline())?;
        self.in_transaction = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.in_transaction = false;
        self.session.batch("COMMIT", self.deadline())
    }

    fn roll_back(&mut self) -> Result<(), Error> {
        self.in_transaction = false;
        self.session.batch("ROLLBACK", self.deadline())
    }

    /// Takes an advisory lock, which the server releases when its transaction or the connection ends.
    fn lock(&mut self, number: i64, wait: LockWait) -> Result<bool, Error> {
        let mut locks = match self.locks.take() {
            Some(locks) => locks,
            None => self.begin_locks()?,
        };
        let key = format!("{APPLICATION}, CAST($1 AS BIGINT)::int");
        let (sql, deadline) = match wait {
            LockWait::Never => (
                format!("SELECT pg_try_advisory_xact_lock({key})"),
                self.deadline(),
            ),
            LockWait::Forever => (
                format!("SELECT TRUE FROM (SELECT pg_advisory_xact_lock({key})) AS locked"),
                None,
            ),
        };
        let rows = locks.query(&sql, &[number.into()], deadline)?;
        self.locks = Some(locks);
        Ok(Row::only(rows)?.integer(0)? != 0)
    }

    fn unlock(&mut self) -> Result<(), Error> {
        if let Some(mut locks) = self.locks.take() {
            // If the session was lost, so are its locks.
            let _ = locks.batch("ROLLBACK", Some(FAREWELL));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.unlock();
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
        matches!(*kind, Type::TEXT | Type::INT8 | Type::UNKNOWN)
    }

    to_sql_checked!();
}
