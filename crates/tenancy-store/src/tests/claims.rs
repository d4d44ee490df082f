//! Tests two runs at once on one database.

use std::thread;

use tenancy::{Certainty, Tenant};

use super::databases::TestDatabase;
use super::{account, begin, complete, minute, on_each_database, tenants};
use crate::database::LockWait;
use crate::{AccountKey, ErrorKind, Point};

on_each_database!(
    an_account_is_recorded_by_one_at_a_time,
    a_waiting_run_claims_an_account_once_it_is_released,
    a_run_whose_claim_was_lost_and_taken_over_writes_nothing,
    two_record_two_accounts_at_once,
    two_make_one_database_at_once,
);

fn other() -> AccountKey {
    AccountKey::new("abc", "brands")
}

fn an_account_is_recorded_by_one_at_a_time(place: &TestDatabase) {
    let (mut first, mut second) = (place.open(), place.open());
    let both = [account(), other()];
    assert_eq!(first.claim(&both[..1], LockWait::Never).unwrap(), [true]);
    assert_eq!(second.claim(&both, LockWait::Never).unwrap(), [false, true]);
    let run = first.begin(minute(1)).unwrap();
    first.end(run, minute(1)).unwrap();
    assert_eq!(second.claim(&both[..1], LockWait::Never).unwrap(), [true]);
}

fn a_waiting_run_claims_an_account_once_it_is_released(place: &TestDatabase) {
    let mut first = place.open();
    assert_eq!(first.claim(&[account()], LockWait::Never).unwrap(), [true]);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut second = place.open();
            second
                .claim(&[account(), other()], LockWait::Forever)
                .unwrap()
        });
        drop(first);
        assert_eq!(waiting.join().unwrap(), [true, true]);
    });
}

fn a_run_whose_claim_was_lost_and_taken_over_writes_nothing(place: &TestDatabase) {
    let (mut first, mut second) = (place.open(), place.open());
    let (lost, _) = begin(&mut first, 1);
    // As if its connection were lost.
    first.connection.unlock().unwrap();
    first
        .stage(lost, &account(), &tenants(&["a"]), None)
        .unwrap();
    let (run, _) = begin(&mut second, 2);
    let proved = complete(Certainty::Proved);
    for error in [
        first
            .stage(lost, &account(), &tenants(&["b"]), None)
            .unwrap_err(),
        first
            .commit_listing(lost, &account(), &proved, None, minute(3))
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(
            error.to_string().contains("another sync took over"),
            "{error}"
        );
    }
    second
        .stage(run, &account(), &tenants(&["c"]), None)
        .unwrap();
    let outcome = second.commit_listing(run, &account(), &proved, None, minute(4));
    assert_eq!(outcome.unwrap().created, 1);
}

fn two_record_two_accounts_at_once(place: &TestDatabase) {
    let all: Vec<String> = (0..1200).map(|number| number.to_string()).collect();
    thread::scope(|scope| {
        for key in [account(), other()] {
            let all = &all;
            scope.spawn(move || {
                let mut store = place.open();
                assert_eq!(
                    store
                        .claim(std::slice::from_ref(&key), LockWait::Never)
                        .unwrap(),
                    [true]
                );
                for at in 0..3 {
                    let run = store.begin(minute(at)).unwrap();
                    store.start(run, &key, minute(at)).unwrap();
                    for ids in all.chunks(100) {
                        let tenant = |id: &String| {
                            let mut tenant =
                                Tenant::new(key.provider.clone(), key.account.as_str(), id);
                            tenant.name = Some(at.to_string());
                            tenant
                        };
                        let tenants: Vec<_> = ids.iter().map(tenant).collect();
                        store.stage(run, &key, &tenants, None).unwrap();
                    }
                    let outcome = store
                        .commit_listing(run, &key, &complete(Certainty::Proved), None, minute(at))
                        .unwrap();
                    assert_eq!(outcome.created + outcome.changed, 1200);
                }
            });
        }
    });
    assert_eq!(place.snapshot(Point::Latest).len(), 2400);
}

fn two_make_one_database_at_once(place: &TestDatabase) {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| place.open());
        }
    });
    let mut store = place.open();
    super::record(
        &mut store,
        1,
        &tenants(&["a"]),
        &complete(Certainty::Proved),
    );
}
