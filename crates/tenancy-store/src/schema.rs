//! The database schema and its migrations.

use std::time::Duration;

use crate::database::{Access, Connection, transaction};
use crate::{Address, Error, ErrorKind, stored_id};

/// The statements from each version to the next. A released migration is never changed.
///
/// Each [`Dialect`](crate::database::Dialect) replaces `{serial}`, `{text}` and `{body.MEMBER}`. Times are RFC 3339 in UTC, to the second, so that
/// they sort as text.
const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
];

/// The members of a tenant that the view `tenants_flat` has as columns.
const FLAT: [&str; 9] = [
    "id",
    "name",
    "status",
    "parent_id",
    "contact.email",
    "created_at",
    "updated_at",
    "balance.amount",
    "balance.currency",
];

/// The version in which long IDs are stored in a short form.
const SHORT_IDS: i64 = 4;

/// The schema version of this program.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Upgrades the schema in one transaction.
pub(crate) fn upgrade(connection: &mut dyn Connection, place: &str) -> Result<(), Error> {
    if is_current(connection, place)? {
        return Ok(());
    }
    transaction(connection, Access::Write, |connection| {
        connection.prepare_schema()?;
        // Another process may have been faster.
        if is_current(connection, place)? {
            return Ok(());
        }
        let version = connection.schema_version()?.unwrap_or(0);
        migrate(connection, version, VERSION)
    })
}

/// Checks the schema version without changing anything.
pub(crate) fn check(connection: &mut dyn Connection, place: &str) -> Result<(), Error> {
    if is_current(connection, place)? {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Foreign,
        match connection.schema_version()? {
            None => format!("{place} contains no tenants: sync it first"),
            Some(version) => format!(
                "{place} has schema version {version}, this program reads version {VERSION}: a sync upgrades it"
            ),
        },
    ))
}

/// Reads one consistent state of a database.
pub(crate) fn read<T>(
    address: &Address,
    lock_timeout: Duration,
    work: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut connection = address.open_read_only(lock_timeout)?;
    check(connection.as_mut(), &address.to_string())?;
    transaction(connection.as_mut(), Access::Read, work)
}

fn is_current(connection: &mut dyn Connection, place: &str) -> Result<bool, Error> {
    match connection.schema_version()? {
        Some(version) if version > VERSION => Err(Error::new(
            ErrorKind::Newer,
            format!(
                "{place} was written by a newer version of this program (schema version {version}, this one knows {VERSION}): \
                 use that version"
            ),
        )),
        version => Ok(version == Some(VERSION)),
    }
}

/// Runs the migrations between two versions.
pub(crate) fn migrate(connection: &mut dyn Connection, from: i64, to: i64) -> Result<(), Error> {
    let dialect = connection.dialect();
    for (version, step) in (1..).zip(MIGRATIONS) {
        if version > from && version <= to {
            let mut step = step
                .replace("{serial}", dialect.serial)
                .replace("{text}", dialect.text);
            for member in FLAT {
                step = step.replace(&format!("{{body.{member}}}"), &(dialect.member)(member));
            }
            connection.batch(&step)?;
        }
    }
    if from > 0 && from < SHORT_IDS && to >= SHORT_IDS {
        stored_id::shorten(connection)?;
    }
    connection.set_schema_version(to)
}
