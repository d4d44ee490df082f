//! A server that answers as a test says, and the requests that it received.

use std::num::NonZeroU32;
use std::sync::Mutex;

use serde_json::Value;
use tenancy::{Query, SourceReport};
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
        "stripe-version",
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

/// How many records [`read`] asks for in one page.
pub(super) const SIZE: usize = 3;

/// Lists an account whose server answers the n-th request for a page, from 0, with what the function makes of it.
pub(super) async fn read(
    name: &str,
    answer: impl Fn(usize, &Request) -> (u16, Value) + Send + Sync + 'static,
) -> (Outcome, usize) {
    let server = MockServer::start().await;
    let count = Mutex::new(0);
    Mock::given(wiremock::matchers::any())
        .respond_with(move |request: &Request| {
            let mut count = count.lock().unwrap();
            *count += 1;
            let (status, body) = answer(*count - 1, request);
            ResponseTemplate::new(status).set_body_json(body)
        })
        .mount(&server)
        .await;
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(SIZE as u32);
    let provider = provider(name);
    let outcome = list(vec![account(provider, "a", &server.uri(), "key")], query).await;
    let requests = server.received_requests().await.unwrap().len();
    (outcome, requests)
}

/// The source's report, of a list that may not claim more than that the first `there` tenants came.
pub(super) fn judged(outcome: &Outcome, there: usize) -> &SourceReport {
    let source = &outcome.report.sources[0];
    if source.complete {
        assert_eq!(outcome.tenants.len(), there, "{source:?}");
    }
    source
}
