//! SQLite: a database in a file.

mod failure;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql, params_from_iter};

use failure::{failure, unusable};

use super::{Access, Connection, Dialect, LockWait, Row, Value};
use crate::table::not_one_query;
use crate::{Error, ErrorKind, Table};

/// The application ID in the file's header: "tncy" in ASCII.
const APPLICATION: i64 = 0x746e_6379;

/// A connection to an SQLite file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: rusqlite::Connection,
    path: PathBuf,
    /// The lock files held.
    locks: Vec<File>,
}

impl Sqlite {
    /// Opens the file for writing. Creates it, readable by its owner only, if it does not exist.
    pub(crate) fn open(path: &Path, lock_timeout: Duration) -> Result<Self, Error> {
        create(path).map_err(|error| unusable(path, &error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sqlite = Self::connect(path, flags, lock_timeout)?;
        sqlite
            .use_log(lock_timeout)
            .map_err(|error| sqlite.failure(error))?;
        // Tests do not cut the power, and waiting for the disk would dominate their time.
        #[cfg(test)]
        sqlite
            .connection
            .pragma_update(None, "synchronous", "off")
            .map_err(|error| sqlite.failure(error))?;
        Ok(sqlite)
    }

    /// Makes readers and the writer not block each other. SQLite itself does not wait for another connection that does the same.
    fn use_log(&self, lock_timeout: Duration) -> rusqlite::Result<()> {
        let deadline = Instant::now() + lock_timeout;
        loop {
            let mode = self
                .connection
                .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()));
            match mode {
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                        && Instant::now() < deadline =>
                {
                    thread::sleep(Duration::from_millis(10));
                }
                mode => return mode,
            }
        }
    }

    /// Opens the file read-only.
    pub(crate) fn open_read_only(path: &Path, lock_timeout: Duration) -> Result<Self, Error> {
        match fs::metadata(path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(unusable(path, &io::Error::other("it is not a file"))),
            Err(error) => return Err(unusable(path, &error)),
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sqlite = Self::connect(path, flags, lock_timeout)?;
        match sqlite.is_readable() {
            Ok(()) => Ok(sqlite),
            Err(error) if is_unwritable(&error) => Self::open_unchanging(path, flags, lock_timeout),
            Err(error) => Err(sqlite.failure(error)),
        }
    }

    /// Opens a file beside which SQLite can create nothing, as on a read-only mount.
    fn open_unchanging(
        path: &Path,
        flags: OpenFlags,
        lock_timeout: Duration,
    ) -> Result<Self, Error> {
        // SQLite would ignore the log, and with it the latest tenants.
        let mut log = path.to_owned().into_os_string();
        log.push("-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(Error::new(
                ErrorKind::Unreachable,
                format!(
                    "the database {0} cannot be opened: its log {0}-wal has to be read too, but nothing can be created beside it; \
                     copy both to a writable directory",
                    path.display()
                ),
            ));
        }
        let mut sqlite = Self::connect(
            &unchanging(path),
            flags | OpenFlags::SQLITE_OPEN_URI,
            lock_timeout,
        )?;
        sqlite.path = path.to_owned();
        Ok(sqlite)
    }

    fn is_readable(&self) -> rusqlite::Result<()> {
        self.connection
            .pragma_query_value(None, "schema_version", |_| Ok(()))
    }

    fn connect(path: &Path, flags: OpenFlags, lock_timeout: Duration) -> Result<Self, Error> {
        let place = path.to_owned();
        let connection = rusqlite::Connection::open_with_flags(path, flags)
            .map_err(|error| failure(&place, error))?;
        let sqlite = Self {
            connection,
            path: place,
            locks: Vec::new(),
        };
        sqlite
            .connection
            .busy_timeout(lock_timeout)
            .map_err(|error| sqlite.failure(error))?;
        Ok(sqlite)
    }

    fn failure(&self, error: rusqlite::Error) -> Error {
        failure(&self.path, error)
    }

    fn pragma(&self, name: &str) -> Result<i64, Error> {
        self.connection
            .pragma_query_value(None, name, |row| row.get(0))
            .map_err(|error| self.failure(error))
    }

    /// Opens the lock file of this number.
    fn lock_file(&self, number: i64) -> io::Result<File> {
        let mut folder = self.path.clone().into_os_string();
        folder.push("-locks");
        fs::create_dir_all(&folder)?;
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(Path::new(&folder).join(number.to_string()))
    }
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

/// The URI of a file that does not change while it is open.
fn unchanging(path: &Path) -> PathBuf {
    const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');
    let path = percent_encode(path.as_os_str().as_encoded_bytes(), SPECIAL);
    format!("file:{path}?immutable=1").into()
}

/// Creates an empty file that others cannot read, unless it exists.
fn create(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::other("it is a directory"));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

