//! Turns the errors of SQLite and its files into messages with advice.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::{Error, ErrorKind};

/// Describes why a file cannot be opened.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Error {
    let (kind, advice) = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            ErrorKind::ReadOnly,
            "choose another file, or change its permissions",
        ),
        io::ErrorKind::NotFound => (
            ErrorKind::Address,
            "check the path: a sync creates the file, but not its folder",
        ),
        io::ErrorKind::StorageFull => (ErrorKind::Full, "free some space"),
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

/// Describes an error of the database at this path.
pub(super) fn failure(path: &Path, error: rusqlite::Error) -> Error {
    let place = path.display();
    let code = error.sqlite_error_code();
    let (kind, message) = match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            ErrorKind::Locked,
            format!(
                "the database {place} is locked by another program: stop that program, then run this again"
            ),
        ),
        Some(ErrorCode::DiskFull) => (
            ErrorKind::Full,
            format!("no space left for the database {place}: free some, then run this again"),
        ),
        Some(ErrorCode::ReadOnly) => (
            ErrorKind::ReadOnly,
            format!(
                "the database {place} cannot be written: choose another file, or change its permissions"
            ),
        ),
        Some(ErrorCode::NotADatabase) => (
            ErrorKind::Foreign,
            format!("{place} is not a database: choose another file"),
        ),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            ErrorKind::Unreachable,
            format!("the database {place} cannot be opened: {error}"),
        ),
        Some(ErrorCode::SystemIoFailure) => (
            ErrorKind::Failed,
            format!(
                "cannot read or write the database {place} ({error}): check the free space, then the disk"
            ),
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            ErrorKind::Failed,
            format!("the database {place} is corrupt ({error}): restore it from a backup"),
        ),
        _ => (
            ErrorKind::Failed,
            format!("the database {place} failed: {error}"),
        ),
    };
    Error::new(kind, message).caused_by(error)
}
