//! Reads which runs there were, and the state of each account.

use tenancy::{Certainty, Status};

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{
    account, begin, complete, interrupted, minute, on_each_database, record, tenant, tenants,
};
use crate::{overview, runs};

on_each_database!(
    each_run_has_its_counts,
    an_account_has_its_tenants_by_status,
);

fn each_run_has_its_counts(place: &TestDatabase) {
    let mut store = place.open();
    assert_eq!(runs(&place.address, LOCK_TIMEOUT).unwrap(), []);
    record(
        &mut store,
        1,
        &tenants(&["a", "b"]),
        &complete(Certainty::Proved),
    );
    record(
        &mut store,
        2,
        &[tenant("a", "A")],
        &complete(Certainty::Proved),
    );
    let (run, _) = begin(&mut store, 3);
    store
        .commit_listing(run, &account(), &interrupted(1), None, minute(3))
        .unwrap();
    store.release().unwrap();
    store.forget(&account(), minute(4)).unwrap();
    let shown: Vec<_> = runs(&place.address, LOCK_TIMEOUT)
        .unwrap()
        .iter()
        .map(|run| {
            assert_eq!(run.started_at, minute(run.run));
            let counts = [run.complete, run.incomplete, run.tenants];
            let changes = [run.created, run.changed, run.gone, run.back];
            (run.ended_at.is_some(), counts, changes)
        })
        .collect();
    assert_eq!(
        shown,
        [
            (true, [1, 0, 2], [2, 0, 0, 0]),
            (true, [1, 0, 1], [0, 1, 1, 0]),
            (false, [0, 1, 0], [0, 0, 0, 0]),
            (true, [0, 0, 0], [0, 0, 1, 0]),
        ]
    );
}

fn an_account_has_its_tenants_by_status(place: &TestDatabase) {
    let mut store = place.open();
    let with = |id: &str, status: &str| {
        let mut tenant = tenant(id, id);
        tenant.status = Some(Status::from(status));
        tenant
    };
    let list = [
        with("a", "active"),
        with("b", "active"),
        with("c", "on \"hold\""),
        tenant("d", "status"),
    ];
    record(&mut store, 1, &list, &complete(Certainty::Proved));
    record(&mut store, 2, &list[1..], &complete(Certainty::Proved));
    record(&mut store, 3, &list[1..], &interrupted(3));
    let overview = overview(&place.address, LOCK_TIMEOUT).unwrap();
    let state = &overview[&account()];
    assert_eq!(state.last_complete_at, Some(minute(2)));
    let counts: Vec<_> = state
        .tenants
        .iter()
        .map(|(status, count)| (status.as_str(), *count))
        .collect();
    assert_eq!(counts, [("", 1), ("active", 1), ("on \"hold\"", 1)]);
}
