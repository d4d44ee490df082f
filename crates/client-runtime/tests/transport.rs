//! What the transport puts on the wire, and what it makes of what comes back.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use client_runtime::{Body, Credentials, Error, ErrorKind, Options, Record, Transport};
use flate2::Compression;
use flate2::write::GzEncoder;
use progenitor_client::{Error as CallError, OperationInfo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TOKEN: &str = "tok-3f9c-known-secret";
const OPERATION: OperationInfo = OperationInfo {
    operation_id: "list-things",
};

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

/// The answer to a call that succeeds.
async fn answer(transport: &Transport) -> reqwest::Response {
    let request = request(transport);
    transport
        .execute(request, &OPERATION, Body::Whole)
        .await
        .unwrap()
}

fn request(transport: &Transport) -> reqwest::Request {
    let url = format!("{}/things", transport.base_url());
    let request = transport.http().get(url);
    let mut request = request
        .header("accept", "application/json")
        .build()
        .unwrap();
    transport.prepare(&mut request).unwrap();
    request
}

/// What a generated client does: prepare, execute, and an undeclared status becomes an error.
async fn call(transport: &Transport) -> Result<serde_json::Value, Error> {
    let request = request(transport);
    let answer = transport.execute(request, &OPERATION, Body::Whole).await;
    let error: CallError<()> = match answer {
        Err(error) => error.into(),
        Ok(response) if response.status() == 200 => return Ok(response.json().await.unwrap()),
        Ok(response) => CallError::UnexpectedResponse(response),
    };
    Err(transport.explain(OPERATION.operation_id, error).await)
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
async fn a_page_that_is_no_json_is_asked_for_again_and_keeps_its_status() {
    let html = ResponseTemplate::new(200).set_body_raw("<html>hello</html>", "text/html");
    let recovered = server([html.clone(), json(200, "[]")]).await;
    assert!(call(&transport(&recovered.uri(), &options())).await.is_ok());

    let broken = server([html]).await;
    let mut options = options();
    options.max_retries = 1;
    let error = call(&transport(&broken.uri(), &options)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(
        error.to_string(),
        "list-things: 200 OK, but the body is not a complete JSON document (text/html) (after 2 attempts)"
    );
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
async fn a_404_shows_its_address_without_the_query() {
    let server = server([json(404, r#"{"error":"no such page"}"#)]).await;
    let transport = transport(&server.uri(), &options());
    let mut request = request(&transport);
    request.url_mut().set_query(Some("key=hidden"));
    let answer = transport.execute(request, &OPERATION, Body::Streamed).await;
    let error = CallError::<()>::UnexpectedResponse(answer.unwrap());
    assert_eq!(
        transport.explain("list-things", error).await.to_string(),
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
    let cursor = format!("cursor={}", "x".repeat(70_000));
    request.url_mut().set_query(Some(&cursor));
    let answer = transport.execute(request, &OPERATION, Body::Streamed).await;
    let error = CallError::<()>::CommunicationError(answer.unwrap_err());
    let error = transport.explain("list-things", error).await;
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "list-things: no request was sent: its address of 70033 bytes, with the cursor and the filters, is too long or not valid"
    );
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_the_credentials() {
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
    assert!(call(&transport(&server.uri(), &options())).await.is_ok());
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
    let transport = transport("http://127.0.0.1:9", &options());
    let mut request = transport
        .http()
        .get("http://127.0.0.1:10/things")
        .build()
        .unwrap();
    let error = transport.prepare(&mut request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(request.headers().is_empty());
}

#[tokio::test]
async fn a_key_that_the_provider_echoes_is_not_shown() {
    let body = format!(
        r#"{{"error":{{"code":"BAD","message":"key {TOKEN} is revoked","requestId":"r-1"}}}}"#
    );
    let server = server([json(401, &body)]).await;
    let error = call(&transport(&server.uri(), &options()))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "list-things: 401 Unauthorized: BAD: key <redacted> is revoked (request id r-1)"
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
    let transport = transport("http://127.0.0.1:9", &options());
    let body = format!(r#"{{"items": "{TOKEN}"}}"#);
    #[derive(Debug, serde::Deserialize)]
    struct List {
        #[serde(rename = "items")]
        _items: Vec<u8>,
    }
    let decode = serde_json::from_str::<List>(&body).unwrap_err();
    let error = transport
        .explain(
            "list-things",
            CallError::<()>::InvalidResponsePayload(body.into_bytes().into(), decode),
        )
        .await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "list-things: the response does not have the declared shape: invalid type: string, expected a sequence"
    );
}

#[tokio::test]
async fn a_body_cut_short_is_asked_for_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        for body in ["[1,", "[1,2]"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            assert!(read > 0);
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    assert_eq!(
        call(&transport(&base_url, &options())).await.unwrap(),
        serde_json::json!([1, 2])
    );
    serving.await.unwrap();
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

#[test]
fn a_base_address_that_would_show_the_credentials_is_refused() {
    for (base_url, expected) in [
        ("http://api.example.com", "is plain http"),
        ("ftp://api.example.com", "has the scheme `ftp`"),
        ("api.example.com", "cannot be read"),
        (
            "https://user:pass@api.example.com",
            "contains a user name or password",
        ),
        (
            "https://api.example.com?key=1",
            "contains a query or a fragment",
        ),
        ("", "cannot be read"),
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
async fn a_page_with_a_member_twice_alike_is_read_and_one_that_contradicts_itself_is_left_as_it_is()
{
    #[derive(Debug, serde::Deserialize)]
    struct Page {
        total: u64,
    }
    let read = async |body: &str| {
        let server = server([json(200, body)]).await;
        let page: Result<Page, _> = answer(&transport(&server.uri(), &options()))
            .await
            .json()
            .await;
        page.map(|page| page.total)
    };
    assert_eq!(read(r#"{"total":3,"total":3}"#).await.unwrap(), 3);
    assert!(read(r#"{"total":3,"total":4}"#).await.is_err());
}

#[tokio::test]
async fn a_byte_that_is_no_utf8_costs_one_field_and_no_other_record() {
    #[derive(Debug, serde::Deserialize)]
    struct Thing {
        id: String,
        name: Option<String>,
    }
    let body =
        b"[{\"id\":\"1\",\"name\":\"M\xfcller\"},{\"id\":\"\xff\"},{\"id\":\"3\",\"name\":\"A\"}]";
    let answer_sent = ResponseTemplate::new(200).set_body_raw(body.to_vec(), "application/json");
    let server = server([answer_sent]).await;
    let response = answer(&transport(&server.uri(), &options())).await;
    let page: Vec<Record<Thing>> = response.json().await.unwrap();
    let read: Vec<_> = page
        .iter()
        .map(|record| match record.decoded() {
            Ok(thing) => format!("{} {:?}", thing.id, thing.name),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        read,
        ["1 None", "/id: is not valid Unicode", "3 Some(\"A\")"]
    );
    assert_eq!(page[0].omitted()[0].path, "/name");
    assert_eq!(requests(&server).await, 1);
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn coded(status: u16, coding: &str, body: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .set_body_raw(body, "application/json")
        .insert_header("content-encoding", coding)
}

#[tokio::test]
async fn gzip_is_read_by_every_name_and_in_several_members() {
    let members = [gzipped(b"[1,"), gzipped(b""), gzipped(b"2]")].concat();
    for (coding, body) in [
        ("gzip", gzipped(b"[1,2]")),
        ("GZIP", gzipped(b"[1,2]")),
        ("x-gzip", gzipped(b"[1,2]")),
        ("identity", b"[1,2]".to_vec()),
        ("", b"[1,2]".to_vec()),
        ("gzip", members),
    ] {
        let server = server([coded(200, coding, body)]).await;
        let read = call(&transport(&server.uri(), &options())).await;
        assert_eq!(read.unwrap(), serde_json::json!([1, 2]), "{coding}");
        let sent = &server.received_requests().await.unwrap()[0];
        assert_eq!(sent.headers["accept-encoding"], "gzip");
    }
    let refused = gzipped(br#"{"error":"no right"}"#);
    let server = server([coded(403, "gzip", refused)]).await;
    let error = call(&transport(&server.uri(), &options())).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "list-things: 403 Forbidden: no right"
    );
}

#[tokio::test]
async fn gzip_cut_short_is_requested_again() {
    let body = gzipped(b"[1,2]");
    let cut = |length: usize| coded(200, "gzip", body[..length].to_vec());
    for length in [5, body.len() - 9, body.len() - 3] {
        let server = server([cut(length), cut(body.len())]).await;
        let read = call(&transport(&server.uri(), &options())).await;
        assert_eq!(read.unwrap(), serde_json::json!([1, 2]), "{length}");
    }
}

#[tokio::test]
async fn a_coding_that_was_not_requested_is_named() {
    let mut options = options();
    options.max_retries = 0;
    for coding in ["br", "zstd", "deflate", "gzip, br", "gzip, gzip"] {
        let server = server([coded(200, coding, b"\x0b\x02".to_vec())]).await;
        let error = call(&transport(&server.uri(), &options)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(
            error.to_string(),
            format!(
                "list-things: 200 OK, but the body is compressed as `{coding}`: only gzip was requested, and can be read"
            )
        );
    }
}

#[tokio::test]
async fn a_small_body_that_expands_without_end_is_refused() {
    let body = format!("[{}{{}}]", "{},".repeat(3_000_000));
    let server = server([coded(200, "gzip", gzipped(body.as_bytes()))]).await;
    let mut options = options();
    options.max_retries = 0;
    let error = call(&transport(&server.uri(), &options))
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(
        error
            .to_string()
            .ends_with("broke off: it expands to more than 250 times its compressed size"),
        "{error}"
    );
}

#[tokio::test]
async fn a_byte_order_mark_and_a_bare_nan_do_not_cost_the_page() {
    for (body, expected) in [
        ("\u{feff}[1,2]", serde_json::json!([1, 2])),
        (
            r#"{"share":NaN,"a":1}"#,
            serde_json::json!({"share": "NaN", "a": 1}),
        ),
    ] {
        let server = server([json(200, body)]).await;
        let transport = transport(&server.uri(), &options());
        assert_eq!(call(&transport).await.unwrap(), expected);
        assert_eq!(transport.traffic().requests, 1);
    }
    let server = server([json(403, "\u{feff}{\"error\":\"no right\"}")]).await;
    let error = call(&transport(&server.uri(), &options())).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "list-things: 403 Forbidden: no right"
    );
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
