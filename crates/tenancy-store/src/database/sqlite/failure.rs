//! What SQLite's errors, and those of its files, mean to whoever reads them.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::{Error, ErrorKind};

/// What keeps a file from being opened.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Error {
    let (kind, advice) = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            ErrorKind::ReadOnly,
            "choose another file, or change its permissions",
        ),
        io::ErrorKind::StorageFull => (ErrorKind::Full, "make room"),
        _ => (ErrorKind::Address, "choose another file"),
    };
    Error::new(
        kind,
        format!(
            "the database {} cannot be opened: {error}; {advice}",
            path.display()
        ),
    )
}

/// What an error means, of the database at this path.
pub(super) fn failure(path: &Path, error: rusqlite::Error) -> Error {
    let place = path.display();
    let code = error.sqlite_error_code();
    let (kind, message) = match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            ErrorKind::Locked,
            format!(
                "the database {place} is locked by another program: end that one's work on it, and run it again"
            ),
        ),
        Some(ErrorCode::DiskFull) => (
            ErrorKind::Full,
            format!("there is no room left for the database {place}: make room, and run it again"),
        ),
        Some(ErrorCode::ReadOnly) => (
            ErrorKind::ReadOnly,
            format!(
                "the database {place} cannot be written: choose another file, or change its permissions"
            ),
        ),
        Some(ErrorCode::NotADatabase) => (
            ErrorKind::Foreign,
            format!("{place} is no database: choose another file"),
        ),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            ErrorKind::Unreachable,
            format!("the database {place} cannot be opened: {error}"),
        ),
        Some(ErrorCode::SystemIoFailure) => (
            ErrorKind::Failed,
            format!(
                "the database {place} could not be read or written ({error}): is there room on the disk, and is it whole?"
            ),
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            ErrorKind::Failed,
            format!(
                "the database {place} is damaged ({error}): put a copy from before in its place"
            ),
        ),
        _ => (
            ErrorKind::Failed,
            format!("the database {place} failed: {error}"),
        ),
    };
    Error::new(kind, message).caused_by(error)
}
