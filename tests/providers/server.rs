//! A server that answers as a test says, and the requests that it received.

use serde_json::Value;
use tenancy::Query;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::{Outcome, account, list, provider};

/// Answers each request with what the function makes of it.
pub(super) async fn serve(
    answer: impl Fn(&Request) -> Value + Send + Sync + 'static,
) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(move |request: &Request| {
            ResponseTemplate::new(200).set_body_json(answer(request))
        })
        .mount(&server)
        .await;
    server
}

/// Lists an account whose provider answers with this body.
pub(super) async fn list_body(name: &str, body: &str) -> Outcome {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
    Mock::given(wiremock::matchers::any())
        .respond_with(answer)
        .mount(&server)
        .await;
    let account = account(provider(name), "reseller", &server.uri(), "test-key");
    let mut query = Query::default();
    query.raw = true;
    list(vec![account], query).await
}

/// The requests, one line each, with the headers that a provider reads.
pub(super) async fn received(server: &MockServer) -> Vec<String> {
    let read = [
        "accept",
        "authorization",
        "x-auth-id",
        "x-auth-token",
        "api-version",
        "referer",
    ];
    let line = |request: &Request| {
        let headers = read.iter().filter_map(|name| {
            let value = request.headers.get(*name)?.to_str().ok()?;
            Some(format!(" {name}={value}"))
        });
        let target = &request.url[url::Position::BeforePath..];
        format!("{} {target}{}", request.method, headers.collect::<String>())
    };
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(line).collect()
}

pub(super) fn query_value(request: &Request, name: &str) -> Option<String> {
    let mut pairs = request.url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
