//! Lists whose servers depart from their documents: none is proved or agreed, or complete, with tenants missing.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::num::NonZeroU32;
use std::sync::Mutex;

use serde_json::{Value, json};
use tenancy::{Certainty, Paging, Query, SourceReport};
use tenancy_tests::{Outcome, account, list, provider};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const SIZE: usize = 3;

/// Lists an account whose server answers the n-th request for a page, from 0, with what the function makes of it.
async fn read(
    name: &str,
    answer: impl Fn(usize, &Request) -> (u16, Value) + Send + Sync + 'static,
) -> (Outcome, usize) {
    let server = MockServer::start().await;
    let count = Mutex::new(0);
    Mock::given(wiremock::matchers::any())
        .respond_with(move |request: &Request| {
            let mut count = count.lock().unwrap();
            *count += 1;
            let (status, body) = answer(*count - 1, request);
            ResponseTemplate::new(status).set_body_json(body)
        })
        .mount(&server)
        .await;
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(3);
    let provider = provider(name);
    let outcome = list(vec![account(provider, "a", &server.uri(), "key")], query).await;
    let requests = server.received_requests().await.unwrap().len();
    (outcome, requests)
}

fn number(request: &Request, name: &str) -> Option<usize> {
    let mut pairs = request.url.query_pairs();
    pairs.find(|(key, _)| key == name)?.1.parse().ok()
}

/// The source's report, of a list that may not claim more than that the first `there` tenants came.
fn judged(outcome: &Outcome, there: usize) -> &SourceReport {
    let source = &outcome.report.sources[0];
    if source.complete {
        assert_eq!(outcome.tenants.len(), there, "{source:?}");
    }
    source
}

/// Records `from..to` of a numbered list, newest first.
fn records(from: usize, to: usize) -> Vec<Value> {
    let record = |n: usize| json!({"auth_id": format!("SA_{n}"), "created_at": format!("2026-01-01T00:00:{:02}Z", 59 - n)});
    (from..to).map(record).collect()
}

/// A numbered list of `there` records with what the function adds to each page: from its number, first and last record.
async fn numbered(
    there: usize,
    around: impl Fn(usize, usize, usize, usize) -> Value + Send + Sync + 'static,
) -> (Outcome, usize) {
    read("vobiz", move |count, request| {
        let page = number(request, "page").unwrap();
        let size = number(request, "size").unwrap().min(SIZE);
        let from = ((page - 1) * size).min(there);
        let to = (from + size).min(there);
        let mut body = around(count, page, from, to);
        if body.get("sub_accounts").is_none() {
            body["sub_accounts"] = records(from, to).into();
        }
        (200, body)
    })
    .await
}

#[tokio::test]
async fn an_honest_list_costs_one_request_more_at_most() {
    let paging = provider("vobiz").capabilities.paging;
    assert!(matches!(paging, Paging::Ranks { .. }));
    for (there, requests) in [(0, 1), (2, 1), (3, 2), (7, 3), (9, 4)] {
        let (outcome, sent) = numbered(
            there,
            move |_, _, _, _| json!({"total": there, "size": SIZE}),
        )
        .await;
        let source = judged(&outcome, there);
        assert!(source.complete);
        assert_eq!(
            (source.certainty, sent),
            (Certainty::Proved, requests),
            "{there}"
        );
    }
}

#[tokio::test]
async fn a_total_of_something_else_ends_nothing() {
    for total in ["page", "active", "zero", "capped"] {
        let (outcome, _) = numbered(11, move |_, _, from, to| {
            let total = match total {
                "page" => to - from,
                "active" => 6,
                "zero" => 0,
                _ => 10,
            };
            json!({"total": total, "size": SIZE})
        })
        .await;
        let source = judged(&outcome, 11);
        assert_eq!(outcome.tenants.len(), 11, "{total}");
        assert_eq!(
            (source.complete, source.certainty),
            (true, Certainty::Agreed),
            "{total}"
        );
        assert_eq!(source.because[0].code, "two_walks");
    }
}

