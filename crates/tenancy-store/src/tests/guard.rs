//! Lists that lack more tenants than can plausibly be gone.

use tenancy::{Certainty, Tenant};

use super::databases::TestDatabase;
use super::{changes, complete, on_each_database, record, tenant};
use crate::{Point, Store};

on_each_database!(
    a_list_that_lacks_too_many_marks_none_gone,
    a_second_list_an_hour_later_is_believed,
    another_list_is_no_confirmation,
    few_tenants_or_a_small_share_are_gone_at_once,
    an_empty_list_is_not_believed_at_once,
);

fn numbered(numbers: std::ops::Range<u32>) -> Vec<Tenant> {
    numbers
        .map(|number| tenant(&format!("{number:03}"), "A"))
        .collect()
}

/// Records a complete list, and returns how many tenants it marked gone.
fn gone(store: &mut Store, at: i64, tenants: std::ops::Range<u32>) -> u64 {
    let proved = complete(Certainty::Proved);
    record(store, at, &numbered(tenants), &proved).gone
}

fn a_list_that_lacks_too_many_marks_none_gone(place: &TestDatabase) {
    let mut store = place.open();
    gone(&mut store, 0, 0..50);
    // Six of fifty are more than 10 %, and one is created.
    assert_eq!(gone(&mut store, 1, 6..51), 0);
    assert_eq!(place.snapshot(Point::Latest).len(), 51);
    assert_eq!(changes(&mut store).last().unwrap(), "2 050 created");
}

fn a_second_list_an_hour_later_is_believed(place: &TestDatabase) {
    let mut store = place.open();
    gone(&mut store, 0, 0..50);
    assert_eq!(gone(&mut store, 1, 20..50), 0);
    assert_eq!(gone(&mut store, 60, 20..50), 0);
    // An incomplete list says nothing about them.
    let unproved = super::report(false, Certainty::Unproved);
    record(&mut store, 61, &numbered(30..31), &unproved);
    // One more may be gone at once.
    assert_eq!(gone(&mut store, 61, 21..50), 21);
    assert_eq!(place.snapshot(Point::Latest).len(), 29);
}

fn another_list_is_no_confirmation(place: &TestDatabase) {
    let mut store = place.open();
    gone(&mut store, 0, 0..50);
    assert_eq!(gone(&mut store, 1, 20..50), 0);
    // The twenty are found again, and others are absent.
    assert_eq!(gone(&mut store, 100, 0..30), 0);
    // The first absence of the twenty no longer counts.
    assert_eq!(gone(&mut store, 101, 20..50), 0);
    assert_eq!(gone(&mut store, 160, 20..50), 0);
    assert_eq!(gone(&mut store, 161, 20..50), 20);
}

fn few_tenants_or_a_small_share_are_gone_at_once(place: &TestDatabase) {
    let mut store = place.open();
    gone(&mut store, 0, 0..6);
    assert_eq!(gone(&mut store, 1, 5..6), 5);
    gone(&mut store, 2, 5..105);
    assert_eq!(gone(&mut store, 3, 15..105), 10);
}

fn an_empty_list_is_not_believed_at_once(place: &TestDatabase) {
    let mut store = place.open();
    gone(&mut store, 0, 0..2);
    assert_eq!(gone(&mut store, 1, 0..0), 0);
    assert_eq!(gone(&mut store, 60, 0..0), 0);
    assert_eq!(gone(&mut store, 61, 0..0), 2);
    assert_eq!(gone(&mut store, 62, 0..1), 0);
    store.max_gone = crate::MaxGone {
        percent: 100,
        tenants: 0,
    };
    assert_eq!(gone(&mut store, 63, 0..0), 1);
}
