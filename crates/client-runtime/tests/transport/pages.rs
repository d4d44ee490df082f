//! Which requests the streams over pages and items send, and where they end.

use client_runtime::{Call, Credentials, Error, ErrorKind, Items, Method, Pages, Transport};
use serde::Deserialize;
use wiremock::matchers::any;
use wiremock::matchers::{query_param, query_param_is_missing};
use wiremock::{Mock, MockServer};

use super::{TOKEN, json, options, request, requests, transport};

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<u32>,
    next: Option<String>,
    more: Option<bool>,
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
        "list-things: no page can be requested after this one: it names itself as the next one"
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

#[tokio::test]
async fn a_list_by_key_ends_where_it_says_so_or_with_an_empty_page() {
    let by_key = |server: &MockServer| {
        let call = request(&transport(&server.uri(), &options()));
        let last = |page: &Page| page.items.last().map(u32::to_string);
        items(Pages::by_key(
            call,
            "after",
            |page| page.items.len(),
            last,
            |page| page.more,
        ))
    };
    let first = r#"{"items": [1, 2], "more": true}"#;
    let pages = [
        (None, first),
        (Some("2"), r#"{"items": [3], "more": false}"#),
    ];
    let says = server("after", &pages).await;
    assert_eq!(all(by_key(&says)).await.unwrap(), [1, 2, 3]);
    assert_eq!(queries(&says).await, ["", "after=2"]);
    assert_eq!(all(by_key(&says).resume("2")).await.unwrap(), [3]);

    let pages = [(None, r#"{"items": [1]}"#), (Some("1"), r#"{"items": []}"#)];
    let silent = server("after", &pages).await;
    assert_eq!(all(by_key(&silent)).await.unwrap(), [1]);

    let contradictory = server("after", &[(None, r#"{"items": [], "more": true}"#)]).await;
    let error = all(by_key(&contradictory)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it is empty, although more items follow"),
        "{error}"
    );
}

#[test]
fn the_identity_of_a_record_is_read_whether_it_can_be_decoded_or_not() {
    let identity = |text: &str| {
        let raw = serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
        let record = client_runtime::Record::<Page>::read(raw);
        client_runtime::identity(&record, "id")
    };
    assert_eq!(identity(r#"{"id": "a\u0062"}"#).as_deref(), Some("ab"));
    assert_eq!(
        identity(r#"{"id": 12345678901234567890123}"#).as_deref(),
        Some("12345678901234567890123")
    );
    assert_eq!(identity(r#"{"id": null}"#), None);
    assert_eq!(identity("[]"), None);
}

fn by_address(transport: &Transport) -> Pages<Page> {
    let mut call = Call::new(transport, "list-things", Method::GET, "/things/{id}/");
    call.set_path("id", "a b");
    call.set_query("size", Some(2));
    Pages::by_address(call, |page| page.next.clone())
}

#[tokio::test]
async fn an_address_is_followed_by_its_query_and_the_credentials_stay_here() {
    let thief = MockServer::start().await;
    let addresses = [
        "/v1/things/a%20b/?size=2&page=2".to_owned(),
        format!("{}/things/a%20b?page=3&key=echoed%2Fkey", thief.uri()),
        "?page=4".to_owned(),
    ];
    let server = MockServer::start().await;
    for (page, next) in (2..).zip(addresses) {
        let body = format!(r#"{{"items": [{page}], "next": "{next}"}}"#);
        let mock = match page {
            2 => Mock::given(query_param_is_missing("page")),
            page => Mock::given(query_param("page", (page - 1).to_string())),
        };
        mock.respond_with(json(200, &body)).mount(&server).await;
    }
    let last = json(200, r#"{"items": [5], "next": null}"#);
    Mock::given(query_param("page", "4"))
        .respond_with(last)
        .mount(&server)
        .await;
    let credentials = Credentials::new().query("key", "echoed/key").bearer(TOKEN);
    let transport = Transport::new(&server.uri(), credentials, &options()).unwrap();
    let mut pages = by_address(&transport);
    assert_eq!(requests(&server).await, 0);
    pages.next().await.unwrap().unwrap();
    pages.next().await.unwrap().unwrap();
    let continuation = pages.continuation().unwrap().to_owned();
    assert_eq!(continuation, "page=3");
    assert_eq!(
        all(items(by_address(&transport).resume(continuation)))
            .await
            .unwrap(),
        [4, 5]
    );
    assert_eq!(
        queries(&server).await,
        [
            "size=2&key=echoed%2Fkey",
            "size=2&page=2&key=echoed%2Fkey",
            "page=3&key=echoed%2Fkey",
            "page=4&key=echoed%2Fkey"
        ]
    );
    assert_eq!(requests(&thief).await, 0);
}

#[tokio::test]
async fn an_address_with_another_path_is_refused() {
    for next in ["/keys?page=2", "https://a.test/things/a%20b/more", "//["] {
        let server = MockServer::start().await;
        let body = format!(r#"{{"items": [1], "next": "{next}"}}"#);
        Mock::given(any())
            .respond_with(json(200, &body))
            .mount(&server)
            .await;
        let mut pages = by_address(&transport(&server.uri(), &options()));
        let error = pages.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{next}: {error}");
        assert!(pages.next().await.is_none());
        assert_eq!(requests(&server).await, 1);
    }
}

#[tokio::test]
async fn links_in_headers_are_followed_until_there_is_none() {
    let server = MockServer::start().await;
    let first = json(200, r#"{"items": [1]}"#);
    let link = r#"</things?page=9>; rel="last", </things?page=2>; rel="next""#;
    let first = first.insert_header("link", link);
    Mock::given(query_param_is_missing("page"))
        .respond_with(first)
        .mount(&server)
        .await;
    let second = json(200, r#"{"items": [2]}"#);
    Mock::given(query_param("page", "2"))
        .respond_with(second)
        .mount(&server)
        .await;
    let call = request(&transport(&server.uri(), &options()));
    let pages = Pages::by_link(call, "next");
    assert_eq!(all(items(pages)).await.unwrap(), [1, 2]);
    assert_eq!(queries(&server).await, ["", "page=2"]);
}
