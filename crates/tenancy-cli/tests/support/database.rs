//! Databases that the command writes, looked at from beside it.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

/// The variable that names a PostgreSQL server on which databases can be made.
const SERVER: &str = "TENANCY_TEST_POSTGRES";
/// The variable that names a pgbouncer in front of it, which pools transactions.
const POOLER: &str = "TENANCY_TEST_PGBOUNCER";

/// A database, which is gone with the test.
pub(crate) enum Database {
    Sqlite {
        folder: TempDir,
    },
    Postgres {
        server: String,
        /// The pgbouncer through which the command reaches the server.
        pooler: Option<String>,
        name: String,
    },
}

impl Database {
    /// A file that is not there yet.
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// An empty database on the server, if there is one.
    pub(crate) fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            eprintln!("!!! SKIPPED, because {SERVER} is not set: {test} on PostgreSQL");
            return None;
        };
        Some(Self::made(server, None, ""))
    }

    /// An empty database on the server behind pgbouncer, if there is one.
    pub(crate) fn pgbouncer(test: &str) -> Option<Self> {
        let (Ok(server), Ok(pooler)) = (std::env::var(SERVER), std::env::var(POOLER)) else {
            eprintln!(
                "!!! SKIPPED, because {SERVER} and {POOLER} are not set: {test} through pgbouncer"
            );
            return None;
        };
        Some(Self::made(server, Some(pooler), ""))
    }

    fn made(server: String, pooler: Option<String>, how: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tenancy_sync_{}_{number}", std::process::id());
        execute(&server, &format!("CREATE DATABASE {name} {how}"));
        Self::Postgres {
            server,
            pooler,
            name,
        }
    }

    /// Another one with the same content. Nobody may be using this one.
    pub(crate) fn copy(&self) -> Self {
        match self {
            Self::Sqlite { .. } => {
                let copy = Self::sqlite();
                fs::copy(self.path(), copy.path()).unwrap();
                copy
            }
            Self::Postgres {
                server,
                pooler,
                name,
            } => {
                // A pooler keeps its connections for a while.
                let end = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
                );
                execute(server, &end);
                Self::made(server.clone(), pooler.clone(), &format!("TEMPLATE {name}"))
            }
        }
    }

    /// Another one of the same kind, with nothing in it.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Sqlite { .. } => Self::sqlite(),
            Self::Postgres { server, pooler, .. } => Self::made(server.clone(), pooler.clone(), ""),
        }
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::Sqlite { folder } => folder.path().join("tenants.db"),
            Self::Postgres { .. } => unreachable!("it has no file"),
        }
    }

    /// What `--to` takes.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Sqlite { .. } => self.path().to_str().unwrap().to_owned(),
            Self::Postgres { server, pooler, .. } => self.at(pooler.as_ref().unwrap_or(server)),
        }
    }

    /// Its address at a server or a pooler.
    fn at(&self, server: &str) -> String {
        let Self::Postgres { name, .. } = self else {
            unreachable!("it has a file");
        };
        let (server, _) = server.rsplit_once('/').unwrap();
        format!("{server}/{name}")
    }

    /// The first column of the rows of an answer.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        match self {
            Self::Sqlite { .. } => {
                let connection = rusqlite::Connection::open(self.path()).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.collect::<Result<_, _>>().unwrap()
            }
            Self::Postgres { server, .. } => {
                let mut client =
                    postgres::Client::connect(&self.at(server), postgres::NoTls).unwrap();
                client.batch_execute("SET search_path TO tenancy").unwrap();
                let rows = client.query(sql, &[]).unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// The tenants that there are and those that are gone, without when that was.
    pub(crate) fn state(&self) -> Vec<String> {
        self.texts("SELECT CASE WHEN gone_at IS NULL THEN 'there ' ELSE 'gone ' END || body FROM tenants ORDER BY provider, account, id")
    }

    /// The history, without which run recorded it.
    pub(crate) fn history(&self) -> Vec<String> {
        self.texts(
            "SELECT kind || ' ' || account || ' ' || id || ' ' || coalesce(path, '') || ' ' || coalesce(old, '-') || ' ' ||
                    coalesce(new, '-')
             FROM changes ORDER BY account, id, change",
        )
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name, .. } = self {
            execute(
                server,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            );
        }
    }
}

fn execute(server: &str, sql: &str) {
    let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
    client.batch_execute(sql).unwrap();
}
