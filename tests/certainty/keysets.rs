//! Lists by the identity of the last record, which each page names, over real HTTP.

use serde_json::{Value, json};
use tenancy::Certainty;
use wiremock::ResponseTemplate;

use crate::imaginary::{NamedKeysets, body, number, read};
use crate::{after, assert_doubted, assert_whole};

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