impl Connection for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect {
            serial: "INTEGER PRIMARY KEY AUTOINCREMENT",
            text: "TEXT",
            member: |path| match path.split_once('.') {
                Some((member, within)) => format!("body -> '{member}' ->> '{within}'"),
                None => format!("body ->> '{path}'"),
            },
        }
    }

    fn schema_version(&mut self) -> Result<Option<i64>, Error> {
        // Before the header: another program of ours may set up the file meanwhile, both in one transaction.
        let has_tables = self.number("SELECT count(*) FROM sqlite_schema", &[])? > 0;
        if self.pragma("application_id")? == APPLICATION {
            return self.pragma("user_version").map(Some);
        }
        if has_tables {
            return Err(Error::new(
                ErrorKind::Foreign,
                format!(
                    "{} belongs to another program: choose another file",
                    self.path.display()
                ),
            ));
        }
        Ok(None)
    }

    fn set_schema_version(&mut self, version: i64) -> Result<(), Error> {
        self.batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {version};"
        ))
    }

    fn prepare_schema(&mut self) -> Result<(), Error> {
        // Only one transaction writes at a time.
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.connection
            .execute_batch(sql)
            .map_err(|error| self.failure(error))
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        let written = self
            .connection
            .prepare_cached(&numbered(sql))
            .and_then(|mut statement| statement.execute(params_from_iter(values)));
        written
            .map(|rows| rows as u64)
            .map_err(|error| self.failure(error))
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let read = || {
            let mut statement = self.connection.prepare_cached(&numbered(sql))?;
            let columns = statement.column_count();
            let rows = statement.query_map(params_from_iter(values), |row| {
                (0..columns)
                    .map(|column| row.get_ref(column).and_then(value))
                    .collect::<rusqlite::Result<_>>()
                    .map(Row)
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.failure(error))
    }

    fn select(&mut self, query: &str) -> Result<Table, Error> {
        let read = || {
            let mut statement = self.connection.prepare(query)?;
            let columns = statement.column_names().map(str::to_owned);
            let columns: Vec<_> = columns.collect();
            let rows = statement.query_map([], |row| {
                let columns = 0..columns.len();
                columns
                    .map(|column| text(column, row.get_ref(column)?))
                    .collect()
            })?;
            let rows = rows.collect::<rusqlite::Result<_>>()?;
            Ok(Table { columns, rows })
        };
        let table = read().map_err(|error| match error {
            rusqlite::Error::MultipleStatement => not_one_query(),
            error => self.failure(error),
        })?;
        match table.columns.is_empty() {
            true => Err(not_one_query()),
            false => Ok(table),
        }
    }

    fn analyze(&mut self, _: &str) -> Result<(), Error> {
        // SQLite looks rows up by their whole key without statistics.
        Ok(())
    }

    fn begin(&mut self, access: Access) -> Result<(), Error> {
        self.batch(match access {
            Access::Read => "BEGIN",
            // Takes the write lock now, so that a later write cannot fail.
            Access::Write => "BEGIN IMMEDIATE",
        })
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.batch("COMMIT")
    }

    fn roll_back(&mut self) -> Result<(), Error> {
        self.batch("ROLLBACK")
    }

    /// Takes a lock of the operating system, which ends with the process, even if that is killed.
    fn lock(&mut self, number: i64, wait: LockWait) -> Result<bool, Error> {
        let file = self
            .lock_file(number)
            .map_err(|error| unusable(&self.path, &error))?;
        let locked = match wait {
            LockWait::Never => match file.try_lock() {
                Ok(()) => Ok(true),
                Err(TryLockError::WouldBlock) => Ok(false),
                Err(TryLockError::Error(error)) => Err(error),
            },
            LockWait::Forever => file.lock().map(|()| true),
        };
        let locked = locked.map_err(|error| unusable(&self.path, &error))?;
        if locked {
            self.locks.push(file);
        }
        Ok(locked)
    }

    fn unlock(&mut self) -> Result<(), Error> {
        self.locks.clear();
        Ok(())
    }
}

/// Converts `$1` to SQLite's `?1`.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Stored::Null),
            Self::Integer(value) => ToSqlOutput::Owned(Stored::Integer(*value)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn text(column: usize, stored: ValueRef<'_>) -> rusqlite::Result<Option<String>> {
    Ok(match stored {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value.to_string()),
        ValueRef::Real(value) => Some(value.to_string()),
        ValueRef::Text(_) | ValueRef::Blob(_) => {
            let text = stored.as_str().map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(column, stored.data_type(), error.into())
            })?;
            Some(text.to_owned())
        }
    })
}

fn value(stored: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Text(_) | ValueRef::Blob(_) | ValueRef::Real(_) => {
            Value::Text(stored.as_str()?.to_owned())
        }
    })
}
