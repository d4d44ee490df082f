//! Tests records between arrival and delivery, without a walk.

use client_runtime::{OmittedField, Traffic};

use super::super::seen::{Sight, fingerprint};
use super::*;
use crate::entry::{Entry, Mapped};
use crate::paging::PageRequest;
use crate::provider::{Arrivals, Fetch};
use crate::{Capabilities, DriftKind, Error, Paging, Provider, QuarantinedRecord, Raw, Status};

/// A provider that is never asked.
struct Idle(Capabilities);

impl Provider for &'static Idle {
    fn name(&self) -> &'static str {
        "idle"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &self.0
    }

    fn fetch<'a>(&'a self, _: &'a PageRequest, _: &'a Arrivals) -> Fetch<'a> {
        Box::pin(async { Err(Error::refused("nobody is here", None)) })
    }

    fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}

static NUMBERED: Idle = Idle(Capabilities::new(
    Paging::Ranks {
        by: crate::RankBy::Number { first: 1 },
        order: crate::StatedOrder::NewestFirst,
    },
    "a test",
));
static ONE_BODY: Idle = Idle(Capabilities::new(Paging::OneBody, "a test"));

fn account(provider: &'static Idle) -> Account {
    Account::new("a", provider).unwrap()
}

fn state(provider: &'static Idle, query: Query) -> AccountState {
    AccountState::new(
        account(provider),
        Arc::new(query),
        SourceReport::new("a", "idle"),
        Seen::default(),
        Progress::default(),
    )
}

fn mapped(id: &str) -> Mapped {
    Mapped::new(Tenant::new("idle", "a", id), Vec::new())
}

/// Tenants by their identities; `!` begins what cannot be read.
fn records(ids: &[&str]) -> Vec<Entry> {
    let state = ids.iter().map(|id| match id.strip_prefix('!') {
        Some(text) => {
            let raw = serde_json::value::to_raw_value(text).unwrap();
            let raw = Raw::redacted(&raw, &[], &[]);
            Err(QuarantinedRecord::new("", "is odd", &raw).into())
        }
        None => Ok(mapped(id)),
    });
    state.collect()
}

/// Hands out all that there is: identities, and the places of what cannot be read.
fn handed_out(state: &mut AccountState) -> Vec<String> {
    std::iter::from_fn(|| state.next_item())
        .map(|item| match item {
            Ok(tenant) => tenant.id,
            Err(error) => match error.kind {
                ListingErrorKind::Record(record) => format!("!{}", record.position),
                other => panic!("{other:?}"),
            },
        })
        .collect()
}

/// How many of a page's records were different, new to the walk, and new.
fn counts(state: &mut AccountState) -> [u64; 3] {
    let records = state.end_page();
    [records.distinct, records.new_to_walk, records.new]
}

#[test]
fn a_page_is_counted_by_how_its_records_compare_with_those_before() {
    let mut state = state(&NUMBERED, Query::default());
    state.receive(records(&["a", "b", "a", "!x"]), None, false);
    assert_eq!(handed_out(&mut state), ["a", "b", "!3"]);
    let page = state.end_page();
    assert_eq!(page.first, Some(fingerprint("a")));
    assert_eq!([page.distinct, page.new_to_walk, page.new], [3, 3, 3]);
    assert_eq!(state.report.duplicates, 1);

    state.receive(records(&["b", "c"]), None, false);
    assert_eq!(handed_out(&mut state), ["c"]);
    let page = state.end_page();
    assert_eq!(page.first, Some(fingerprint("b")));
    assert_eq!([page.distinct, page.new_to_walk, page.new], [2, 1, 1]);
    assert_eq!(state.report.duplicates, 2);

    // Read again on purpose: that its records came before is no wonder.
    state.receive(records(&["c", "d"]), None, true);
    assert_eq!(handed_out(&mut state), ["d"]);
    assert_eq!(counts(&mut state), [2, 1, 1]);
    assert_eq!(state.report.duplicates, 2);

    state.receive(records(&["lost"]), None, false);
    assert_eq!(handed_out(&mut state), ["lost"]);
    state.begin_walk();
    state.receive(records(&["a", "e", "e"]), None, false);
    assert_eq!(handed_out(&mut state), ["e"]);
    assert_eq!(counts(&mut state), [2, 2, 1]);
    assert_eq!(state.report.duplicates, 3);
    assert_eq!(counts(&mut state), [0, 0, 0]);
    assert_eq!((state.report.tenants, state.report.quarantined), (6, 1));
}

