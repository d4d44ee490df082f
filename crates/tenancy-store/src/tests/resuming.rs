//! Tests the recording of interrupted lists.

use tenancy::{Certainty, ErrorKind};

use super::databases::TestDatabase;
use super::{
    account, begin, changes, complete, interrupted, minute, on_each_database, record, rows, tenants,
};
use crate::staging::Start;
use crate::{Point, Store};

on_each_database!(
    a_killed_run_goes_on_from_its_checkpoint,
    without_a_checkpoint_nothing_is_kept,
    a_checkpoint_that_is_too_old_is_abandoned,
    a_list_that_broke_off_is_recorded_as_far_as_it_came,
    a_checkpoint_that_leads_nowhere_is_dropped,
    a_list_that_contradicts_itself_is_listed_anew,
);

fn conclude(
    store: &mut Store,
    run: crate::Run,
    at: i64,
    report: &tenancy::SourceReport,
) -> crate::ListingOutcome {
    store
        .commit_listing(run, &account(), report, None, minute(at))
        .unwrap()
}

fn a_killed_run_goes_on_from_its_checkpoint(place: &TestDatabase) {
    let mut store = place.open();
    record(
        &mut store,
        1,
        &tenants(&["a", "b", "c", "d"]),
        &complete(Certainty::Proved),
    );
    let (run, _) = begin(&mut store, 2);
    store
        .stage(
            run,
            &account(),
            &tenants(&["a", "b"]),
            Some(&interrupted(2)),
        )
        .unwrap();
    // After the checkpoint: it may be listed again.
    store
        .stage(run, &account(), &tenants(&["c"]), None)
        .unwrap();
    drop(store);

    let mut store = place.open();
    let (run, start) = begin(&mut store, 3);
    assert_eq!(start, Start::Resumed(Box::new(interrupted(2))));
    store
        .stage(run, &account(), &tenants(&["c", "e"]), None)
        .unwrap();
    let outcome = conclude(&mut store, run, 3, &complete(Certainty::Proved));
    assert_eq!(
        (outcome.created, outcome.gone, outcome.unchanged),
        (1, 1, 3)
    );
    assert_eq!(changes(&mut store)[4..], ["3 d gone", "3 e created"]);
    assert!(rows(&mut store, "staged").is_empty());
    let runs = rows(&mut store, "runs");
    assert!(
        runs[1].contains("Null"),
        "a killed run has no end: {runs:?}"
    );
}

fn without_a_checkpoint_nothing_is_kept(place: &TestDatabase) {
    let mut store = place.open();
    let (run, _) = begin(&mut store, 1);
    store
        .stage(run, &account(), &tenants(&["a"]), None)
        .unwrap();
    drop(store);
    let mut store = place.open();
    assert_eq!(begin(&mut store, 2).1, Start::Fresh);
    assert!(rows(&mut store, "staged").is_empty());
}

fn a_checkpoint_that_is_too_old_is_abandoned(place: &TestDatabase) {
    let mut store = place.open();
    let (run, _) = begin(&mut store, 0);
    store
        .stage(run, &account(), &tenants(&["a"]), Some(&interrupted(1)))
        .unwrap();
    let day = 24 * 60;
    drop(store);
    let mut store = place.open();
    assert!(matches!(begin(&mut store, day).1, Start::Resumed(_)));
    drop(store);
    let mut store = place.open();
    let (_, start) = begin(&mut store, day + 1);
    let Start::Abandoned(why) = start else {
        panic!("{start:?}")
    };
    assert_eq!(
        why,
        "the interrupted run started at 2026-09-21T14:13:20Z, more than 24 hours ago"
    );
    assert!(rows(&mut store, "staged").is_empty() && rows(&mut store, "unfinished").is_empty());
}

fn a_list_that_broke_off_is_recorded_as_far_as_it_came(place: &TestDatabase) {
    let mut store = place.open();
    record(
        &mut store,
        1,
        &tenants(&["a", "b"]),
        &complete(Certainty::Proved),
    );
    let (run, _) = begin(&mut store, 2);
    store
        .stage(run, &account(), &tenants(&["a", "c"]), None)
        .unwrap();
    let outcome = conclude(&mut store, run, 2, &interrupted(2));
    assert_eq!((outcome.created, outcome.gone, outcome.missing), (1, 0, 0));
    assert!(outcome.resumable);
    store.end(run, minute(2)).unwrap();
    assert_eq!(place.snapshot(Point::Latest).len(), 3);
    assert_eq!(
        place.snapshot(Point::Latest).doubts(),
        ["the list of agency (acme) in run 2 was incomplete: interrupted"]
    );
    assert!(place.snapshot(Point::Run(1)).doubts().is_empty());

    let (run, start) = begin(&mut store, 3);
    assert_eq!(start, Start::Resumed(Box::new(interrupted(2))));
    store
        .stage(run, &account(), &tenants(&["d"]), None)
        .unwrap();
    conclude(&mut store, run, 3, &complete(Certainty::Proved));
    assert_eq!(
        changes(&mut store)[2..],
        ["2 c created", "3 b gone", "3 d created"]
    );
}

fn a_checkpoint_that_leads_nowhere_is_dropped(place: &TestDatabase) {
    let mut store = place.open();
    let fail = |store: &mut Store, at, pages: u64| {
        let (run, start) = begin(store, at);
        let resumable = store
            .commit_listing(
                run,
                &account(),
                &interrupted(pages),
                Some(ErrorKind::Call),
                minute(at),
            )
            .unwrap()
            .resumable;
        store.end(run, minute(at)).unwrap();
        (matches!(start, Start::Resumed(_)), resumable)
    };
    assert_eq!(fail(&mut store, 1, 0), (false, false));
    assert_eq!(fail(&mut store, 2, 3), (false, true));
    assert_eq!(fail(&mut store, 3, 4), (true, true));
    // No page further: perhaps the checkpoint is what is wrong.
    assert_eq!(fail(&mut store, 4, 4), (true, false));
    assert_eq!(fail(&mut store, 5, 4), (false, true));
}

fn a_list_that_contradicts_itself_is_listed_anew(place: &TestDatabase) {
    let mut store = place.open();
    for kind in [
        ErrorKind::Inconsistent,
        ErrorKind::NoProgress,
        ErrorKind::Refused,
    ] {
        let (run, start) = begin(&mut store, 1);
        assert_eq!(start, Start::Fresh);
        store
            .stage(run, &account(), &tenants(&["a"]), Some(&interrupted(1)))
            .unwrap();
        let outcome = store
            .commit_listing(run, &account(), &interrupted(2), Some(kind), minute(1))
            .unwrap();
        assert!(!outcome.resumable);
        store.end(run, minute(1)).unwrap();
    }
}
