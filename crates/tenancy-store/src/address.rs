//! The address of a database.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::Error;
use crate::database::Connection;
#[cfg(feature = "postgres")]
use crate::database::postgres::{Postgres, Server};
use crate::database::sqlite::Sqlite;

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
    /// A server's address is malformed, or would allow an unencrypted connection without asking for it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return server(text);
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

#[cfg(feature = "postgres")]
fn server(text: &str) -> Result<Address, Error> {
    Server::parse(text).map(|server| Address::Server(Box::new(server)))
}

#[cfg(not(feature = "postgres"))]
fn server(_: &str) -> Result<Address, Error> {
    Err(Error::new(
        crate::ErrorKind::Address,
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
