//! Every family of paging that no provider of the registry has, over real HTTP: how certain an honest list is and what it costs,
//! and that one whose server departs from its document is neither proved nor complete with tenants missing.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod imaginary;
mod joined;
mod keysets;
mod lists;
mod repeated;
mod totals;

use imaginary::{
    Addresses, BareArrays, Keysets, LinkHeaders, Offsets, SIZE, body, number, page, read,
    read_with, thing,
};
use serde_json::{Value, json};
use tenancy::{Certainty, Query};
use tenancy_tests::Outcome;
use wiremock::ResponseTemplate;

const THERE: usize = 7;

/// A list that came whole.
fn assert_whole(outcome: &Outcome, certainty: Certainty) {
    let source = &outcome.report.sources[0];
    assert_eq!(
        (source.complete, source.certainty),
        (true, certainty),
        "{source:?}"
    );
    let mut ids = outcome.ids();
    ids.sort_unstable();
    let expected: Vec<_> = (1..=THERE).map(|n| n.to_string()).collect();
    assert_eq!(ids, expected);
}

/// A list in doubt, of which the server sent so many tenants.
fn assert_doubted(outcome: &Outcome, sent: usize) {
    let source = &outcome.report.sources[0];
    assert_eq!(
        (source.complete, source.certainty),
        (false, Certainty::Unproved),
        "{source:?}"
    );
    assert_eq!(outcome.tenants.len(), sent);
}

#[tokio::test]
async fn a_list_by_offsets() {
    for total_of_page in [false, true] {
        let (outcome, requests) = read::<Offsets>(move |_, request| {
            let items = page(THERE, number(request, "offset").unwrap());
            let total = if total_of_page { items.len() } else { THERE };
            body(json!({"items": items, "total": total}))
        })
        .await;
        match total_of_page {
            false => {
                assert_whole(&outcome, Certainty::Proved);
                assert_eq!(requests, 3);
            }
            true => assert_whole(&outcome, Certainty::Agreed),
        }
    }
}

/// A server whose second page begins one record too late.
#[tokio::test]
async fn a_second_read_is_in_pages_of_another_size() {
    for total in [json!(null), json!(THERE - 2), json!("of the page")] {
        let mut query = Query::default();
        query.verify = total.is_null();
        let (outcome, _) = read_with::<Offsets>(query, move |_, request| {
            let from = number(request, "offset").unwrap();
            let limit = number(request, "limit").unwrap();
            let from = from + usize::from(from > 0);
            let to = (from + limit).min(THERE);
            let items: Vec<_> = (from..to).map(|rank| thing(THERE - rank)).collect();
            let total = if total.is_string() {
                items.len().into()
            } else {
                total.clone()
            };
            body(json!({"items": items, "total": total}))
        })
        .await;
        assert_eq!(outcome.tenants.len(), THERE);
    }
}

#[tokio::test]
async fn a_server_that_refuses_large_offsets() {
    let (outcome, _) = read::<Offsets>(|_, request| match number(request, "offset").unwrap() {
        from if from > 4 => ResponseTemplate::new(400),
        from => body(json!({"items": page(THERE, from), "total": THERE})),
    })
    .await;
    let source = &outcome.report.sources[0];
    assert!(!source.complete && source.certainty == Certainty::Unproved);
    assert_eq!(outcome.tenants.len(), 6);
}

#[tokio::test]
async fn a_list_by_addresses() {
    // The address may be relative.
    let (outcome, requests) = read::<Addresses>(|_, request| {
        let from = number(request, "from").unwrap_or_default();
        let next = (from + SIZE < THERE).then(|| format!("/things?from={}", from + SIZE));
        body(json!({"items": page(THERE, from), "next": next}))
    })
    .await;
    assert_whole(&outcome, Certainty::Assumed);
    assert_eq!(requests, 3);

    for around in [
        json!({"next": null, "links": {"next": "/things?from=3"}}),
        json!({"next": null, "has_next": true}),
        json!({"next": 3.5}),
    ] {
        let (outcome, _) = read::<Addresses>(move |_, _| {
            let mut around = around.clone();
            around["items"] = page(THERE, 0).into();
            body(around)
        })
        .await;
        assert_doubted(&outcome, SIZE);
    }
}

