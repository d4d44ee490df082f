//! The errors of a database.

use std::error::Error as StdError;
use std::fmt;

use crate::AccountKey;

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address is malformed, names no possible file, or asks for something unsupported.
    ///
    /// *Troubleshooting:* the message names the part, and the alternatives.
    Address,
    /// The database does not exist or cannot be reached.
    ///
    /// *Troubleshooting:* check the server, the network, and the name of the database.
    Unreachable,
    /// The server rejected the login.
    ///
    /// *Troubleshooting:* check the user, the password, the name of the database, and the server's `pg_hba.conf`.
    Denied,
    /// Another program holds a lock on the database.
    ///
    /// *Troubleshooting:* stop it, then run this again. Nothing is lost.
    Locked,
    /// There is no space left for the database.
    ///
    /// *Troubleshooting:* free some space. Nothing is lost, and the next run resumes.
    Full,
    /// The database cannot be written.
    ///
    /// *Troubleshooting:* check the permissions of the file and its directory, or the user's privileges on the server.
    ReadOnly,
    /// The address leads to something else than a database, or to another program's.
    ///
    /// *Troubleshooting:* choose another address. Nothing was changed.
    Foreign,
    /// A newer version of this program wrote the database.
    ///
    /// *Troubleshooting:* use that version.
    Newer,
    /// Another run is recording the account.
    ///
    /// *Troubleshooting:* run this again when the other run has ended, or wait for it.
    Busy,
    /// The accounts or the options of a sync cannot be used. Nothing was recorded.
    ///
    /// *Troubleshooting:* the message names the account or the option.
    Invalid,
    /// The history has no such point.
    Point,
    /// A file of tenants cannot be read.
    ///
    /// *Troubleshooting:* the message names the line.
    Malformed,
    /// Any other failure of the database.
    Failed,
}

/// An error of a database, or of a file to compare.
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

    /// The error of accounts that another run is recording.
    pub(crate) fn busy(accounts: &[AccountKey]) -> Self {
        let names: Vec<_> = accounts.iter().map(ToString::to_string).collect();
        let message = format!("another sync is working on {}", names.join(", "));
        Self::new(ErrorKind::Busy, message)
    }

    /// The error of a stored tenant that cannot be read.
    pub(crate) fn not_json(error: serde_json::Error) -> Self {
        let message = format!("a tenant in the database is not JSON: {error}");
        Self::new(ErrorKind::Failed, message).caused_by(error)
    }

    /// Hides a secret that a server repeated.
    #[cfg(feature = "postgres")]
    pub(crate) fn without(self, secret: &str) -> Self {
        let message = self.message.replace(secret, "<redacted>");
        Self { message, ..self }
    }

    pub(crate) fn caused_by(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// Its kind.
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
