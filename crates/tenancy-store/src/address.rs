//! Where a database is.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::Error;
use crate::database::Connection;
#[cfg(feature = "postgres")]
use crate::database::postgres::{Postgres, Server};
use crate::database::sqlite::Sqlite;

/// Where a database is: in a file of SQLite, or on a PostgreSQL server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Address {
    /// A file of SQLite.
    File(PathBuf),
    /// A PostgreSQL server.
    #[cfg(feature = "postgres")]
    Server(Box<Server>),
}

impl Address {
    /// Reads an address: `postgres://user@host/database` for a server, anything else is the path of a file.
    ///
    /// # Errors
    /// The address of a server is malformed, or would have it reached without encryption and without saying so.
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

    /// Opens the database for reading only.
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

/// The address without any password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            #[cfg(feature = "postgres")]
            Self::Server(server) => server.fmt(f),
        }
    }
}
