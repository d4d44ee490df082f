//! Opens databases of older and newer versions.

use tenancy::Certainty;

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{changes, complete, on_each_database, record, tenant};
use crate::database::{Access, transaction};
use crate::{ErrorKind, Point, Store, schema};

on_each_database!(
    a_database_of_version_1_is_brought_up_to_date,
    a_database_of_an_older_version_is_not_touched_by_reading,
    a_newer_database_is_refused,
);

/// Tables of version 1 as that version filled them.
const FILLED_BY_VERSION_1: &str = include_str!("version_1.sql");

fn make_version_1(place: &TestDatabase) {
    let mut connection = place.address.open(LOCK_TIMEOUT).unwrap();
    transaction(connection.as_mut(), Access::Write, |connection| {
        connection.prepare_schema()?;
        schema::migrate(connection, 0, 1)?;
        connection.batch(FILLED_BY_VERSION_1)
    })
    .unwrap();
}

fn a_database_of_version_1_is_brought_up_to_date(place: &TestDatabase) {
    make_version_1(place);
    let mut store = place.open();
    assert_eq!(
        store.connection.schema_version().unwrap(),
        Some(schema::VERSION)
    );
    assert_eq!(changes(&mut store).len(), 3);
    assert_eq!(place.snapshot(Point::Run(1)).len(), 2);
    let outcome = record(
        &mut store,
        10,
        &[tenant("c", "C")],
        &complete(Certainty::Assumed),
    );
    assert_eq!((outcome.created, outcome.missing), (1, 1));
    assert_eq!(place.snapshot(Point::Latest).len(), 2);
    // Once more, there is nothing to do.
    drop(store);
    place.open();
}

fn a_database_of_an_older_version_is_not_touched_by_reading(place: &TestDatabase) {
    make_version_1(place);
    let error = crate::snapshot(&place.address, Point::Latest, LOCK_TIMEOUT).unwrap_err();
    assert!(
        error.to_string().contains("has schema version 1"),
        "{error}"
    );
    let mut connection = place.address.open(LOCK_TIMEOUT).unwrap();
    assert_eq!(connection.schema_version().unwrap(), Some(1));
}

fn a_newer_database_is_refused(place: &TestDatabase) {
    let mut store = place.open();
    store
        .connection
        .set_schema_version(schema::VERSION + 1)
        .unwrap();
    drop(store);
    for error in [
        Store::open(&place.address, Some(LOCK_TIMEOUT)).unwrap_err(),
        crate::snapshot(&place.address, Point::Latest, LOCK_TIMEOUT).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Newer);
        assert!(
            error.to_string().contains(
                "by a newer version of this program (schema version 4, this one knows 3)"
            ),
            "{error}"
        );
    }
}
