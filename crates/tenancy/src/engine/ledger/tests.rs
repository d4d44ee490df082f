//! What becomes of records between their arrival and their being handed out, without any walk.

use client_runtime::Traffic;

use super::super::checkpoint::WalkState;
use super::super::seen::{Sight, fingerprint};
use super::*;
use crate::provider::{Arrivals, Fetch, PageRequest};
use crate::records::{Entry, Mapped};
use crate::{
    Capabilities, Certainty, DriftKind, Error, PagingStyle, Provider, Raw, RecordFault, Status,
};
use client_runtime::OmittedField;

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

static NUMBERED: Idle = Idle(Capabilities::new(PagingStyle::Numbered, "a test"));
static ONE_BODY: Idle = Idle(Capabilities::new(PagingStyle::OneBody, "a test"));

fn account(provider: &'static Idle) -> Account {
    Account::new("a", provider).unwrap()
}

fn ledger(provider: &'static Idle, query: Query) -> Ledger {
    let progress = Progress {
        list: 0,
        again: false,
        certainty: Certainty::Proved,
        walk: WalkState::OneBody,
    };
    let sorter = Sorter::new(account(provider), Arc::new(query));
    let report = SourceReport::new("a", "idle");
    Ledger::new(report, Seen::default(), sorter, progress)
}

fn mapped(id: &str) -> Mapped {
    Mapped::new(Tenant::new("idle", "a", id), Vec::new())
}

/// Tenants by their identities; `!` begins what cannot be read.
fn records(ids: &[&str]) -> Vec<Entry> {
    let entries = ids.iter().map(|id| match id.strip_prefix('!') {
        Some(text) => {
            let raw = serde_json::value::to_raw_value(text).unwrap();
            let raw = Raw::redacted(&raw, &[]);
            Err(Box::new(RecordFault::new("", "is odd", &raw)))
        }
        None => Ok(mapped(id)),
    });
    entries.collect()
}

/// Hands out all that there is: identities, and the places of what cannot be read.
fn handed_out(entries: &mut Entries) -> Vec<String> {
    std::iter::from_fn(|| entries.hand_out())
        .map(|item| match item {
            Ok(tenant) => tenant.id,
            Err(fault) => match fault.kind {
                FaultKind::Record(fault) => format!("!{}", fault.position),
                other => panic!("{other:?}"),
            },
        })
        .collect()
}

/// How many of a page's records were different, new to the walk, and new.
fn counts(entries: &mut Entries) -> [u64; 3] {
    let records = entries.tallied();
    [records.different, records.new_to_walk, records.new]
}

#[test]
fn a_page_is_counted_by_how_its_records_compare_with_those_before() {
    let ledger = ledger(&NUMBERED, Query::default());
    let mut entries = ledger.lock();
    entries.receive(records(&["a", "b", "a", "!x"]), false);
    assert_eq!(handed_out(&mut entries), ["a", "b", "!3"]);
    let page = entries.tallied();
    assert_eq!(page.first, Some(fingerprint("a")));
    assert_eq!([page.different, page.new_to_walk, page.new], [3, 3, 3]);
    assert_eq!(entries.report.duplicates, 1);

    entries.receive(records(&["b", "c"]), false);
    assert_eq!(handed_out(&mut entries), ["c"]);
    let page = entries.tallied();
    assert_eq!(page.first, Some(fingerprint("b")));
    assert_eq!([page.different, page.new_to_walk, page.new], [2, 1, 1]);
    assert_eq!(entries.report.duplicates, 2);

    // Read again on purpose: that its records came before is no wonder.
    entries.receive(records(&["c", "d"]), true);
    assert_eq!(handed_out(&mut entries), ["d"]);
    assert_eq!(counts(&mut entries), [2, 1, 1]);
    assert_eq!(entries.report.duplicates, 2);

    entries.receive(records(&["lost"]), false);
    assert_eq!(handed_out(&mut entries), ["lost"]);
    entries.begin_walk();
    entries.receive(records(&["a", "e", "e"]), false);
    assert_eq!(handed_out(&mut entries), ["e"]);
    assert_eq!(counts(&mut entries), [2, 2, 1]);
    assert_eq!(entries.report.duplicates, 3);
    assert_eq!(counts(&mut entries), [0, 0, 0]);
    assert_eq!((entries.report.tenants, entries.report.quarantined), (6, 1));
}

