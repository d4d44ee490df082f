//! What a call sends of its parameters and body.

use std::time::Duration;

use client_runtime::{Call, ErrorKind, Method};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use super::{TOKEN, json, options, request, requests, transport};

async fn anything() -> MockServer {
    let server = MockServer::start().await;
    let answer = json(200, "[]");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test]
async fn parameters_are_encoded_replaced_and_removed() {
    let server = anything().await;
    let transport = transport(&server.uri(), &options());
    let mut call = Call::new(&transport, "put", Method::PUT, "/a/{id}.json/{other}");
    call.set_path("id", "x/../y%2F?#\\");
    call.set_path("other", 7);
    call.set_query("size", Some(1));
    call.set_queries("tags[]", ["a b", "c&d"]);
    call.set_query("size", Some(2));
    call.set_query("gone", Some(true));
    call.set_query("gone", None::<bool>);
    call.set_header("X-Trace", Some("t"));
    call.set_header("X-Gone", Some("g"));
    call.set_header("X-Gone", None::<&str>);
    call.set_form(&serde_json::json!({"grant": "a&b"}), &[]);
    call.receive_nothing().await.unwrap();
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(sent.url.path(), "/a/x%2F..%2Fy%252F%3F%23%5C.json/7");
    assert_eq!(
        sent.url.query(),
        Some("tags%5B%5D=a+b&tags%5B%5D=c%26d&size=2")
    );
    assert_eq!(sent.headers["x-trace"], "t");
    assert!(!sent.headers.contains_key("x-gone"));
    assert_eq!(
        sent.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(sent.body, b"grant=a%26b");
}

#[tokio::test]
async fn a_parameter_that_cannot_be_sent_is_refused_without_a_request() {
    let server = anything().await;
    let transport = transport(&server.uri(), &options());
    for value in ["", ".", ".."] {
        let mut call = Call::new(&transport, "read", Method::GET, "/accounts/{id}/keys");
        call.set_path("id", value);
        let error = call.receive_nothing().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(
            error.to_string(),
            format!("read: no request was sent: `id` is `{value}`, which no path can have")
        );
    }
    let mut call = request(&transport);
    call.set_header("X-Name", Some("a\nb"));
    let error = call.receive_nothing().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "list-things: no request was sent: the value of `X-Name` cannot be sent in a header"
    );
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn what_is_private_shows_in_no_debug_text() {
    let server = anything().await;
    let transport = transport(&server.uri(), &options());
    let mut call = request(&transport);
    call.set_query("cursor", Some("private"));
    let mut download = call.clone().download();
    download.chunk().await.unwrap();
    let answer = call.clone().receive_bytes().await.unwrap();
    for text in [
        format!("{call:?}"),
        format!("{download:?}"),
        format!("{answer:?}"),
    ] {
        assert!(!text.contains("private") && !text.contains(TOKEN), "{text}");
    }
}

#[tokio::test]
async fn no_content_is_no_cut_off_answer() {
    let server = MockServer::start().await;
    let empty = wiremock::ResponseTemplate::new(204);
    Mock::given(any()).respond_with(empty).mount(&server).await;
    let transport = transport(&server.uri(), &options());
    let error = request(&transport).receive_json::<Vec<u8>>().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_call_has_its_own_retries() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(json(503, "{}"))
        .mount(&server)
        .await;
    let transport = transport(&server.uri(), &options());
    let mut call = request(&transport);
    call.set_max_retries(1);
    call.clone().receive_nothing().await.unwrap_err();
    assert_eq!(requests(&server).await, 2);
    call.download().chunk().await.unwrap_err();
    assert_eq!(requests(&server).await, 4);
    request(&transport).receive_nothing().await.unwrap_err();
    assert_eq!(requests(&server).await, 4 + 6);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_when_its_time_is_up() {
    let server = MockServer::start().await;
    let wait = json(503, "{}").insert_header("retry-after", "60");
    Mock::given(any()).respond_with(wait).mount(&server).await;
    let transport = transport(&server.uri(), &options());
    let mut call = request(&transport);
    call.set_timeout(Duration::from_millis(1500));
    for error in [
        call.clone().receive_json::<u8>().await.unwrap_err(),
        call.clone().receive_bytes().await.unwrap_err(),
        call.clone().receive_nothing().await.unwrap_err(),
        call.clone().download().chunk().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.to_string(), "list-things: not finished within 1.5 s");
    }
}
