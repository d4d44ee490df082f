//! Opens databases of older and newer versions.

use tenancy::Certainty;

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{account, begin, changes, complete, minute, on_each_database, record, tenant};
use crate::database::{Access, transaction};
use crate::staging::Start;
use crate::{Changes, ErrorKind, Point, Store, schema};

on_each_database!(
    a_database_of_version_1_is_brought_up_to_date,
    long_ids_of_version_3_are_found_again,
    an_interrupted_list_of_version_4_is_resumed,
    a_database_of_an_older_version_is_not_touched_by_reading,
    a_newer_database_is_refused,
);

/// Tables of version 1 as that version filled them.
const FILLED_BY_VERSION_1: &str = include_str!("version_1.sql");

/// Tables of version 3 as that version filled them, but for the middle of a long ID.
const FILLED_BY_VERSION_3: &str = include_str!("version_3.sql");

/// Tables of version 4 as that version filled them.
const FILLED_BY_VERSION_4: &str = include_str!("version_4.sql");

fn make(place: &TestDatabase, version: i64, content: &str) {
    let mut connection = place.address.open(LOCK_TIMEOUT).unwrap();
    transaction(connection.as_mut(), Access::Write, |connection| {
        connection.prepare_schema()?;
        schema::migrate(connection, 0, version)?;
        connection.batch(content)
    })
    .unwrap();
}

fn make_version_1(place: &TestDatabase) {
    make(place, 1, FILLED_BY_VERSION_1);
}

fn long_ids_of_version_3_are_found_again(place: &TestDatabase) {
    let id = format!("long-{}-end", "é".repeat(600));
    make(place, 3, &FILLED_BY_VERSION_3.replace("long-id", &id));
    let mut store = place.open();
    let earlier = place.snapshot(Point::Run(1));
    let ids: Vec<_> = earlier
        .tenants()
        .map(|(tenant, _)| tenant.id.as_str())
        .collect();
    assert_eq!(ids, ["a", id.as_str()]);
    // What was staged of an interrupted list is found too.
    let (run, start) = begin(&mut store, 10);
    assert!(matches!(start, Start::Resumed(_)));
    store
        .stage(run, &account(), &[tenant("a", "A")], None)
        .unwrap();
    let proved = complete(Certainty::Proved);
    let outcome = store
        .commit_listing(run, &account(), &proved, None, minute(10))
        .unwrap();
    assert_eq!(
        (outcome.created, outcome.gone, outcome.unchanged),
        (0, 0, 2)
    );
}

fn an_interrupted_list_of_version_4_is_resumed(place: &TestDatabase) {
    make(place, 4, FILLED_BY_VERSION_4);
    let mut store = place.open();
    let (run, start) = begin(&mut store, 10);
    assert!(matches!(start, Start::Resumed(_)));
    store
        .stage(run, &account(), &[tenant("c", "C")], None)
        .unwrap();
    let proved = complete(Certainty::Proved);
    let outcome = store
        .commit_listing(run, &account(), &proved, None, minute(10))
        .unwrap();
    // Nobody was excluded before there was a way to.
    assert_eq!((outcome.created, outcome.gone), (1, 1));
    assert_eq!((outcome.unchanged, outcome.excluded), (1, 0));
    let changes = Changes::after(&place.address, 1, LOCK_TIMEOUT).unwrap();
    assert_eq!(changes.count(), 2);
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
                "by a newer version of this program (schema version 6, this one knows 5)"
            ),
            "{error}"
        );
    }
}
