//! Reads what runs changed.

use jiff::Timestamp;
use serde_json::{Value, json};
use tenancy::{Certainty, Tenant};

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{
    account, begin, complete, interrupted, minute, on_each_database, record, tenant, tenants,
};
use crate::{Change, Changes, ErrorKind, Point, Store};

on_each_database!(
    each_change_has_the_tenant_as_it_was_then,
    a_change_with_many_fields_is_one,
    a_change_keeps_its_id_when_the_account_is_renamed,
    a_run_that_never_ended_is_read_with_the_next,
    reading_goes_on_before_a_run_that_may_still_record,
    what_was_deleted_is_said,
);

fn after(place: &TestDatabase, run: i64) -> Vec<Change> {
    let changes = Changes::after(&place.address, run, LOCK_TIMEOUT).unwrap();
    assert_eq!(changes.doubts(), [""; 0]);
    changes.map(Result::unwrap).collect()
}

/// The run, the kind, the tenant and its name then, and the names of the changed fields.
fn shown(changes: &[Change]) -> Vec<String> {
    let name = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
    let shown = changes.iter().map(|change| {
        let fields = change.fields.iter();
        let fields: Vec<_> = fields
            .map(|field| format!(" {} {} {}", field.path, name(&field.old), name(&field.new)))
            .collect();
        let (kind, id) = (change.kind.as_str(), &change.identity.id);
        let name = &change.tenant["name"];
        format!("{} {kind} {id} {name}{}", change.run, fields.join(""))
    });
    shown.collect()
}

fn each_change_has_the_tenant_as_it_was_then(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    let long = "x".repeat(2000);
    record(
        &mut store,
        1,
        &[tenant("a", "1"), tenant(&long, "1")],
        &proved,
    );
    let mut nameless = tenant("a", "");
    nameless.name = None;
    record(&mut store, 2, &[nameless], &proved);
    record(
        &mut store,
        3,
        &[tenant("a", "3"), tenant(&long, "3")],
        &proved,
    );
    assert_eq!(
        shown(&after(place, 0)),
        [
            "1 created a \"1\"".to_owned(),
            format!("1 created {long} \"1\""),
            "2 changed a null /name \"1\" -".to_owned(),
            format!("2 gone {long} \"1\""),
            "3 changed a \"3\" /name - \"3\"".to_owned(),
            format!("3 changed {long} \"3\" /name \"1\" \"3\""),
            format!("3 back {long} \"3\""),
        ]
    );
    // The tenants are those of the snapshots.
    for change in after(place, 0) {
        let snapshot = place.snapshot(Point::Run(change.run));
        let found = snapshot
            .tenants()
            .find(|(identity, _)| **identity == change.identity);
        let body = found.map(|(_, body)| serde_json::from_str(body).unwrap());
        assert_eq!(body.is_none(), change.kind.as_str() == "gone");
        assert_eq!(body.unwrap_or(change.tenant.clone()), change.tenant);
    }
    assert_eq!(after(place, 2), after(place, 0)[4..]);
    assert_eq!(after(place, 3), []);
}

fn a_change_with_many_fields_is_one(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    let with = |word: &str| -> Vec<Tenant> {
        let described = |number: usize| {
            let mut tenant = tenant(&format!("{number}"), "A");
            let metadata = (0..number).map(|key| (format!("{key:03}"), word.to_owned()));
            tenant.metadata = Some(metadata.collect());
            tenant
        };
        [150, 350, 450, 1].map(described).to_vec()
    };
    record(&mut store, 1, &with("old"), &proved);
    record(&mut store, 2, &with("new"), &proved);
    let changes = after(place, 1);
    let fields = changes.iter().map(|change| change.fields.len());
    assert_eq!(fields.collect::<Vec<_>>(), [1, 150, 350, 450]);
}

fn a_change_keeps_its_id_when_the_account_is_renamed(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    record(&mut store, 1, &tenants(&["a", "b"]), &proved);
    let ids = |place: &TestDatabase| -> Vec<_> { after(place, 0).iter().map(Change::id).collect() };
    let before = ids(place);
    assert_eq!(before[0], "1-a18504715c174507");
    assert_ne!(before[0], before[1]);
    store
        .rename(&account(), "renamed", false, minute(2))
        .unwrap();
    assert_eq!(ids(place), before);
    assert_eq!(after(place, 0)[0].identity.account.account, "renamed");
    assert_eq!(after(place, 0)[0].tenant["account"], json!("renamed"));
}