/// Whether, of tenants with these identities and parents, one is named as the parent of another.
fn names_a_parent(state: &mut AccountState, tenants: &[(&str, &str)]) -> bool {
    let tenants = tenants.iter().map(|(id, parent)| {
        let mut mapped = mapped(id);
        mapped.tenant.parent_id = Some((*parent).to_owned());
        Ok(mapped)
    });
    state.receive(tenants.collect(), None, false);
    state.end_page().names_parent
}

#[test]
fn a_tenant_that_others_name_as_their_parent_is_noted_wherever_it_comes() {
    let mut state = state(&NUMBERED, Query::default());
    for (named, tenants) in [
        (false, [("a", "p"), ("b", "p")]),
        (true, [("p", "q"), ("c", "p")]),
        // Each names only itself.
        (false, [("d", "d"), ("e", "e")]),
        (true, [("f", "e"), ("g", "p")]),
        (true, [("q", "r"), ("h", "x")]),
    ] {
        assert_eq!(names_a_parent(&mut state, &tenants), named, "{tenants:?}");
    }
    assert_eq!(handed_out(&mut state).len(), 10);
    state.begin_walk();
    assert!(!names_a_parent(&mut state, &[("a", "x")]));
    assert!(names_a_parent(&mut state, &[("p", "x")]));
}

#[test]
fn a_list_in_one_body_is_counted_as_a_page_is() {
    let mut state = state(&ONE_BODY, Query::default());
    // It comes in parts.
    state.receive(records(&["a", "b"]), None, false);
    assert_eq!(state.next_item().unwrap().unwrap().id, "a");
    state.receive(records(&["a", "c"]), None, false);
    assert_eq!(handed_out(&mut state), ["b", "c"]);
    assert_eq!(counts(&mut state), [3, 3, 3]);
    state.begin_walk();
    state.receive(records(&["c", "c", "a"]), None, false);
    assert!(handed_out(&mut state).is_empty());
    assert_eq!(counts(&mut state), [2, 2, 0]);
}

#[test]
fn a_page_that_broke_off_counts_once() {
    let mut state = state(&NUMBERED, Query::default());
    state.receive(records(&["a", "!x", "z"]), None, false);
    assert_eq!(handed_out(&mut state), ["a", "!1", "z"]);
    assert_eq!(counts(&mut state), [3, 3, 3]);

    state.receive(records(&["b", "!y"]), None, false);
    assert_eq!(handed_out(&mut state), ["b", "!4"]);
    state.begin_page_again();
    state.receive(records(&["b", "!y", "!y", "c"]), None, false);
    // Of two that are alike the second one was not there before.
    assert_eq!(handed_out(&mut state), ["!5", "c"]);
    assert_eq!(counts(&mut state), [4, 4, 2]);
    assert_eq!(state.report.duplicates, 0);
    assert_eq!((state.report.tenants, state.report.quarantined), (4, 3));
}

#[test]
fn what_is_not_asked_for_is_looked_at_and_not_handed_out() {
    let query = Query {
        statuses: vec![Status::Active],
        ..Query::default()
    };
    let with = |id, status| {
        let mut mapped = mapped(id);
        mapped.tenant.status = status;
        mapped.unknown_fields = vec!["/field".to_owned()];
        mapped.unknown_values = vec!["/value".to_owned()];
        mapped.undeclared_nulls = vec!["/null".to_owned()];
        mapped.omitted = vec![OmittedField::new("/left_out", "is odd")];
        Ok(mapped)
    };
    let list = || {
        Vec::from([
            with("active", Some(Status::Active)),
            with("suspended", Some(Status::Suspended)),
            with("untold", None),
            with("active", Some(Status::Active)),
        ])
    };
    for (query, expected, not_judged) in [
        (query, &["active"][..], 1),
        (Query::default(), &["active", "suspended", "untold"][..], 0),
    ] {
        let mut state = state(&NUMBERED, query);
        state.receive(list(), None, false);
        assert_eq!(handed_out(&mut state), expected);
        assert_eq!(counts(&mut state), [3, 3, 3]);
        let report = &state.report;
        assert_eq!(report.not_judged, not_judged);
        assert_eq!(report.tenants, expected.len() as u64);
        assert_eq!(report.omitted[0].records, expected.len() as u64);
        assert_eq!(report.unknown_fields, ["/field"]);
        let drift = report.drift.iter();
        let drift: Vec<_> = drift
            .map(|met| (&*met.path, met.kind, met.records))
            .collect();
        let expected = [
            ("/field", DriftKind::UnknownField, 3),
            ("/null", DriftKind::UndeclaredNull, 3),
            ("/value", DriftKind::UnknownValue, 3),
        ];
        assert_eq!(drift, expected);
    }
}

