//! What PostgreSQL's errors mean to whoever reads them.

use postgres::error::SqlState;

use crate::{Error, ErrorKind};

/// What an error means, at this place.
pub(super) fn describe(place: &str, error: &postgres::Error) -> Error {
    let told = error
        .as_db_error()
        .map_or_else(|| cause(error), |told| told.message().to_owned());
    let (kind, message) = match error.code() {
        Some(state) => refusal(state, place, &told),
        None if told.contains("password missing") => (
            ErrorKind::Denied,
            format!("{place} asks for a password: set PGPASSWORD, or add a line to ~/.pgpass"),
        ),
        None if error.is_closed() => (
            ErrorKind::Unreachable,
            format!(
                "the connection to {place} is lost: run it again, it goes on from where it was"
            ),
        ),
        None => (
            ErrorKind::Unreachable,
            format!("{place} cannot be reached: {told}"),
        ),
    };
    Error::new(kind, message)
}

fn refusal(state: &SqlState, place: &str, told: &str) -> (ErrorKind, String) {
    match state {
        &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => (
            ErrorKind::Denied,
            format!(
                "{place} does not let this user in: {told}; check the user, and the password in PGPASSWORD or ~/.pgpass"
            ),
        ),
        &SqlState::INVALID_CATALOG_NAME => (
            ErrorKind::Unreachable,
            format!("{place}: {told}; make it with `createdb`, or choose another"),
        ),
        &SqlState::INSUFFICIENT_PRIVILEGE | &SqlState::READ_ONLY_SQL_TRANSACTION => (
            ErrorKind::ReadOnly,
            format!("{place} cannot be written: {told}"),
        ),
        &SqlState::DISK_FULL => (
            ErrorKind::Full,
            format!("there is no room left at {place}: {told}"),
        ),
        &SqlState::LOCK_NOT_AVAILABLE => (
            ErrorKind::Locked,
            format!(
                "another program keeps {place} locked: end that one's work on it, and run it again"
            ),
        ),
        &SqlState::TOO_MANY_CONNECTIONS
        | &SqlState::CANNOT_CONNECT_NOW
        | &SqlState::ADMIN_SHUTDOWN => (
            ErrorKind::Unreachable,
            format!("{place}: {told}; run it again later, it goes on from where it was"),
        ),
        state => (
            ErrorKind::Failed,
            format!("{place} failed: {told} (SQLSTATE {})", state.code()),
        ),
    }
}

/// The innermost cause: the outer ones only say that there is one.
fn cause(error: &postgres::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
