//! What an error says, and when it gives up.

use std::time::{Duration, Instant};

use client_runtime::ErrorKind;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use wiremock::{MockServer, ResponseTemplate};

use super::{TOKEN, call, json, options, request, requests, server, transport};

#[tokio::test]
async fn a_403_that_asks_to_wait_is_a_rate_limit() {
    let limited = json(403, "{}").insert_header("retry-after", "0.001");
    let recovered = server([limited.clone(), json(200, "[]")]).await;
    let transport_to = |server: &MockServer| transport(&server.uri(), &options());
    assert!(call(&transport_to(&recovered)).await.is_ok());
    assert_eq!(requests(&recovered).await, 2);

    let limited = server([limited]).await;
    let error = call(&transport_to(&limited)).await.unwrap_err();
    assert!(error.is_transient());
    assert!(!error.is_forbidden());
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1)));
}

#[tokio::test]
async fn retries_end() {
    let server = server([json(503, r#"{"error":"busy"}"#)]).await;
    let mut options = options();
    options.max_retries = 2;
    let error = call(&transport(&server.uri(), &options)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "list-things: 503 Service Unavailable: busy (after 3 attempts)"
    );
    assert!(error.is_transient());
    assert_eq!(requests(&server).await, 3);
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_the_call_and_is_told() {
    let server = server([json(429, "{}").insert_header("retry-after", "3600")]).await;
    let error = call(&transport(&server.uri(), &options()))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "list-things: 429 Too Many Requests: it asks to wait 3600 s, more than the limit of 120 s"
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_304_is_no_redirect() {
    let server = server([ResponseTemplate::new(304)]).await;
    let error = call(&transport(&server.uri(), &options())).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.to_string(), "list-things: 304 Not Modified");
}

#[tokio::test]
async fn a_page_of_a_firewall_says_nothing_about_the_credentials() {
    let html = "<html>Request blocked</html>";
    let page = ResponseTemplate::new(403).set_body_raw(html, "text/html");
    let server = server([page]).await;
    let error = call(&transport(&server.uri(), &options())).await;
    let error = error.unwrap_err();
    assert!(error.is_foreign() && !error.is_forbidden());
    assert_eq!(
        error.to_string(),
        "list-things: 403 Forbidden, with a body that is not JSON (text/html)"
    );
}

#[tokio::test]
async fn a_compressed_body_that_cannot_be_read_blames_no_firewall() {
    for (kind, is_foreign) in [("application/json", false), ("text/html", true)] {
        let refused = ResponseTemplate::new(401).set_body_raw(vec![0x1b, 0x03, 0xf8], kind);
        let server = server([refused.insert_header("content-encoding", "br")]).await;
        let error = call(&transport(&server.uri(), &options())).await;
        let error = error.unwrap_err();
        assert_eq!(error.is_foreign(), is_foreign, "{kind}");
    }
}

#[tokio::test]
async fn a_404_shows_its_address_without_the_query() {
    let server = server([json(404, r#"{"error":"no such page"}"#)]).await;
    let transport = transport(&server.uri(), &options());
    let mut request = request(&transport);
    request.set_query("key", Some("hidden"));
    let error = request.receive_bytes().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "list-things: 404 Not Found at {}/things: no such page",
            server.uri()
        )
    );
}

#[tokio::test]
async fn an_address_that_is_too_long_does_not_blame_the_base_address() {
    let transport = transport("http://127.0.0.1:9", &options());
    let mut request = request(&transport);
    request.set_query("cursor", Some("x".repeat(70_000)));
    let error = request.receive_nothing().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "list-things: no request was sent: its address of 70033 bytes, with the cursor and the filters, is too long or not valid"
    );
}

#[tokio::test]
async fn a_key_that_the_provider_echoes_is_not_shown() {
    let body = format!(
        r#"{{"error":{{"code":"BAD","message":"key {TOKEN} is revoked: dTp0b2stM2Y5Yy1rbm93bi1zZWNyZXQ= tok%2D3f9c\\u002dknown-secret","requestId":"r-1"}}}}"#
    );
    let server = server([json(401, &body)]).await;
    let error = call(&transport(&server.uri(), &options()))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "list-things: 401 Unauthorized: BAD: key <redacted> is revoked: dTp<redacted>Q= <redacted> (request id r-1)"
    );
    assert!(!format!("{error:?}").contains(TOKEN));
}

#[tokio::test]
async fn a_huge_error_body_is_cut_off() {
    let body = format!(r#"{{"error":"{}"}}"#, "x".repeat(1_000_000));
    let server = server([json(403, &body)]).await;
    let error = call(&transport(&server.uri(), &options()))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "list-things: 403 Forbidden");
}

#[tokio::test]
async fn an_error_body_that_drips_ends_with_the_idle_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        let head = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 1000\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        while stream.write_all(b" ").await.is_ok() {
            tick.tick().await;
        }
    });
    let mut options = options();
    options.idle_timeout = Duration::from_millis(500);
    let started = std::time::Instant::now();
    let error = call(&transport(&base_url, &options)).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 403);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_told_without_its_values() {
    #[derive(Debug, serde::Deserialize)]
    struct List {
        #[serde(rename = "items")]
        _items: Vec<u8>,
    }
    let server = server([json(200, &format!(r#"{{"items": "{TOKEN}"}}"#))]).await;
    let request = request(&transport(&server.uri(), &options()));
    let error = request.receive_json::<List>().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert!(!format!("{error:?}").contains(TOKEN));
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "list-things: the response does not have the declared shape: invalid type: string, expected a sequence"
    );
}

#[tokio::test]
async fn nobody_there_is_told_with_the_origin_and_the_cause() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut options = options();
    options.max_retries = 1;
    let transport = transport(&base_url, &options);
    let error = call(&transport).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(
        error
            .to_string()
            .starts_with(&format!("list-things: no connection to {base_url}: ")),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(transport.traffic().requests, 2);
}

#[tokio::test]
async fn a_stalled_answer_ends_with_the_idle_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let mut options = options();
    options.idle_timeout = Duration::from_millis(50);
    options.max_retries = 0;
    let error = call(&transport(&base_url, &options)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        format!("list-things: {base_url} sent nothing for 0.05 s")
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_nobody_accepts_is_given_up() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    // The system accepts a few itself.
    let mut accepted = Vec::new();
    let connect = || timeout(Duration::from_millis(200), TcpStream::connect(address));
    while let Ok(stream) = connect().await {
        accepted.push(stream.unwrap());
    }
    let mut options = options();
    (options.idle_timeout, options.max_retries) = (Duration::from_secs(1), 0);
    let begun = Instant::now();
    let transport = transport(&format!("http://{address}"), &options);
    let error = call(&transport).await.unwrap_err();
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    // The limits for a connection and for a response are the same here.
    let kinds = [ErrorKind::Connection, ErrorKind::Timeout];
    assert!(kinds.contains(&error.kind()), "{error:?}");
}

#[tokio::test]
async fn a_credential_where_a_message_is_cut_off_is_hidden() {
    let body = format!(r#"{{"error":"{}{TOKEN}"}}"#, "x".repeat(490));
    let server = server([json(401, &body)]).await;
    let error = call(&transport(&server.uri(), &options()))
        .await
        .unwrap_err();
    assert!(error.to_string().ends_with("x<redacted>"), "{error}");
}

#[tokio::test]
async fn an_error_has_its_body_as_a_type_of_the_callers_and_shows_it_nowhere() {
    #[derive(Deserialize)]
    struct Problem {
        title: String,
        fields: Vec<String>,
    }
    let body = format!(r#"{{"title": "not {TOKEN}", "fields": ["planted"]}}"#);
    let options = options();
    for status in [200, 422] {
        let server = server([json(status, &body)]).await;
        let answer = request(&transport(&server.uri(), &options)).receive_json::<u8>();
        let error = answer.await.unwrap_err();
        let problem = error.body::<Problem>().unwrap();
        assert_eq!(
            (problem.title.as_str(), problem.fields.len()),
            ("not <redacted>", 1)
        );
        assert!(error.body::<Vec<u8>>().is_none());
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
    let mut small = options.clone();
    small.max_error_body = body.len() - 1;
    let server = server([json(422, &body)]).await;
    let error = call(&transport(&server.uri(), &small)).await.unwrap_err();
    assert!(error.body::<Problem>().is_none());
}