#[tokio::test]
async fn a_total_that_cannot_be_read_proves_nothing() {
    for total in [json!("11"), json!(-1), json!(null), json!({"n": 11})] {
        let sent = total.clone();
        let (outcome, _) =
            numbered(11, move |_, _, _, _| json!({"total": sent, "size": "3"})).await;
        let source = judged(&outcome, 11);
        assert_eq!(outcome.tenants.len(), 11, "{total}");
        let proved = source.certainty == Certainty::Proved;
        assert_eq!(proved, total == json!("11"), "{total}: {source:?}");
    }
    // It may also stand elsewhere, and pages may be smaller than the size that was asked for.
    let (outcome, _) = read("vobiz", |_, request| {
        let page = number(request, "page").unwrap();
        let (from, to) = (((page - 1) * 2).min(7), (page * 2).min(7));
        (
            200,
            json!({"sub_accounts": records(from, to), "meta": {"total": 7}}),
        )
    })
    .await;
    assert!(judged(&outcome, 7).complete);
}

#[tokio::test]
async fn a_collapse_in_the_middle_is_read_again() {
    for total in [0, 3] {
        let (outcome, _) = numbered(9, move |count, _, _, _| match count {
            1 => json!({"sub_accounts": [], "total": total, "size": SIZE}),
            _ => json!({"total": 9, "size": SIZE}),
        })
        .await;
        assert!(judged(&outcome, 9).complete, "{:?}", outcome.report);
    }
}

#[tokio::test]
async fn another_order_than_the_documented_one_is_noticed() {
    // A creation between page 1 and 2, and a deletion among what is on page 1 already: 4 moves out of reach.
    let before = [1, 2, 3, 4, 5, 6, 7];
    let after = [2, 3, 4, 5, 6, 7, 8];
    let (outcome, _) = read("vobiz", move |count, request| {
        let ids = if count == 0 { before } else { after };
        let page = number(request, "page").unwrap();
        let page = ids.chunks(SIZE).nth(page - 1).unwrap_or_default();
        let records: Vec<_> = page
            .iter()
            .map(|n| json!({"auth_id": n.to_string()}))
            .collect();
        (
            200,
            json!({"sub_accounts": records, "total": 7, "size": SIZE}),
        )
    })
    .await;
    // A second read finds the one that the first one missed.
    assert!(judged(&outcome, 8).complete);
    assert_ne!(outcome.report.sources[0].certainty, Certainty::Proved);
    // The issue's example: two repeats, one creation.
    let (outcome, _) = read("vobiz", |count, request| {
        let lists: [&[usize]; 2] = [&[1, 2, 3, 4, 5, 6, 7], &[0, 2, 3, 4, 1, 7, 5, 6]];
        let ids = lists[count.min(1)];
        let page = number(request, "page").unwrap();
        let page = ids.chunks(SIZE).nth(page - 1).unwrap_or_default();
        let records: Vec<_> = page
            .iter()
            .map(|n| json!({"auth_id": n.to_string()}))
            .collect();
        (
            200,
            json!({"sub_accounts": records, "total": ids.len(), "size": SIZE}),
        )
    })
    .await;
    assert!(judged(&outcome, 8).complete, "{:?}", outcome.report);
}

#[tokio::test]
async fn a_last_page_that_is_repeated_beyond_the_end_is_told_from_a_list_cut_short() {
    let repeating = |there: usize, last: usize| {
        move |_, request: &Request| {
            let size = number(request, "size").unwrap().min(SIZE);
            let page = number(request, "page")
                .unwrap()
                .min(last.min(there.div_ceil(size)));
            let from = (page - 1) * size;
            let body = json!({"sub_accounts": records(from, there.min(from + size)), "total": there, "size": size});
            (200, body)
        }
    };
    let (outcome, requests) = read("vobiz", repeating(9, 99)).await;
    let source = judged(&outcome, 9);
    assert_eq!(
        (source.complete, source.certainty),
        (true, Certainty::Proved),
        "{source:?}"
    );
    assert!(requests < 12, "{requests}");
    // A server that has no page after the second one.
    let (outcome, _) = read("vobiz", repeating(9, 2)).await;
    assert!(!judged(&outcome, 9).complete);
    assert_eq!(outcome.tenants.len(), 6);
}

