//! Which requests the streams over pages and items send, and where they end.

use client_runtime::{Error, ErrorKind, Items, Pages};
use serde::Deserialize;
use wiremock::matchers::{query_param, query_param_is_missing};
use wiremock::{Mock, MockServer};

use super::{json, options, request, requests, transport};

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<u32>,
    next: Option<String>,
}

/// A server with a body for each value of the parameter; `None` for a request without it.
async fn server(parameter: &str, pages: &[(Option<&str>, &str)]) -> MockServer {
    let server = MockServer::start().await;
    for (value, body) in pages {
        let mock = match value {
            Some(value) => Mock::given(query_param(parameter, *value)),
            None => Mock::given(query_param_is_missing(parameter)),
        };
        mock.respond_with(json(200, body)).mount(&server).await;
    }
    server
}

async fn queries(server: &MockServer) -> Vec<String> {
    let received = server.received_requests().await.unwrap();
    let queries = received.iter().map(|request| request.url.query());
    queries
        .map(|query| query.unwrap_or_default().to_owned())
        .collect()
}

fn by_token(server: &MockServer) -> Pages<Page> {
    let mut call = request(&transport(&server.uri(), &options()));
    call.set_query("size", Some(2));
    Pages::by_token(call, "cursor", |page| page.next.clone())
}

fn items(pages: Pages<Page>) -> Items<Page, u32> {
    Items::new(pages, |page| std::mem::take(&mut page.items))
}

async fn all(mut items: Items<Page, u32>) -> Result<Vec<u32>, Error> {
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item?);
    }
    Ok(all)
}

const CHAIN: [(Option<&str>, &str); 3] = [
    (None, r#"{"items": [1, 2], "next": "a"}"#),
    (Some("a"), r#"{"items": [], "next": "b"}"#),
    (Some("b"), r#"{"items": [3], "next": ""}"#),
];

#[tokio::test]
async fn tokens_are_followed_past_an_empty_page_with_every_parameter() {
    let server = server("cursor", &CHAIN).await;
    let pages = by_token(&server);
    assert_eq!(requests(&server).await, 0);
    assert_eq!(all(items(pages)).await.unwrap(), [1, 2, 3]);
    assert_eq!(
        queries(&server).await,
        ["size=2", "size=2&cursor=a", "size=2&cursor=b"]
    );
}

#[tokio::test]
async fn a_list_is_resumed_at_the_page_that_was_not_drained() {
    let server = server("cursor", &CHAIN).await;
    let mut first = items(by_token(&server));
    assert_eq!(first.next().await.unwrap().unwrap(), 1);
    // The first page has no token, and is not drained.
    assert_eq!(first.continuation(), None);
    assert_eq!(first.next().await.unwrap().unwrap(), 2);
    assert_eq!(first.continuation(), Some("a"));
    let resumed = items(by_token(&server)).resume("a");
    assert_eq!(all(resumed).await.unwrap(), [3]);
    assert_eq!(
        queries(&server).await,
        ["size=2", "size=2&cursor=a", "size=2&cursor=b"]
    );
}

#[tokio::test]
async fn a_repeated_token_is_an_error_and_no_endless_list() {
    let server = server("cursor", &[(None, CHAIN[0].1), (Some("a"), CHAIN[0].1)]).await;
    let mut pages = by_token(&server);
    assert!(pages.next().await.unwrap().is_ok());
    let error = pages.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "list-things: the list repeats a page: its next `cursor` is the one that was requested"
    );
    assert!(pages.next().await.is_none());
    assert_eq!(requests(&server).await, 2);
}

#[tokio::test]
async fn numbers_and_offsets_end_with_an_empty_page() {
    let full = r#"{"items": [1, 2]}"#;
    let empty = r#"{"items": []}"#;
    let pages = [(Some("1"), full), (Some("2"), full), (Some("3"), empty)];
    let numbered = server("page", &pages).await;
    let call = request(&transport(&numbered.uri(), &options()));
    let pages = Pages::numbered(call.clone(), "page", 1, |page: &Page| page.items.len());
    assert_eq!(all(items(pages)).await.unwrap(), [1, 2, 1, 2]);
    assert_eq!(queries(&numbered).await, ["page=1", "page=2", "page=3"]);
    let mut second = call;
    second.set_query("page", Some(2));
    let pages = Pages::numbered(second, "page", 1, |page: &Page| page.items.len());
    assert_eq!(all(items(pages)).await.unwrap(), [1, 2]);

    let pages = [(Some("0"), full), (Some("2"), empty)];
    let by_offset = server("offset", &pages).await;
    let call = request(&transport(&by_offset.uri(), &options()));
    let pages = Pages::by_offset(call, "offset", |page: &Page| page.items.len());
    assert_eq!(all(items(pages)).await.unwrap(), [1, 2]);
    assert_eq!(queries(&by_offset).await, ["offset=0", "offset=2"]);
}

#[tokio::test]
async fn a_page_that_fails_ends_the_stream_and_can_be_requested_again() {
    let server = server("cursor", &CHAIN[..1]).await;
    let mut pages = by_token(&server);
    assert_eq!(pages.next().await.unwrap().unwrap().items, [1, 2]);
    assert_eq!(
        pages.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Status
    );
    assert!(pages.next().await.is_none());
    assert_eq!(pages.continuation(), Some("a"));
    assert!(!format!("{pages:?}").contains("\"a\""));
}
