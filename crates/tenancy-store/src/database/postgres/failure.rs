//! Turns PostgreSQL's errors into messages with advice.

use std::time::Duration;

use tokio_postgres::error::SqlState;

use crate::{Error, ErrorKind};

/// Describes a statement without an answer.
pub(super) fn silent(place: &str, deadline: Duration) -> Error {
    Error::new(
        ErrorKind::Unreachable,
        format!(
            "lost the connection to {place}: no answer within {} s; run this again to resume, or allow statements more with \
             statement_timeout=SECONDS in the address",
            deadline.as_secs()
        ),
    )
}

/// Describes a connection that ended.
pub(super) fn lost(place: &str) -> Error {
    Error::new(
        ErrorKind::Unreachable,
        format!("lost the connection to {place}: run this again to resume"),
    )
}

pub(super) fn describe(place: &str, error: &tokio_postgres::Error) -> Error {
    let message = error
        .as_db_error()
        .map_or_else(|| cause(error), |message| message.message().to_owned());
    let (kind, message) = match error.code() {
        Some(state) => refusal(state, place, &message),
        None if message.contains("password missing") => (
            ErrorKind::Denied,
            format!("{place} asks for a password: set PGPASSWORD, or add a line to ~/.pgpass"),
        ),
        None if error.is_closed() => return lost(place),
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
        &SqlState::DISK_FULL => (
            ErrorKind::Full,
            format!("no space left at {place}: {message}"),
        ),
        &SqlState::LOCK_NOT_AVAILABLE => (
            ErrorKind::Locked,
            format!("{place} is locked by another program: stop that program, then run this again"),
        ),
        // pgbouncer's, when a transaction begins.
        &SqlState::PROTOCOL_VIOLATION if message.contains("statement pooling") => (
            ErrorKind::Address,
            format!(
                "{place} pools statements ({message}): set pool_mode to transaction or session in the pooler, or connect to \
                 the server itself"
            ),
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
fn cause(error: &tokio_postgres::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