#[tokio::test]
async fn a_refused_page_beyond_the_last_full_one_is_the_end() {
    let (outcome, requests) = read("vobiz", |_, request| {
        let page = number(request, "page").unwrap();
        let body =
            json!({"sub_accounts": records(page * 3 - 3, page * 3), "total": 6, "size": SIZE});
        if page > 2 {
            (404, json!({"error": "no such page"}))
        } else {
            (200, body)
        }
    })
    .await;
    assert_eq!(
        (judged(&outcome, 6).certainty, requests),
        (Certainty::Proved, 3)
    );
}

#[tokio::test]
async fn an_empty_page_costs_no_page_behind_it() {
    let (outcome, _) = numbered(12, |_, page, _, _| match page {
        2 => json!({"sub_accounts": [], "total": 12, "size": SIZE}),
        _ => json!({"total": 12, "size": SIZE}),
    })
    .await;
    assert!(!judged(&outcome, 12).complete);
    assert!(outcome.tenants.len() >= 9, "{:?}", outcome.ids());
}

#[tokio::test]
async fn totals_that_wobble_keep_no_tenant_back() {
    let (outcome, requests) = numbered(
        40,
        |count, _, _, _| json!({"total": 40 + count % 2, "size": SIZE}),
    )
    .await;
    let source = judged(&outcome, 40);
    assert_eq!(
        (source.complete, source.certainty),
        (true, Certainty::Agreed),
        "{source:?}"
    );
    assert!(requests < 200, "{requests}");
}

/// A list by cursors: what each cursor leads to.
async fn linked(
    answer: impl Fn(usize, Option<&str>) -> (u16, Value) + Send + Sync + 'static,
) -> Outcome {
    let answer = move |count: usize, request: &Request| {
        let mut pairs = request.url.query_pairs();
        let status = request.url.query_pairs().any(|(key, _)| key == "status");
        let cursor = pairs
            .find(|(key, _)| key == "cursor")
            .map(|(_, value)| value);
        if status {
            return (200, json!({"items": [], "nextCursor": null}));
        }
        answer(count, cursor.as_deref())
    };
    read("layers", answer).await.0
}

fn item(id: &str) -> Value {
    json!({"id": format!("org_{id}"), "status": "active"})
}

#[tokio::test]
async fn a_continuation_under_another_name_is_noticed() {
    for around in [
        json!({"hasMore": true, "pagination": {"after": "x"}}),
        json!({"nextCursor": null, "hasMore": true, "pagination": {"after": "x"}}),
        json!({"nextCursor": null, "next": "/v1/organizations?cursor=x"}),
        json!({"nextCursor": null, "meta": {"next_page_token": "x"}}),
        json!({"nextCursor": null, "response": {"paginationToken": "x"}}),
        json!({"nextCursor": null, "isLast": false}),
        json!({"nextCursor": null, "total": 25}),
    ] {
        let body = around.clone();
        let outcome = linked(move |_, _| {
            let mut body = body.clone();
            body["items"] = json!([item("1")]);
            (200, body)
        })
        .await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete, "{around}");
        assert_eq!(
            (source.tenants, source.certainty),
            (1, Certainty::Unproved),
            "{around}"
        );
    }
    // What says that nothing follows is no doubt.
    let outcome = linked(|_, _| {
        let page = json!({"has_more": false, "end_cursor": "x"});
        (
            200,
            json!({"items": [item("1")], "nextCursor": null, "pagination": page}),
        )
    })
    .await;
    assert!(outcome.report.complete);
}

#[tokio::test]
async fn a_list_beside_an_error_is_not_whole() {
    for around in [
        json!({"error": {"code": "INTERNAL"}}),
        json!({"errors": ["shard 3 is down"]}),
        json!({"incomplete_results": true}),
        json!({"timed_out": true}),
        json!({"truncated": true}),
        json!({"success": false}),
        json!({"status": "partial"}),
        json!({"_shards": {"total": 5, "failed": 1}}),
        json!({"meta": {"partial": true}}),
    ] {
        let body = around.clone();
        let outcome = linked(move |_, _| {
            let mut body = body.clone();
            body["items"] = json!([item("1")]);
            body["nextCursor"] = Value::Null;
            (200, body)
        })
        .await;
        assert!(!outcome.report.complete, "{around}");
        assert_eq!(outcome.tenants.len(), 1, "{around}");
    }
}

