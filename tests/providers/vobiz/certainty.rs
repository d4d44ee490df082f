//! Numbered lists whose server departs from its document: none is proved or agreed, or complete, with tenants missing.

use serde_json::{Value, json};
use tenancy::Certainty;
use wiremock::Request;

use super::super::server::{SIZE, judged, query_value, read};
use crate::Outcome;

fn number(request: &Request, name: &str) -> usize {
    query_value(request, name).unwrap().parse().unwrap()
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
        let page = number(request, "page");
        let size = number(request, "size").min(SIZE);
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
        let page = number(request, "page");
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
        let page = number(request, "page");
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
    // The example: two repeats, one creation.
    let (outcome, _) = read("vobiz", |count, request| {
        let lists: [&[usize]; 2] = [&[1, 2, 3, 4, 5, 6, 7], &[0, 2, 3, 4, 1, 7, 5, 6]];
        let ids = lists[count.min(1)];
        let page = number(request, "page");
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
            let size = number(request, "size").min(SIZE);
            let page = number(request, "page").min(last.min(there.div_ceil(size)));
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
        let page = number(request, "page");
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
async fn trouble_beyond_the_last_full_page_does_not_cost_the_list() {
    for (status, beyond) in [
        (500, json!({"error": "offset out of bounds"})),
        (403, json!({"error": "page out of range"})),
        (200, json!({})),
        (
            200,
            json!({"sub_accounts": [], "total": 6, "error": "page out of range"}),
        ),
    ] {
        let (outcome, _) = read("vobiz", move |_, request| {
            let size = number(request, "size");
            let from = (number(request, "page") - 1) * size;
            match from {
                0..6 => (
                    200,
                    json!({"sub_accounts": records(from, 6.min(from + size)), "total": 6}),
                ),
                _ => (status, beyond.clone()),
            }
        })
        .await;
        assert_eq!(judged(&outcome, 6).certainty, Certainty::Proved);
    }
}

#[tokio::test]
async fn empty_pages_cost_no_page_behind_them() {
    for (empty, sent) in [(&[2][..], 11), (&[1, 3], 6)] {
        let (outcome, _) = numbered(12, |_, page, _, _| match empty.contains(&page) {
            true => json!({"sub_accounts": [], "total": 12, "size": SIZE}),
            false => json!({"total": 12, "size": SIZE}),
        })
        .await;
        assert!(!judged(&outcome, 12).complete);
        assert_eq!(outcome.tenants.len(), sent);
    }
}

/// The total counts the records that are shown, and pages have those of their places that are.
#[tokio::test]
async fn pages_behind_hidden_records_are_requested() {
    let (outcome, _) = numbered(11, |_, _, from, to| {
        let shown = |range: std::ops::Range<usize>| records(range.start, range.end);
        let items = [shown(from..to.min(4)), shown(from.max(7)..to)].concat();
        json!({"sub_accounts": items, "total": 8, "size": SIZE})
    })
    .await;
    assert!(!judged(&outcome, 8).complete);
    assert_eq!(outcome.tenants.len(), 8);
}

#[tokio::test]
async fn a_page_that_says_it_is_another_one_is_noticed() {
    let (outcome, _) = read("vobiz", |_, request| {
        let (page, items) = match number(request, "page") {
            1 => (1, records(0, 3)),
            2 => (3, records(6, 9)),
            _ => (3, Vec::new()),
        };
        (
            200,
            json!({"sub_accounts": items, "total": null, "page": page, "size": SIZE}),
        )
    })
    .await;
    let source = judged(&outcome, 9);
    assert_eq!(source.because[0].code, "place_contradicted");
}

#[tokio::test]
async fn numbers_that_are_counted_in_another_way_cost_the_proof_and_not_the_list() {
    for (first, then, last, complete) in [
        (0, 1, 2, true),
        (1, 1, 1, true),
        (0, 0, 0, true),
        (1, 2, 2, false),
        (2, 3, 4, false),
    ] {
        let (outcome, requests) = numbered(7, move |_, page, _, _| {
            let stated = [first, then, last][page - 1];
            json!({"total": 7, "size": SIZE, "page": stated})
        })
        .await;
        let source = judged(&outcome, 7);
        let certainty = match complete {
            true => Certainty::Assumed,
            false => Certainty::Unproved,
        };
        assert_eq!(
            (source.complete, source.certainty),
            (complete, certainty),
            "{source:?}"
        );
        assert!(requests == 3 || !complete, "{requests}");
    }
}

/// One of two replicas lags behind.
#[tokio::test]
async fn a_contradicted_total_is_not_expected() {
    for lag in [1, 2] {
        let (outcome, _) = numbered(
            11,
            move |count, _, _, _| json!({"total": 11 - count % 2 * lag, "size": SIZE}),
        )
        .await;
        let source = judged(&outcome, 11);
        assert!(matches!(source.expected, None | Some(11)), "{source:?}");
    }
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

/// Lists that contradict themselves in the same way however often they are read.
#[tokio::test]
async fn reads_that_contradict_themselves_alike_do_not_agree() {
    type Around = fn(usize, usize, usize) -> Value;
    let cases: [(&str, usize, Around); 7] = [
        (
            "null beside an error",
            0,
            |_, _, _| json!({"sub_accounts": null, "total": 0, "error": "x"}),
        ),
        (
            "null of seven",
            0,
            |_, _, _| json!({"sub_accounts": null, "total": 7}),
        ),
        ("a total that falls", 6, |page, from, to| match page {
            1 => json!({"sub_accounts": records(from, to), "total": 7}),
            2 => json!({"sub_accounts": records(from, to), "total": 6}),
            _ => json!({"sub_accounts": [], "total": 6}),
        }),
        ("a collapse", 3, |page, from, to| match page {
            1 => json!({"sub_accounts": records(from, to), "total": to - from}),
            _ => json!({"sub_accounts": [], "total": 0}),
        }),
        ("a size that alternates", 5, |page, _, _| match page {
            1 => json!({"sub_accounts": records(0, 2), "size": 2}),
            2 => json!({"sub_accounts": records(3, 6), "size": 3}),
            _ => json!({"sub_accounts": []}),
        }),
        (
            "records elsewhere",
            0,
            |_, from, to| json!({"sub_accounts": [], "data": records(from, to)}),
        ),
        (
            "pages that are counted",
            3,
            |_, _, _| json!({"sub_accounts": records(0, 3), "total": 3, "total_pages": 3, "size": 10}),
        ),
    ];
    for (case, sent, around) in cases {
        let (outcome, requests) = read("vobiz", move |_, request| {
            let (page, size) = (number(request, "page"), number(request, "size").min(SIZE));
            let (from, to) = (((page - 1) * size).min(7), (page * size).min(7));
            (200, around(page, from, to))
        })
        .await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete, "{case}: {source:?}");
        assert!(outcome.tenants.len() >= sent, "{case}: {source:?}");
        assert!(requests < 150, "{case}: {requests}");
    }
}

#[tokio::test]
async fn a_server_that_sends_more_than_it_says_is_read_to_its_end() {
    for total in [0, 3] {
        let (outcome, _) = read("vobiz", move |_, request| {
            let from = ((number(request, "page") - 1) * 4).min(7);
            let to = (from + 4).min(7);
            (
                200,
                json!({"sub_accounts": records(from, to), "total": total, "size": 2}),
            )
        })
        .await;
        assert_eq!(outcome.tenants.len(), 7, "{total}: {:?}", outcome.report);
    }
}

#[tokio::test]
async fn totals_of_the_page_end_at_an_empty_page_where_the_page_before_is_not_full() {
    let (outcome, _) = numbered(
        3,
        |_, _, from, to| json!({"total": to - from, "size": SIZE}),
    )
    .await;
    let source = judged(&outcome, 3);
    assert!(source.complete, "{source:?}");
}
