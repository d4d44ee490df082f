//! What can go wrong with a database.

use std::error::Error as StdError;
use std::fmt;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The database's address is none, leads to no place for a file, or asks for something that is not supported.
    ///
    /// *Troubleshooting:* the message says which part of it, and what is possible.
    Address,
    /// The database is not there, or cannot be reached.
    ///
    /// *Troubleshooting:* is the server running, the network up, the name of the database right?
    Unreachable,
    /// The server does not let this user in.
    ///
    /// *Troubleshooting:* user, password, the name of the database, and the server's `pg_hba.conf`.
    Denied,
    /// Another program keeps the database locked.
    ///
    /// *Troubleshooting:* find it and end its transaction; nothing was lost, so run it again then.
    Locked,
    /// There is no room left for the database.
    ///
    /// *Troubleshooting:* make room; what was written stays, and the next run goes on from there.
    Full,
    /// The database cannot be written.
    ///
    /// *Troubleshooting:* the file's and its folder's permissions; on a server, the user's rights.
    ReadOnly,
    /// What is at the address is no database, or another program's.
    ///
    /// *Troubleshooting:* choose another address. Nothing was changed.
    Foreign,
    /// A newer version of this program has written the database.
    ///
    /// *Troubleshooting:* use that version.
    Newer,
    /// There is no such point in the database's history.
    Point,
    /// A list of tenants in a file cannot be read.
    ///
    /// *Troubleshooting:* the message names the line.
    Malformed,
    /// Anything else that the database reports.
    Failed,
}

/// A failure of a database, or of a file to compare.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
