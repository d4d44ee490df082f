//! Turns PostgreSQL's errors into messages with advice.

use postgres::error::SqlState;

use crate::{Error, ErrorKind};

pub(super) fn describe(place: &str, error: &postgres::Error) -> Error {
    let message = error
        .as_db_error()
        .map_or_else(|| cause(error), |message| message.message().to_owned());
    let (kind, message) = match error.code() {
        Some(state) => refusal(state, place, &message),
        None if message.contains("password missing") => (
            ErrorKind::Denied,
            format!("{place} asks for a password: set PGPASSWORD, or add a line to ~/.pgpass"),
        ),
        None if error.is_closed() => (
            ErrorKind::Unreachable,
            format!("lost the connection to {place}: run this again to resume"),
        ),
        None => (
            ErrorKind::Unreachable,
            format!("{place} cannot be reached: {message}"),
        ),
    };
    Error::new(kind, message)
}

fn refusal(state: &SqlState, place: &str, message: &str) -> (ErrorKind, String) {
    match state {
        &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => (
            ErrorKind::Denied,
            format!(
                "{place} rejected the login: {message}; check the user, and the password in PGPASSWORD or ~/.pgpass"
            ),
        ),
        &SqlState::INVALID_CATALOG_NAME => (
            ErrorKind::Unreachable,
            format!("{place}: {message}; create it with `createdb`, or choose another"),
        ),
        &SqlState::INSUFFICIENT_PRIVILEGE | &SqlState::READ_ONLY_SQL_TRANSACTION => (
            ErrorKind::ReadOnly,
            format!("{place} cannot be written: {message}"),
        ),
        &SqlState::DUPLICATE_PSTATEMENT | &SqlState::INVALID_SQL_STATEMENT_NAME => (
            ErrorKind::Address,
            format!(
                "{place} is behind a connection pooler that shares one session among clients ({message}), but the locks of this \
                 program need a session: connect to the server itself, or set pool_mode = session in pgbouncer"
            ),
        ),
        &SqlState::DISK_FULL => (
            ErrorKind::Full,
            format!("no space left at {place}: {message}"),
        ),
        &SqlState::LOCK_NOT_AVAILABLE => (
            ErrorKind::Locked,
            format!("{place} is locked by another program: stop that program, then run this again"),
        ),
        &SqlState::TOO_MANY_CONNECTIONS
        | &SqlState::CANNOT_CONNECT_NOW
        | &SqlState::ADMIN_SHUTDOWN => (
            ErrorKind::Unreachable,
            format!("{place}: {message}; run this again later to resume"),
        ),
        state => (
            ErrorKind::Failed,
            format!("{place} failed: {message} (SQLSTATE {})", state.code()),
        ),
    }
}

/// Returns the innermost cause; the outer ones add nothing.
fn cause(error: &postgres::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