#[tokio::test]
async fn lists_that_can_be_read_are_complete() {
    // A cursor that is a number, and one that is empty at the end.
    let outcome = linked(|_, cursor| match cursor {
        None => (200, json!({"items": [item("1")], "nextCursor": 17})),
        Some("17") => (200, json!({"items": [item("2")], "nextCursor": ""})),
        other => panic!("{other:?}"),
    })
    .await;
    assert_eq!(outcome.ids(), ["org_1", "org_2"]);
    assert!(outcome.report.complete);

    // An empty list that is null.
    let outcome = linked(|_, _| (200, json!({"items": null, "nextCursor": null}))).await;
    assert!(outcome.report.complete, "{:?}", outcome.report);

    // A cursor that expires once.
    for status in [400, 404, 410] {
        let outcome = linked(move |count, cursor| match (count, cursor) {
            (1, _) => (
                status,
                json!({"error": {"code": "CURSOR_EXPIRED", "message": "expired"}}),
            ),
            (_, None) => (200, json!({"items": [item("1")], "nextCursor": "b"})),
            (_, Some(_)) => (200, json!({"items": [item("2")], "nextCursor": null})),
        })
        .await;
        assert_eq!(outcome.ids(), ["org_1", "org_2"], "{status}");
        assert!(outcome.report.complete, "{status}: {:?}", outcome.report);
    }
}

#[tokio::test]
async fn a_list_that_collapses_at_a_link_is_followed_once_more() {
    let outcome = linked(|count, cursor| match (count, cursor) {
        (_, None) => (200, json!({"items": [item("1")], "nextCursor": "b"})),
        (1, _) => (200, json!({"items": [], "nextCursor": null})),
        (_, Some(_)) => (200, json!({"items": [item("2")], "nextCursor": null})),
    })
    .await;
    assert_eq!(outcome.ids(), ["org_1", "org_2"]);
    assert!(outcome.report.complete);
}

#[tokio::test]
async fn a_header_that_leads_on_is_noticed() {
    let server = MockServer::start().await;
    let next = r#"</v1/organizations?cursor=x>; rel="next""#;
    let page = json!({"items": [item("1")], "nextCursor": null});
    let answer = ResponseTemplate::new(200).set_body_json(page);
    Mock::given(wiremock::matchers::any())
        .respond_with(answer.insert_header("link", next))
        .mount(&server)
        .await;
    let layers = account(provider("layers"), "a", &server.uri(), "key");
    let outcome = list(vec![layers], Query::default()).await;
    assert!(!outcome.report.complete);
    assert_eq!(outcome.tenants.len(), 1);
}

#[tokio::test]
async fn records_without_an_identity_are_counted_one_by_one() {
    let outcome = linked(|_, cursor| match cursor {
        None => (
            200,
            json!({"items": [{"name": "x"}, {"name": "x"}], "nextCursor": "b"}),
        ),
        Some(_) => (200, json!({"items": [{"name": "x"}], "nextCursor": null})),
    })
    .await;
    assert_eq!(outcome.report.sources[0].quarantined, 3);
}

#[tokio::test]
async fn a_total_in_quotes_counts_in_one_body_too() {
    let (outcome, _) = read("omnidim", |_, _| {
        (
            200,
            json!({"success": true, "organizations": [{"id": 1}], "total_organizations": "2"}),
        )
    })
    .await;
    assert!(!outcome.report.complete);
    assert_eq!(outcome.tenants.len(), 1);

    // A total that the document promises and that is absent proves nothing either.
    let (outcome, _) = read("omnidim", |_, _| {
        (200, json!({"success": true, "organizations": [{"id": 1}]}))
    })
    .await;
    let source = judged(&outcome, 1);
    assert_eq!(
        (source.complete, source.certainty),
        (true, Certainty::Assumed)
    );
}

#[tokio::test]
async fn a_list_of_unreadable_records_that_never_ends_is_given_up() {
    let (outcome, sent) = numbered(
        usize::MAX,
        |_, _, _, _| json!({"sub_accounts": [[1], [1], [1]], "total": 3, "size": SIZE}),
    )
    .await;
    assert!(!judged(&outcome, 0).complete);
    assert!(sent < 500, "{sent} requests");
}
