//! Tests what is read of a period.

use tenancy::Certainty;

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{complete, minute, on_each_database, record, report, tenant};
use crate::{ErrorKind, Event, Events, Period, PeriodOptions};

on_each_database!(
    what_happened_is_told_and_counted_at_each_moment,
    a_list_that_was_incomplete_at_first_shows_nobody_coming,
);

fn period(place: &TestDatabase, from: i64, to: i64) -> Period {
    let options = PeriodOptions {
        from: Some(minute(from)),
        to: Some(minute(to)),
        events: 3,
    };
    crate::period(&place.address, options, LOCK_TIMEOUT).unwrap()
}

/// A tenant with a status.
fn with_status(id: &str, status: &str) -> tenancy::Tenant {
    let mut tenant = tenant(id, id);
    tenant.status = (!status.is_empty()).then(|| status.into());
    tenant
}

/// The events, one word each, and how many there were.
fn told(events: &Events) -> (Vec<String>, u64) {
    let word = |event: &Event| {
        let minutes = (event.at.as_second() - minute(0).as_second()) / 60;
        format!("{minutes}:{}:{:?}", event.identity.id, event.kind)
    };
    (events.latest.iter().map(word).collect(), events.total)
}

/// The counts of a status at some minutes.
fn counts(period: &Period, status: Option<&str>, minutes: &[i64]) -> Vec<u64> {
    let key = ("acme".to_owned(), status.map(str::to_owned));
    let at = |number: &i64| {
        let position = period.moments.binary_search(&minute(*number)).unwrap();
        period.counts.get(&key).map_or(0, |counts| counts[position])
    };
    minutes.iter().map(at).collect()
}

fn what_happened_is_told_and_counted_at_each_moment(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    let mut list = |at, tenants: &[(&str, &str)]| {
        let tenants: Vec<_> = tenants
            .iter()
            .map(|(id, status)| with_status(id, status))
            .collect();
        record(&mut store, at, &tenants, &proved);
    };
    list(10, &[("a", "active"), ("b", "active"), ("c", "")]);
    list(20, &[("a", "suspended"), ("c", "")]);
    list(
        30,
        &[
            ("a", "active"),
            ("b", "suspended"),
            ("c", ""),
            ("d", "active"),
        ],
    );
    list(
        40,
        &[
            ("a", "active"),
            ("b", "suspended"),
            ("d", "active"),
            ("e", "suspended"),
        ],
    );

    let whole = period(place, 10, 70);
    assert_eq!(
        told(&whole.came),
        (
            ["40:e:Created", "30:d:Created", "30:b:Back"]
                .map(str::to_owned)
                .to_vec(),
            3
        )
    );
    assert_eq!(
        told(&whole.went),
        (vec!["40:c:Gone".to_owned(), "20:b:Gone".to_owned()], 2)
    );
    assert_eq!(
        told(&whole.suspended),
        (
            vec!["30:b:Changed".to_owned(), "20:a:Changed".to_owned()],
            2
        )
    );
    let minutes = [10, 19, 20, 29, 30, 39, 40, 70];
    assert_eq!(
        counts(&whole, Some("active"), &minutes),
        [2, 2, 0, 0, 2, 2, 2, 2]
    );
    assert_eq!(
        counts(&whole, Some("suspended"), &minutes),
        [0, 0, 1, 1, 1, 1, 2, 2]
    );
    assert_eq!(counts(&whole, None, &minutes), [1, 1, 1, 1, 1, 1, 0, 0]);
    assert_eq!((whole.first_listed, whole.is_whole_history), (0, false));
    let account = &whole.accounts[0];
    assert_eq!(
        (account.tenants, account.listed_at, account.completed_at),
        (4, minute(40), Some(minute(40)))
    );

    // What is later, or earlier, is not of the period; its end is that of the snapshot.
    let inner = period(place, 20, 30);
    assert_eq!(
        (inner.came.total, inner.went.total, inner.suspended.total),
        (2, 0, 1)
    );
    assert_eq!(inner.snapshot.tenants().count(), 4);
    assert_eq!(inner.accounts[0].completed_at, Some(minute(30)));
    assert!(period(place, 0, 10).is_whole_history);
    assert_eq!(period(place, 0, 10).from, minute(10));

    let options = PeriodOptions::default();
    let latest = crate::period(&place.address, options, LOCK_TIMEOUT).unwrap();
    assert_eq!(
        (latest.from, latest.to, told(&latest.came)),
        (minute(10), minute(40), (Vec::new(), 3))
    );
    let options = PeriodOptions {
        from: Some(minute(50)),
        ..options
    };
    let error = crate::period(&place.address, options, LOCK_TIMEOUT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Point, "{error}");
}

fn a_list_that_was_incomplete_at_first_shows_nobody_coming(place: &TestDatabase) {
    let mut store = place.open();
    record(
        &mut store,
        10,
        &[tenant("a", "A")],
        &report(false, Certainty::Unproved),
    );
    let proved = complete(Certainty::Proved);
    record(
        &mut store,
        20,
        &[tenant("a", "A"), tenant("b", "B")],
        &proved,
    );
    record(
        &mut store,
        30,
        &[tenant("a", "A"), tenant("b", "B"), tenant("c", "C")],
        &proved,
    );
    let period = period(place, 10, 30);
    assert_eq!((period.first_listed, period.came.total), (1, 1));
}