#[tokio::test]
async fn a_list_by_link_headers() {
    let link = |to: usize| format!(r#"</things?from={to}>; rel="next", </things>; rel="first""#);
    let (outcome, requests) = read::<LinkHeaders>(move |_, request| {
        let from = number(request, "from").unwrap_or_default();
        let answer = body(page(THERE, from).into());
        match from + SIZE {
            next if next < THERE => answer.insert_header("link", link(next)),
            _ => answer.insert_header("link", r#"</things>; rel="first""#),
        }
    })
    .await;
    assert_whole(&outcome, Certainty::Assumed);
    assert_eq!(requests, 3);

    // The header is lost on the way, whatever the size of the page.
    let (outcome, _) = read::<LinkHeaders>(|_, request| {
        let limit = number(request, "limit").unwrap();
        body((0..limit).map(|rank| thing(THERE - rank)).collect())
    })
    .await;
    assert_doubted(&outcome, SIZE);
}

/// The page after a record, in the list of these.
fn after(ids: &[usize], last: Option<usize>) -> (Vec<Value>, bool) {
    let rank = |id| ids.iter().position(|other| *other == id);
    let from = last.map_or(0, |id| rank(id).unwrap() + 1);
    let to = (from + SIZE).min(ids.len());
    let items = ids[from..to].iter().copied().map(thing).collect();
    (items, to < ids.len())
}

#[tokio::test]
async fn a_list_by_keys() {
    let (outcome, requests) = read::<Keysets>(|_, request| {
        let (items, has_more) = after(&[7, 6, 5, 4, 3, 2, 1], number(request, "after"));
        body(json!({"items": items, "has_more": has_more}))
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
    assert_eq!(requests, 3);

    // Sorted by time of update: after the first page, a tenant moves from the end to the front.
    let (outcome, _) = read::<Keysets>(|count, request| {
        let lists: [&[usize]; 2] = [&[3, 6, 7, 4, 1, 2, 5], &[2, 3, 6, 7, 4, 1, 5]];
        let (items, has_more) = after(lists[count.min(1)], number(request, "after"));
        body(json!({"items": items, "has_more": has_more}))
    })
    .await;
    assert_whole(&outcome, Certainty::Agreed);
}

#[tokio::test]
async fn a_list_of_bare_arrays() {
    let (outcome, requests) = read::<BareArrays>(|_, request| {
        let from = (number(request, "page").unwrap() - 1) * SIZE;
        body(page(THERE, from).into())
    })
    .await;
    assert_whole(&outcome, Certainty::Assumed);
    assert_eq!(requests, 3);

    // A server that knows no page but the first.
    let (outcome, _) = read::<BareArrays>(|_, _| body(page(THERE, 0).into())).await;
    assert_doubted(&outcome, SIZE);
}

#[tokio::test]
async fn an_empty_answer_beyond_the_end() {
    let all: Vec<_> = (1..=THERE).rev().map(thing).collect();
    let (outcome, _) = read::<BareArrays>(move |_, request| match number(request, "page") {
        Some(1) => body(all.clone().into()),
        _ => ResponseTemplate::new(204),
    })
    .await;
    assert_whole(&outcome, Certainty::Assumed);
    let (outcome, _) = read::<Keysets>(|_, request| {
        let last = number(request, "after").unwrap_or(THERE + 1);
        let items: Vec<_> = (1..last).rev().map(thing).collect();
        match items.len() {
            0 => ResponseTemplate::new(204),
            sent => body(json!({"items": items, "has_more": sent == THERE})),
        }
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
}

#[tokio::test]
async fn an_answer_that_is_only_a_part_is_listed_and_is_not_all() {
    for status in [203, 206] {
        let (outcome, _) = read::<Offsets>(move |_, request| {
            let from = number(request, "offset").unwrap();
            let items = page(THERE, from);
            let status = if from == 0 { status } else { 200 };
            ResponseTemplate::new(status).set_body_json(json!({"items": items, "total": THERE}))
        })
        .await;
        assert_doubted(&outcome, THERE);
        let error = outcome.report.sources[0].error.as_ref().unwrap();
        assert!(error.starts_with(&status.to_string()), "{error}");
    }
}

/// A list that is empty for once, and one that is empty.
#[tokio::test]
async fn a_list_in_which_nothing_is_found_is_read_once_more() {
    let (outcome, _) = read::<Offsets>(|count, request| match count {
        0 => body(json!({"items": [], "total": 0})),
        _ => {
            let items = page(THERE, number(request, "offset").unwrap());
            body(json!({"items": items, "total": THERE}))
        }
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
    let (outcome, requests) = read::<Offsets>(|_, _| body(json!({"items": [], "total": 0}))).await;
    let source = &outcome.report.sources[0];
    assert_eq!(
        (source.complete, source.certainty, requests),
        (true, Certainty::Proved, 2)
    );
}
