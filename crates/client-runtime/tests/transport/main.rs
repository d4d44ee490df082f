//! What the transport puts on the wire, and what it makes of what comes back.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod bodies;
mod calls;
mod middleware;
mod pages;
mod refusals;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use client_runtime::{Call, Credentials, Error, ErrorKind, Method, Options, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TOKEN: &str = "tok-3f9c-known-secret";

fn options() -> Options {
    let mut options = Options::default();
    options.first_backoff = Duration::ZERO;
    options.longest_backoff = Duration::ZERO;
    options
}

fn transport(base_url: &str, options: &Options) -> Transport {
    let credentials = Credentials::new()
        .bearer(TOKEN)
        .header("X-Auth-Token", TOKEN);
    Transport::new(base_url, credentials, options).unwrap()
}

/// A call as a generated client makes it.
fn request(transport: &Transport) -> Call {
    let mut call = Call::new(transport, "list-things", Method::GET, "/things");
    call.set_accept("application/json");
    call
}

async fn call(transport: &Transport) -> Result<serde_json::Value, Error> {
    let answer = request(transport)
        .receive_json::<serde_json::Value>()
        .await?;
    Ok(answer.into_inner())
}

fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn server(answers: impl IntoIterator<Item = ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let answers: Vec<_> = answers.into_iter().collect();
    let last = answers.len() - 1;
    for (position, answer) in answers.into_iter().enumerate() {
        let mock = Mock::given(method("GET"))
            .and(path("/things"))
            .respond_with(answer);
        let mock = if position < last {
            mock.up_to_n_times(1)
        } else {
            mock
        };
        mock.mount(&server).await;
    }
    server
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn the_credentials_go_with_the_request_and_show_nowhere() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", format!("Bearer {TOKEN}")))
        .and(header("x-auth-token", TOKEN))
        .and(header("accept", "application/json"))
        .and(header("user-agent", "lister/1.0"))
        .respond_with(json(200, "[1]"))
        .expect(1)
        .mount(&server)
        .await;
    let mut options = options();
    options.user_agent = "lister/1.0".to_owned();
    let transport = transport(&server.uri(), &options);
    assert_eq!(call(&transport).await.unwrap(), serde_json::json!([1]));
    assert!(!format!("{transport:?}").contains(TOKEN));
    assert_eq!(transport.traffic().requests, 1);
    assert_eq!(transport.traffic().retries, 0);
}

#[tokio::test]
async fn a_transient_answer_is_asked_for_again() {
    let of_proxies = (520..=527).chain([529, 530]);
    for status in [408, 425, 429, 500, 502, 503, 504]
        .into_iter()
        .chain(of_proxies)
    {
        let server = server([json(status, "{}"), json(200, "[]")]).await;
        let transport = transport(&server.uri(), &options());
        assert!(call(&transport).await.is_ok(), "{status}");
        assert_eq!(transport.traffic().requests, 2, "{status}");
        assert_eq!(transport.traffic().retries, 1, "{status}");
    }
}

#[tokio::test]
async fn a_date_to_wait_for_is_measured_by_the_clock_of_the_answer() {
    let limited = json(429, "{}")
        .insert_header("date", "Sat, 21 Nov 2099 12:00:00 GMT")
        .insert_header("retry-after", "Sat, 21 Nov 2099 12:00:00 GMT");
    let server = server([limited, json(200, "[]")]).await;
    assert!(call(&transport(&server.uri(), &options())).await.is_ok());
}

#[tokio::test]
async fn a_final_answer_is_not() {
    let suspended = r#"{"error":{"code":"SUSPENDED","message":"Suspended."}}"#;
    let mut options = options();
    options.final_codes.push("SUSPENDED".to_owned());
    for (status, body) in [
        (400, "{}"),
        (401, "{}"),
        (403, "{}"),
        (404, "{}"),
        (422, "{}"),
        (503, suspended),
    ] {
        let server = server([json(status, body)]).await;
        let error = call(&transport(&server.uri(), &options)).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(requests(&server).await, 1, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused_and_the_thief_sees_nothing() {
    for status in [301, 302, 303, 307, 308] {
        let thief = MockServer::start().await;
        let location = format!("{}/things?stolen=1", thief.uri());
        let server =
            server([ResponseTemplate::new(status).insert_header("location", location)]).await;
        let error = call(&transport(&server.uri(), &options()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirect, "{status}");
        assert!(error.to_string().contains(&thief.uri()), "{error}");
        assert_eq!(requests(&thief).await, 0, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_the_credentials_and_counted() {
    let server = MockServer::start().await;
    Mock::given(path("/things"))
        .respond_with(ResponseTemplate::new(308).insert_header("location", "/moved"))
        .mount(&server)
        .await;
    Mock::given(path("/moved"))
        .and(header("x-auth-token", TOKEN))
        .respond_with(json(200, "[]"))
        .expect(1)
        .mount(&server)
        .await;
    let transport = transport(&server.uri(), &options());
    assert!(call(&transport).await.is_ok());
    assert_eq!(transport.traffic().requests, 2);
}

#[tokio::test]
async fn clients_of_the_same_options_share_their_connections_and_others_do_not() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let made = Arc::new(AtomicU32::new(0));
    let counted = made.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream
                    .read(&mut request)
                    .await
                    .is_ok_and(|length| length > 0)
                {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]";
                    stream.write_all(answer).await.unwrap();
                }
            });
        }
    });
    let shared = options();
    for (options, connections) in [(&shared, 1), (&shared.clone(), 1), (&options(), 2)] {
        let transport = transport(&base_url, options);
        for _ in 0..2 {
            call(&transport).await.unwrap();
            // The connection is idle once its task has noticed that the answer was read.
            for _ in 0..16 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(made.load(Ordering::SeqCst), connections);
    }
}

#[tokio::test]
async fn a_request_to_another_origin_gets_no_credentials() {
    let thief = server([json(200, "[]")]).await;
    let address = thief.uri().replace("http://", "@");
    let transport = transport("http://127.0.0.1:9", &options());
    let path: &'static str = Box::leak(format!("{address}/things").into_boxed_str());
    let call = Call::new(&transport, "list-things", Method::GET, path);
    let error = call.receive_nothing().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(requests(&thief).await, 0);
}

#[test]
fn a_base_address_that_would_show_the_credentials_is_refused() {
    for (base_url, expected) in [
        ("http://api.example.com", "is plain http"),
        ("ftp://api.example.com", "does not begin with https://"),
        ("api.example.com", "does not begin with https://"),
        (
            "https://api.example.com:port",
            "cannot be read (invalid port number)",
        ),
        (
            "https://user:pass@api.example.com",
            "contains a user name or password",
        ),
        (
            "https://api.example.com?key=1",
            "contains a query or a fragment",
        ),
        ("", "does not begin with https://"),
    ] {
        let error = Transport::new(base_url, Credentials::new(), &options()).unwrap_err();
        assert!(error.to_string().contains(expected), "{base_url}: {error}");
        assert!(!error.to_string().contains("pass@"), "{error}");
    }
    for base_url in [
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost:1/",
    ] {
        let transport = Transport::new(base_url, Credentials::new(), &options()).unwrap();
        assert!(!transport.base_url().ends_with('/'));
    }
}

#[tokio::test]
async fn the_time_that_the_provider_has_is_known() {
    let dated = json(200, "{}").insert_header("date", "Sat, 21 Nov 2026 12:00:00 GMT");
    let server = server([dated]).await;
    let transport = transport(&server.uri(), &options());
    assert_eq!(transport.traffic().clock, None);
    let before = std::time::SystemTime::now();
    call(&transport).await.unwrap();
    let clock = transport.traffic().clock.unwrap();
    let stated = std::time::Duration::from_secs(1_795_262_400);
    assert_eq!(clock.theirs, std::time::UNIX_EPOCH + stated);
    assert!(clock.ours >= before);
}
