//! Accounts with several lists, and pages in flight, over real HTTP.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tenancy::{Certainty, Query, Status};
use tenancy_tests::{list, resume};
use wiremock::{Request, ResponseTemplate};

use crate::imaginary::{
    Addresses, Filtered, Merged, Offsets, SIZE, at, body, number, page, read, read_with, received,
    serve, thing,
};
use crate::{THERE, assert_doubted, assert_whole};

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

/// The seventh is closed, and is opened again after the first request.
fn opened(count: usize, request: &Request) -> ResponseTemplate {
    let items = match (status(request), count) {
        (None, 0) => vec![thing(6)],
        (None, _) => vec![thing(7), thing(6)],
        (Some(_), _) => vec![thing(1)],
    };
    body(json!({"items": items, "next": null}))
}

#[tokio::test]
async fn a_tenant_that_moves_to_a_list_that_was_read_is_found_there() {
    let (outcome, requests) = read::<Merged>(opened).await;
    assert_eq!(outcome.ids(), ["6", "1", "7"]);
    let source = &outcome.report.sources[0];
    assert_eq!((source.certainty, requests), (Certainty::Proved, 3));

    // The second list fails, and is read by another run.
    let server = serve(|count, request| match count {
        1 => ResponseTemplate::new(403),
        _ => opened(count, request),
    })
    .await;
    let outcome = list(vec![at::<Merged>(&server)], Query::default()).await;
    assert_eq!(outcome.ids(), ["6"]);
    let account = at::<Merged>(&server);
    let outcome = resume(vec![account], Query::default(), outcome.report).await;
    assert_eq!(outcome.ids(), ["1", "7"]);
    assert!(outcome.report.complete);
    assert_eq!(received(&server).await, 4);
}

#[tokio::test]
async fn a_look_at_a_list_that_was_empty_does_not_prove_the_lists_before_it() {
    // The second is closed after the list of closed ones was read.
    let (outcome, _) = read::<Merged>(|count, request| {
        let items = match (status(request), count) {
            (None, 0) => Vec::new(),
            (None, _) => vec![thing(1)],
            (Some(_), _) => vec![thing(3)],
        };
        body(json!({"items": items, "next": null}))
    })
    .await;
    let source = &outcome.report.sources[0];
    assert_eq!(
        (source.complete, source.certainty),
        (true, Certainty::Assumed)
    );
    assert_eq!(source.because.last().unwrap().code, "ambiguous");
}

#[tokio::test]
async fn a_resumed_list_knows_how_many_tenants_each_list_had() {
    let server = serve(|count, request| match count {
        0 | 2 => body(json!({"items": lists(request), "next": null})),
        1 => ResponseTemplate::new(403),
        _ => body(json!({"items": [], "next": null})),
    })
    .await;
    let outcome = list(vec![at::<Merged>(&server)], Query::default()).await;
    let account = at::<Merged>(&server);
    let outcome = resume(vec![account], Query::default(), outcome.report).await;
    let source = &outcome.report.sources[0];
    assert_eq!(source.certainty, Certainty::Assumed);
    assert_eq!(source.because[0].code, "lists_apart");
}

#[tokio::test]
async fn a_last_look_that_fails_costs_the_certainty_and_not_the_list() {
    for failure in [
        ResponseTemplate::new(500),
        body(json!({"items": [], "next": null})),
    ] {
        let (outcome, requests) = read::<Merged>(move |count, request| match count {
            0 | 1 => body(json!({"items": lists(request), "next": null})),
            _ => failure.clone(),
        })
        .await;
        assert_whole(&outcome, Certainty::Assumed);
        assert_eq!(outcome.report.sources[0].because[0].code, "lists_apart");
        assert!(requests >= 3);
    }
}

#[tokio::test]
async fn the_last_look_at_a_list_is_the_second_read_that_it_needs() {
    // Of the lists, the plain one is assumed and the other one is empty.
    let answer = |_: usize, request: &Request| {
        let from = number(request, "cursor").unwrap_or_default();
        let (items, next) = match status(request) {
            None => (page(THERE, from), Some(from + SIZE)),
            Some(_) => (Vec::new(), None),
        };
        let next = next
            .filter(|next| *next < THERE)
            .map(|next| next.to_string());
        body(json!({"items": items, "next": next}))
    };
    for (verify, certainty, expected) in [
        (false, Certainty::Assumed, 3 + 2),
        (true, Certainty::Agreed, 3 + 2 + 3),
    ] {
        let mut query = Query::default();
        query.verify = verify;
        let (outcome, requests) = read_with::<Merged>(query, answer).await;
        assert_whole(&outcome, certainty);
        assert_eq!(requests, expected);
    }

    // The plain list is empty.
    let (outcome, requests) = read::<Merged>(|_, request| {
        let items = status(request).map_or(0, |_| THERE);
        let items: Vec<_> = (1..=items).map(thing).collect();
        body(json!({"items": items, "next": null}))
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
    assert_eq!(requests, 3);
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
