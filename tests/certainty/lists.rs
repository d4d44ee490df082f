//! Accounts with several lists, and pages in flight, over real HTTP.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tenancy::{Certainty, Query, Status};
use wiremock::{Request, ResponseTemplate};

use crate::imaginary::{
    Addresses, Filtered, Merged, Offsets, body, number, page, read, read_with, thing,
};
use crate::{THERE, assert_doubted};

fn status(request: &Request) -> Option<String> {
    let mut pairs = request.url.query_pairs();
    let (_, value) = pairs.find(|(key, _)| key == "status")?;
    Some(value.into_owned())
}

#[tokio::test]
async fn a_list_by_a_status_that_no_filter_names() {
    for (statuses, expected) in [
        (&["closed"][..], &["7", "6", "5"][..]),
        (&["blocked"], &[]),
        (&["closed", "blocked"], &["7", "6", "5"]),
    ] {
        let mut query = Query::default();
        query.statuses = statuses.iter().map(|word| Status::from(*word)).collect();
        let (outcome, _) = read_with::<Filtered>(query, |_, request| {
            let mut pairs = request.url.query_pairs();
            let status = pairs.find(|(key, _)| key == "status");
            let items = match status.as_ref().map(|(_, value)| value.as_ref()) {
                Some("active") => page(4, 1),
                Some("closed") => page(THERE, 0),
                // The fourth is blocked, and the provider does not say so.
                _ => [page(THERE, 0), page(4, 0)].concat(),
            };
            body(json!({"items": items, "next": null}))
        })
        .await;
        let source = &outcome.report.sources[0];
        assert!(source.complete, "{source:?}");
        assert_eq!(outcome.ids(), expected, "{statuses:?}");
        if statuses.contains(&"blocked") {
            assert_eq!(source.not_judged, 1);
            assert!(source.other_statuses.contains("active"));
        }
    }
}

/// Five are in the plain list, and two are closed.
fn lists(request: &Request) -> Vec<serde_json::Value> {
    match status(request) {
        None => (3..=THERE).rev().map(thing).collect(),
        Some(_) => (1..3).rev().map(thing).collect(),
    }
}

#[tokio::test]
async fn a_list_in_doubt_keeps_no_other_list_from_being_read() {
    let (outcome, _) = read::<Merged>(|_, request| {
        let truncated = status(request).is_none();
        body(json!({"items": lists(request), "next": null, "truncated": truncated}))
    })
    .await;
    assert_doubted(&outcome, THERE);
    let source = &outcome.report.sources[0];
    let error = source.error.as_ref().unwrap();
    assert!(error.contains("`truncated` is set"), "{error}");
    assert_eq!(source.because[0].code, "records_missing");

    let (outcome, _) = read::<Merged>(|count, request| match (status(request), count) {
        (None, 0) => body(json!({"items": page(THERE, 0), "next": "more"})),
        (None, _) => ResponseTemplate::new(500),
        (Some(_), _) => body(json!({"items": lists(request), "next": null})),
    })
    .await;
    assert_doubted(&outcome, 5);
    let error = outcome.report.sources[0].error.as_ref().unwrap();
    assert!(error.contains("500"), "{error}");
}

#[tokio::test]
async fn a_number_beside_one_of_several_lists_may_count_all_of_them() {
    for (number, complete) in [(7, true), (8, false)] {
        let (outcome, _) = read::<Merged>(move |_, request| {
            body(json!({"items": lists(request), "next": null, "totalCount": number}))
        })
        .await;
        assert_eq!(outcome.report.complete, complete, "{number}");
        assert_eq!(outcome.tenants.len(), THERE);
    }
}

#[tokio::test]
async fn what_was_sent_beside_a_page_that_fails_is_listed() {
    const LONG: usize = 50;
    let sent = Arc::new(Mutex::new(HashSet::new()));
    let served = sent.clone();
    let (outcome, _) = read::<Offsets>(move |_, request| {
        let from = number(request, "offset").unwrap();
        if from == 12 {
            return ResponseTemplate::new(403);
        }
        let items = page(LONG, from);
        let ids = items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned());
        served.lock().unwrap().extend(ids);
        body(json!({"items": items, "total": LONG}))
    })
    .await;
    let ids: HashSet<_> = outcome.ids().into_iter().map(str::to_owned).collect();
    let sent = sent.lock().unwrap().clone();
    assert!(sent.len() > 12);
    assert_eq!(ids, sent);
}

#[tokio::test]
async fn a_read_with_repeats_confirms_no_other_read() {
    let (outcome, _) = read::<Addresses>(|count, _| {
        let (ids, next) = match count {
            0 => (&[6, 3, 4][..], json!("/things?from=3")),
            1 => (&[6, 2, 1][..], json!(null)),
            2 => (&[6, 4, 3][..], json!("/things?from=3")),
            _ => (&[2, 1][..], json!(null)),
        };
        let items: Vec<_> = ids.iter().copied().map(thing).collect();
        body(json!({"items": items, "next": next}))
    })
    .await;
    assert!(outcome.report.sources[0].certainty > Certainty::Agreed);
}