/// A run that is killed after its list was recorded.
fn killed(store: &mut Store, at: i64, tenants: &[Tenant]) -> crate::Run {
    let (run, _) = begin(store, at);
    store.stage(run, &account(), tenants, None).unwrap();
    let report = complete(Certainty::Proved);
    store
        .commit_listing(run, &account(), &report, None, minute(at))
        .unwrap();
    store.release().unwrap();
    run
}

fn a_run_that_never_ended_is_read_with_the_next(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    record(&mut store, 1, &tenants(&["a"]), &proved);
    killed(&mut store, 2, &tenants(&["a", "b"]));
    let run = killed(&mut store, 3, &tenants(&["a", "b", "c"]));
    let changes = Changes::of(&place.address, run, LOCK_TIMEOUT).unwrap();
    let changes: Vec<_> = changes.map(Result::unwrap).collect();
    assert_eq!(shown(&changes), ["2 created b \"b\"", "3 created c \"c\""]);
    store.end(run, minute(3)).unwrap();
    let run = killed(&mut store, 4, &tenants(&["a", "b"]));
    let changes = Changes::of(&place.address, run, LOCK_TIMEOUT).unwrap();
    let changes: Vec<_> = changes.map(Result::unwrap).collect();
    assert_eq!(shown(&changes), ["4 gone c \"c\""]);
}

fn reading_goes_on_before_a_run_that_may_still_record(place: &TestDatabase) {
    let next = || {
        let changes = Changes::after(&place.address, 0, LOCK_TIMEOUT);
        changes.unwrap().resume_after()
    };
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    record(&mut store, 1, &tenants(&["a"]), &proved);
    assert_eq!(next(), 1);
    let (run, _) = begin(&mut store, 2);
    store
        .stage(run, &account(), &tenants(&["b"]), Some(&interrupted(1)))
        .unwrap();
    assert_eq!(next(), 1);
    store.release().unwrap();
    // Its account was taken over: it records nothing more, although it has no end.
    killed(&mut store, 3, &tenants(&["a", "b"]));
    assert_eq!(next(), 2);
    record_again(&mut store, 4);
    assert_eq!(next(), 4);
}

fn record_again(store: &mut Store, at: i64) {
    record(
        store,
        at,
        &tenants(&["a", "b"]),
        &complete(Certainty::Proved),
    );
}

fn what_was_deleted_is_said(place: &TestDatabase) {
    let mut store = place.open();
    let none = Changes::after(&place.address, 1, LOCK_TIMEOUT).unwrap_err();
    assert!(
        none.to_string()
            .ends_with("has no recorded run: sync it first"),
        "{none}"
    );
    let proved = complete(Certainty::Proved);
    for (at, ids) in [(1, &["a"][..]), (2, &["a", "b"]), (3, &["a", "b", "c"])] {
        record(&mut store, at, &tenants(ids), &proved);
    }
    let none = Changes::after(&place.address, 4, LOCK_TIMEOUT).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Point);
    assert!(
        none.to_string()
            .ends_with("has no run 4: the last is run 3"),
        "{none}"
    );
    let doubts = |run| {
        let changes = Changes::after(&place.address, run, LOCK_TIMEOUT).unwrap();
        changes.doubts().to_vec()
    };
    store
        .connection
        .batch("DELETE FROM changes WHERE run < 3")
        .unwrap();
    assert_eq!(
        doubts(1),
        ["changes of agency (acme) in run 2 were deleted"]
    );
    assert_eq!(doubts(2), [""; 0]);
    let delete = "DELETE FROM listings WHERE run < 3; DELETE FROM runs WHERE run < 3";
    store.connection.batch(delete).unwrap();
    assert_eq!(
        doubts(1),
        ["the changes of the runs 2 to 2 were deleted: the history begins with run 3"]
    );
    assert_eq!((doubts(0), doubts(2)), (Vec::new(), Vec::new()));
    let read: Vec<Timestamp> = after(place, 2).iter().map(|change| change.at).collect();
    assert_eq!(read, [minute(3)]);
}
