//! The error of every task.

use std::io;
use std::path::Path;

/// The reason why a task failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A document cannot be compiled.
    #[error("{file}: {error}")]
    Codegen {
        /// The document, or its overlay.
        file: String,
        /// The place in it, and the reason.
        error: client_codegen::Error,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The generated crates are not what the specs give.
    #[error(
        "{diff}the generated clients are not what specs/ gives; run `cargo xtask codegen` and commit what it writes"
    )]
    Stale {
        /// The unified diff.
        diff: String,
    },
    /// Specs changed in a way that may break lists, and nobody has accepted it.
    #[error(
        "{0} breaking changes are not accepted; adapt the mapping, or add each fingerprint with a reason to specs/<provider>/accepted.toml"
    )]
    Breaking(usize),
    /// A program failed, or printed something unexpected.
    #[error("{program}: {reason}")]
    Program {
        /// The program, perhaps with its arguments.
        program: String,
        /// What went wrong.
        reason: String,
    },
    /// The arguments or the tree make no sense.
    #[error("{0}")]
    Usage(String),
}

/// The result of a task.
pub type Result<T> = std::result::Result<T, Error>;

/// Adds the path to an error of the system.
pub(crate) fn on<T>(path: &Path, result: io::Result<T>) -> Result<T> {
    result.map_err(|source| Error::File {
        path: path.display().to_string(),
        source,
    })
}

pub(crate) fn at(file: &str, error: client_codegen::Error) -> Error {
    Error::Codegen {
        file: file.to_owned(),
        error,
    }
}