#[test]
fn a_checkpoint_has_what_was_handed_out_and_nothing_that_waits() {
    let mut state = state(&NUMBERED, Query::default());
    let listed = |state: &AccountState| {
        let checkpoint = state.checkpoint();
        let checkpoint = serde_json::to_value(checkpoint).unwrap();
        let mut seen = Seen::read(checkpoint["seen"].as_str().unwrap()).unwrap();
        ["a", "b", "c"].map(|id| seen.see(fingerprint(id)) != Sight::First)
    };
    assert_eq!(state.waiting(), 0);
    state.receive(records(&["a", "b", "b", "c"]), None, false);
    assert_eq!(state.waiting(), 3);
    assert_eq!(listed(&state), [false, false, false]);
    assert_eq!(state.next_item().unwrap().unwrap().id, "a");
    assert_eq!(listed(&state), [true, false, false]);
    state.fail(Error::refused("no more", None));
    assert_eq!(state.waiting(), 3);
    assert_eq!(state.next_item().unwrap().unwrap().id, "b");
    assert_eq!(listed(&state), [true, true, false]);
    assert_eq!(state.next_item().unwrap().unwrap().id, "c");
    let error = state.next_item().unwrap().unwrap_err();
    assert!(matches!(error.kind, ListingErrorKind::Account(_)));
    // It is no record.
    assert_eq!(state.report.quarantined, 0);
    assert!(state.next_item().is_none());
    assert_eq!(state.waiting(), 0);
    state.close();
    assert_eq!(listed(&state), [true, true, true]);
    state.report.complete = true;
    state.close();
    assert_eq!(listed(&state), [false, false, false]);
}

#[test]
fn unreadable_records_are_counted_without_end_and_kept_up_to_a_bound() {
    let mut state = state(&ONE_BODY, Query::default());
    let (most, sent) = (100_000, 150_000);
    for _ in 0..2 {
        state.receive(records(&vec!["!x"; sent]), None, false);
        assert!(state.waiting() <= 1000);
        assert!(state.known() <= most);
        let _ = handed_out(&mut state);
        assert_eq!(state.report.quarantined, sent as u64);
        state.begin_page_again();
    }
    state.receive(records(&vec!["!x"; sent + 7]), None, false);
    assert_eq!(counts(&mut state), [sent as u64 + 7, sent as u64 + 7, 7]);
    assert_eq!(state.report.quarantined, sent as u64 + 7);
}

#[test]
fn a_filter_tells_the_status_whatever_its_case_and_where_there_is_none() {
    let query = Query {
        statuses: vec![Status::Archived],
        ..Query::default()
    };
    let mut state = state(&NUMBERED, query);
    let with = |id: &str, status: Option<&str>| {
        let mut mapped = mapped(id);
        mapped.tenant.status = status.map(Status::from);
        Ok(mapped)
    };
    let records = vec![with("a", Some("ARCHIVED")), with("b", None)];
    state.receive(records, Some(&Status::Archived), false);
    assert!(!state.end_page().misfiltered);
    assert_eq!(state.waiting(), 2);
    state.receive(
        vec![with("c", Some("active"))],
        Some(&Status::Archived),
        false,
    );
    assert!(state.end_page().misfiltered);
    state.receive(vec![with("d", None)], None, false);
    assert_eq!((state.waiting(), state.report.not_judged), (2, 1));
}