#[test]
fn a_list_in_one_body_is_counted_as_a_page_is() {
    let ledger = ledger(&ONE_BODY, Query::default());
    let mut entries = ledger.lock();
    // It comes in parts.
    entries.receive(records(&["a", "b"]), false);
    assert_eq!(entries.hand_out().unwrap().unwrap().id, "a");
    entries.receive(records(&["a", "c"]), false);
    assert_eq!(handed_out(&mut entries), ["b", "c"]);
    assert_eq!(counts(&mut entries), [3, 3, 3]);
    entries.begin_walk();
    entries.receive(records(&["c", "c", "a"]), false);
    assert!(handed_out(&mut entries).is_empty());
    assert_eq!(counts(&mut entries), [2, 2, 0]);
}

#[test]
fn a_page_that_broke_off_counts_once() {
    let ledger = ledger(&NUMBERED, Query::default());
    let mut entries = ledger.lock();
    entries.receive(records(&["a", "!x", "z"]), false);
    assert_eq!(handed_out(&mut entries), ["a", "!1", "z"]);
    assert_eq!(counts(&mut entries), [3, 3, 3]);

    entries.receive(records(&["b", "!y"]), false);
    assert_eq!(handed_out(&mut entries), ["b", "!4"]);
    entries.begin_page_again();
    entries.receive(records(&["b", "!y", "!y", "c"]), false);
    // Of two that are alike the second one was not there before.
    assert_eq!(handed_out(&mut entries), ["!5", "c"]);
    assert_eq!(counts(&mut entries), [4, 4, 2]);
    assert_eq!(entries.report.duplicates, 0);
    assert_eq!((entries.report.tenants, entries.report.quarantined), (4, 3));
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
        mapped.left_out = vec![OmittedField::new("/left_out", "is odd")];
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
        let ledger = ledger(&NUMBERED, query);
        let mut entries = ledger.lock();
        entries.receive(list(), false);
        assert_eq!(handed_out(&mut entries), expected);
        assert_eq!(counts(&mut entries), [3, 3, 3]);
        let report = &entries.report;
        assert_eq!(report.not_judged, not_judged);
        assert_eq!(report.tenants, expected.len() as u64);
        assert_eq!(report.left_out[0].records, expected.len() as u64);
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
    let (account, query) = (account(&NUMBERED), Query::default());
    let ledger = ledger(&NUMBERED, query.clone());
    let mut entries = ledger.lock();
    let listed = |entries: &Entries| {
        let checkpoint = entries.checkpoint(&account, &query);
        let checkpoint = serde_json::to_value(checkpoint).unwrap();
        let mut seen = Seen::read(checkpoint["seen"].as_str().unwrap()).unwrap();
        ["a", "b", "c"].map(|id| seen.see(fingerprint(id)) != Sight::First)
    };
    assert!(!entries.has_more());
    entries.receive(records(&["a", "b", "b", "c"]), false);
    assert_eq!(entries.waiting(), 4);
    assert!(entries.has_more());
    assert_eq!(listed(&entries), [false, false, false]);
    assert_eq!(entries.hand_out().unwrap().unwrap().id, "a");
    assert_eq!(listed(&entries), [true, false, false]);
    entries.look_at_all();
    assert_eq!(entries.waiting(), 2);
    assert_eq!(listed(&entries), [true, false, false]);
    entries.push(account.fault(FaultKind::Account(Error::refused("no more", None))));
    assert_eq!(entries.waiting(), 3);
    assert_eq!(entries.hand_out().unwrap().unwrap().id, "b");
    assert_eq!(listed(&entries), [true, true, false]);
    assert_eq!(entries.hand_out().unwrap().unwrap().id, "c");
    let fault = entries.hand_out().unwrap().unwrap_err();
    assert!(matches!(fault.kind, FaultKind::Account(_)));
    // It is no record.
    assert_eq!(entries.report.quarantined, 0);
    assert!(entries.hand_out().is_none());
    assert!(!entries.has_more());
    entries.close();
    assert_eq!(listed(&entries), [true, true, true]);
    entries.report.complete = true;
    entries.close();
    assert_eq!(listed(&entries), [false, false, false]);
}
