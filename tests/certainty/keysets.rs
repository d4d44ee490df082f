//! Lists by the identity of the last record, which each page names, over real HTTP.

use serde_json::{Value, json};
use tenancy::{Certainty, Query};
use tenancy_tests::{list, resume};
use wiremock::{Request, ResponseTemplate};

use crate::imaginary::{Keysets, NamedKeysets, at, body, number, read, read_with, serve};
use crate::{THERE, after, assert_doubted, assert_whole};

const LIST: [usize; 7] = [7, 6, 5, 4, 3, 2, 1];

/// An honest page, and the record that it names.
fn named(last: Option<usize>) -> (Vec<Value>, Value) {
    let (items, has_more) = after(&LIST, last);
    let name = items
        .last()
        .filter(|_| has_more)
        .map(|item| item["id"].clone());
    (items, name.unwrap_or_default())
}

fn answer(items: &[Value], name: &Value) -> ResponseTemplate {
    body(json!({"items": items, "list_metadata": {"after": name}}))
}

#[tokio::test]
async fn a_list_whose_pages_name_their_last_records() {
    let (outcome, requests) = read::<NamedKeysets>(|_, request| {
        let (items, name) = named(number(request, "after"));
        answer(&items, &name)
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn a_page_that_is_empty_once_or_always() {
    for always in [false, true] {
        let (outcome, _) = read::<NamedKeysets>(move |count, request| {
            let last = number(request, "after");
            let (items, name) = named(last);
            match last.is_none() && (always || count == 0) {
                true => answer(&[], &name),
                false => answer(&items, &name),
            }
        })
        .await;
        match always {
            false => assert_whole(&outcome, Certainty::Proved),
            true => assert_doubted(&outcome, 4),
        }
    }
}

#[tokio::test]
async fn a_page_that_lacks_the_record_that_it_names() {
    let (outcome, requests) = read::<NamedKeysets>(|_, request| {
        let last = number(request, "after");
        let (mut items, name) = named(last);
        if last.is_none() {
            items.pop();
        }
        answer(&items, &name)
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn a_page_that_names_no_identity() {
    let (outcome, _) = read::<NamedKeysets>(|_, request| {
        let mut pairs = request.url.query_pairs();
        let last = pairs.find(|(key, _)| key == "after");
        let last = match last.as_ref().map(|(_, value)| value.strip_prefix("token-")) {
            None => None,
            Some(None) => return ResponseTemplate::new(400),
            Some(Some(id)) => id.parse().ok(),
        };
        let (items, name) = named(last);
        let token = name.as_str().map(|id| format!("token-{id}"));
        answer(&items, &json!(token))
    })
    .await;
    assert_whole(&outcome, Certainty::Assumed);
}

#[tokio::test]
async fn an_object_around_the_name_that_is_null_or_absent() {
    for around in [json!({"list_metadata": null}), json!({})] {
        let (outcome, _) = read::<NamedKeysets>(move |_, request| {
            let (items, _) = named(number(request, "after"));
            let mut around = around.clone();
            around["items"] = items.into();
            body(around)
        })
        .await;
        assert_whole(&outcome, Certainty::Assumed);
    }
}

#[tokio::test]
async fn a_server_that_ignores_the_position_and_sends_a_record_that_cannot_be_read() {
    let (outcome, requests) = read::<NamedKeysets>(|_, _| {
        let (mut items, name) = named(None);
        items.insert(1, json!("?"));
        answer(&items, &name)
    })
    .await;
    let source = &outcome.report.sources[0];
    assert_eq!(
        (source.complete, source.certainty),
        (false, Certainty::Unproved)
    );
    assert_eq!(outcome.tenants.len(), 3);
    assert!(requests < 40, "{requests}");
}

#[tokio::test]
async fn pages_that_begin_with_the_record_that_they_should_begin_after() {
    let (outcome, _) = read::<NamedKeysets>(|_, request| {
        let last = number(request, "after").map(|id| id + 1);
        let (items, name) = named(last.filter(|id| *id <= 7));
        answer(&items, &name)
    })
    .await;
    assert_whole(&outcome, Certainty::Proved);
    assert_eq!(outcome.report.sources[0].duplicates, 2);
}

/// A page of a list in which two records at a time were created in the same second. A server that `skips` begins a page after all
/// records of that second.
fn tied(request: &Request, skips: bool) -> ResponseTemplate {
    let second = |id: usize| id / 2;
    let follows = |id: &usize| match number(request, "after") {
        Some(last) if skips => second(*id) < second(last),
        Some(last) => *id < last,
        None => true,
    };
    let mut ids: Vec<_> = LIST.into_iter().filter(follows).collect();
    let limit = number(request, "limit").unwrap();
    let has_more = ids.len() > limit;
    ids.truncate(limit);
    let item = |id: usize| json!({"id": id.to_string(), "created": format!("2026-01-01T00:00:{:02}Z", second(id))});
    let items: Vec<_> = ids.into_iter().map(item).collect();
    body(json!({"items": items, "has_more": has_more}))
}

#[tokio::test]
async fn records_of_the_same_second_prove_nothing_and_are_read_again_in_other_pages() {
    let mut verified = Query::default();
    verified.verify = true;
    let (outcome, _) = read::<Keysets>(|_, request| tied(request, false)).await;
    assert_whole(&outcome, Certainty::Assumed);
    assert_eq!(outcome.report.sources[0].because[0].code, "ties");
    let (outcome, _) =
        read_with::<Keysets>(verified.clone(), |_, request| tied(request, false)).await;
    assert_whole(&outcome, Certainty::Agreed);

    let (outcome, _) = read::<Keysets>(|_, request| tied(request, true)).await;
    assert_eq!(outcome.tenants.len(), THERE - 1);
    assert_eq!(outcome.report.sources[0].certainty, Certainty::Assumed);
    let (outcome, _) = read_with::<Keysets>(verified, |_, request| tied(request, true)).await;
    assert_doubted(&outcome, THERE);
}

#[tokio::test]
async fn a_second_read_that_is_resumed_has_other_pages_too() {
    let server = serve(|count, request| match count {
        2 => ResponseTemplate::new(403),
        _ => tied(request, true),
    })
    .await;
    let mut query = Query::default();
    query.verify = true;
    let outcome = list(vec![at::<Keysets>(&server)], query.clone()).await;
    assert_doubted(&outcome, THERE - 1);
    let outcome = resume(vec![at::<Keysets>(&server)], query, outcome.report).await;
    assert_doubted(&outcome, 1);
}

/// A read in another order than the stated one, and one that happens to be in order.
#[tokio::test]
async fn an_order_that_one_read_refutes_proves_no_later_read() {
    let answer = |count: usize, request: &Request| {
        let unordered = [6, 7, 5, 4, 3, 2, 1];
        let list = if count < 3 { unordered } else { LIST };
        let (items, has_more) = after(&list, number(request, "after"));
        body(json!({"items": items, "has_more": has_more}))
    };
    let (outcome, _) = read::<Keysets>(answer).await;
    assert_whole(&outcome, Certainty::Agreed);

    // The read that is in order is done by another run.
    let server = serve(move |count, request| match count {
        4 => ResponseTemplate::new(403),
        _ => answer(count, request),
    })
    .await;
    let account = || vec![at::<Keysets>(&server)];
    let outcome = list(account(), Query::default()).await;
    assert_doubted(&outcome, THERE);
    let outcome = resume(account(), Query::default(), outcome.report).await;
    let source = &outcome.report.sources[0];
    assert_eq!(
        (source.complete, source.certainty),
        (true, Certainty::Agreed)
    );
}
