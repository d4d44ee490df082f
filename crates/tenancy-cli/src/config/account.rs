//! An account as it was configured, before its secrets are read.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;

use client_runtime::Secret;

use crate::config::kind::Kind;
use crate::exit::Failure;

/// An account as it was configured.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Where it was configured, for messages.
    pub(crate) place: Place,
    pub(crate) base_url: Option<String>,
    pub(crate) requests_per_minute: Option<NonZeroU32>,
    pub(crate) assume_timezone: Option<String>,
    /// Where each of the provider's credentials comes from, in the order of [`Kind::credentials`].
    pub(crate) credentials: Vec<Origin>,
}

impl Setup {
    /// An account that has nothing but its credentials.
    pub(crate) fn new(
        name: impl Into<String>,
        kind: Kind,
        place: Place,
        credentials: Vec<Origin>,
    ) -> Self {
        Self {
            name: name.into(),
            kind,
            place,
            base_url: None,
            requests_per_minute: None,
            assume_timezone: None,
            credentials,
        }
    }

    /// A failure of this account's configuration.
    pub(crate) fn failure(&self, message: impl fmt::Display) -> Failure {
        Failure::usage(format!(
            "account `{}` ({}): {message}",
            self.name, self.place
        ))
    }
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// It stands in the configuration itself.
    Literal(Secret),
    /// A variable of the environment.
    Variable(String),
    /// A file.
    File(PathBuf),
    /// An entry of the system's keyring.
    Keyring { service: String, user: String },
}

/// Where an account was configured.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In a file, on this line.
    File { path: PathBuf, line: usize },
    /// By variables.
    Environment,
    /// By `--demo`.
    Demonstration,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment => f.write_str("from the environment"),
            Self::Demonstration => f.write_str("of the demonstration"),
        }
    }
}
