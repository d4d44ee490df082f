//! The address of a database.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::database::Connection;
#[cfg(feature = "postgres")]
use crate::database::postgres::{Postgres, Server};
use crate::database::sqlite::Sqlite;
use crate::{Error, ErrorKind};

/// The address of a database: an SQLite file or a PostgreSQL server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Address {
    /// An SQLite file.
    File(PathBuf),
    /// A PostgreSQL server.
    #[cfg(feature = "postgres")]
    Server(Box<Server>),
}

impl Address {
    /// Parses an address. `postgres://user@host/database` is a server, anything else the path of a file.
    ///
    /// # Errors
    /// A server's address is malformed, or would allow an unencrypted connection without asking for it; or the text looks like an
    /// address of another form. The error does not quote the text, because it may contain a password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return server(text);
        }
        if may_contain_password(text) {
            return Err(refused(
                "it must start with `postgres://`, without quotes or blanks before it, or be the path of an SQLite file",
            ));
        }
        if text == "-" {
            return Err(refused(
                "`-` names no database; write ./- for a file of that name",
            ));
        }
        if text == ":memory:" || text.starts_with("file:") {
            return Err(refused(
                "a database in memory would be lost, and a `file:` URI is not the path of a file: give the path",
            ));
        }
        Ok(Self::File(PathBuf::from(text)))
    }

    /// Opens the database for writing.
    pub(crate) fn open(&self, lock_timeout: Duration) -> Result<Box<dyn Connection>, Error> {
        match self {
            Self::File(path) => Ok(Box::new(Sqlite::open(path, lock_timeout)?)),
            #[cfg(feature = "postgres")]
            Self::Server(server) => Ok(Box::new(Postgres::connect(server, lock_timeout)?)),
        }
    }

    /// Opens the database read-only.
    pub(crate) fn open_read_only(
        &self,
        lock_timeout: Duration,
    ) -> Result<Box<dyn Connection>, Error> {
        match self {
            Self::File(path) => Ok(Box::new(Sqlite::open_read_only(path, lock_timeout)?)),
            #[cfg(feature = "postgres")]
            Self::Server(server) => Ok(Box::new(Postgres::connect(server, lock_timeout)?)),
        }
    }
}

/// Whether a text that is not an address we understand looks like `scheme://…`, `password=…`, `pwd=…` or `user:password@host`.
fn may_contain_password(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut after_keyword = ["password", "passwd", "pass", "pwd"]
        .into_iter()
        .flat_map(|keyword| lower.split(keyword).skip(1));
    let login = text
        .rsplit_once('@')
        .and_then(|(login, _)| login.rsplit(['/', '\\']).next());
    text.contains("://")
        || after_keyword.any(|rest| rest.trim_start().starts_with('='))
        || login.is_some_and(|login| login.contains(':'))
}

/// The error for an address, which is not quoted because it may contain a password.
pub(crate) fn refused(why: &str) -> Error {
    Error::new(
        ErrorKind::Address,
        format!(
            "invalid database address: {why}; expected, for example, postgres://user@host:5432/database"
        ),
    )
}

#[cfg(feature = "postgres")]
fn server(text: &str) -> Result<Address, Error> {
    Server::parse(text).map(|server| Address::Server(Box::new(server)))
}

#[cfg(not(feature = "postgres"))]
fn server(_: &str) -> Result<Address, Error> {
    Err(Error::new(
        ErrorKind::Address,
        "this program was built without PostgreSQL: give the path of a file, or build it with the feature `postgres`",
    ))
}

/// Formats the address without the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            #[cfg(feature = "postgres")]
            Self::Server(server) => server.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_not_understood_is_refused_without_being_shown() {
        for text in [
            "\"postgres://u:s3cret@127.0.0.1:1/d\"",
            "'postgres://u:s3cret@127.0.0.1:1/d'",
            " postgres://u:s3cret@127.0.0.1:1/d",
            "POSTGRES://u:s3cret@127.0.0.1:1/d",
            "postgresql+psycopg2://u:s3cret@127.0.0.1/d",
            "jdbc:postgresql://127.0.0.1/d?user=u&password=s3cret",
            "jdbc:postgresql:d?user=u&password=s3cret",
            "mysql://u:s3cret@127.0.0.1/d",
            "postgres:/u:s3cret@127.0.0.1/d",
            "u:s3cret@127.0.0.1/d",
            "host=127.0.0.1 password=s3cret",
            "host=127.0.0.1 PASSWORD = 's3cret'",
            "Server=127.0.0.1;Database=d;Pwd=s3cret;",
            "user=u passwd=s3cret",
            "user=u pass=s3cret",
            "file:t.db?mode=memory&key=s3cret",
            ":memory:",
            "postgres://u:a/s3cret@127.0.0.1/d",
            "postgres://u:1/s3cret@127.0.0.1/d",
            "postgres://u:a?s3cret@127.0.0.1/d",
            "postgres://u:a?sslmode=s3cret@127.0.0.1/d",
            "postgres://u:a@s3cret@127.0.0.1/d",
            "postgres://u:a#s3cret@127.0.0.1/d",
            "postgres://u@127.0.0.1/d?sslmode=s3cret",
            "postgres://u@127.0.0.1/d?s3cret=1",
            "postgres://u@127.0.0.1/d?s3cret",
            "postgres://u@127.0.0.1/d?connect_timeout=s3cret",
            "postgres://u@127.0.0.1:s3cret/d",
        ] {
            match Address::parse(text) {
                Ok(address) => panic!("{text} became {address:?}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Address);
                    assert!(!error.to_string().contains("s3cret"), "{text}: {error}");
                }
            }
        }
        for path in [
            "t.db",
            "C:\\t.db",
            "C:/t.db",
            "a=b.db",
            "me@work/t.db",
            "passwords.db",
        ] {
            assert!(
                matches!(Address::parse(path), Ok(Address::File(_))),
                "{path}"
            );
        }
    }
}
