//! Tests the reconstruction of earlier states.

use tenancy::Certainty;

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{complete, minute, on_each_database, record, tenant, tenants};
use crate::{Error, ErrorKind, Point, Snapshot};

on_each_database!(
    every_run_and_every_time_can_be_looked_at,
    what_the_database_does_not_know_is_said,
);

fn names(snapshot: &Snapshot) -> Vec<String> {
    snapshot
        .tenants()
        .map(|(identity, body)| {
            let tenant: tenancy::Tenant = serde_json::from_str(body).unwrap();
            format!("{}={}", identity.id, tenant.name.unwrap_or_default())
        })
        .collect()
}

fn every_run_and_every_time_can_be_looked_at(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    record(&mut store, 10, &tenants(&["a", "b"]), &proved);
    record(&mut store, 20, &[tenant("a", "A")], &proved);
    record(
        &mut store,
        30,
        &[tenant("a", "AA"), tenant("b", "B")],
        &proved,
    );
    let states: [&[&str]; 3] = [&["a=a", "b=b"], &["a=A"], &["a=AA", "b=B"]];
    for (run, state) in (1..).zip(states) {
        assert_eq!(names(&place.snapshot(Point::Run(run))), state);
        assert_eq!(names(&place.snapshot(Point::Time(minute(run * 10)))), state);
        assert_eq!(
            names(&place.snapshot(Point::Time(minute(run * 10 + 9)))),
            state
        );
    }
    assert_eq!(names(&place.snapshot(Point::Latest)), states[2]);
}

fn what_the_database_does_not_know_is_said(place: &TestDatabase) {
    let look = |point| {
        crate::snapshot(&place.address, point, LOCK_TIMEOUT).map_err(|error: Error| {
            (
                error.kind(),
                error.to_string().replace(&place.address.to_string(), "DB"),
            )
        })
    };
    let mut store = place.open();
    assert_eq!(
        look(Point::Latest).unwrap_err(),
        (
            ErrorKind::Point,
            "DB has no recorded list: sync it first".to_owned()
        )
    );
    record(
        &mut store,
        1,
        &tenants(&["a"]),
        &complete(Certainty::Proved),
    );
    assert_eq!(
        look(Point::Run(2)).unwrap_err(),
        (
            ErrorKind::Point,
            "DB has no run 2: the last is run 1".to_owned()
        )
    );
    assert_eq!(
        look(Point::Time(minute(0))).unwrap_err(),
        (
            ErrorKind::Point,
            "DB has no data for 2026-09-21T14:13:20Z: its history starts at 2026-09-21T14:14:20Z"
                .to_owned()
        )
    );
}

#[test]
fn points_are_read_from_text() {
    let point = |text: &str| {
        text.parse::<Point>()
            .map(|point| point.to_string())
            .map_err(|error| error.to_string())
    };
    assert_eq!(point("run:3"), Ok("run 3".to_owned()));
    assert_eq!(point("2026-11-01"), Ok("2026-11-01T00:00:00Z".to_owned()));
    assert_eq!(
        point("2026-11-01T02:00:00+02:00"),
        Ok("2026-11-01T00:00:00Z".to_owned())
    );
    for wrong in ["", "run:0", "run:x", "yesterday", "2026-13-01"] {
        assert!(
            point(wrong).unwrap_err().contains("not a point in time"),
            "{wrong}"
        );
    }
}
