//! Every body that the providers' documents show, through the generated clients, as normalised tenants.
//!
//! The snapshots are what a reviewer of a changed spec or mapping reads.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use tenancy::{Account, Query};
use tenancy_tests::{Outcome, examples, list, providers};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn serve(status: u16, body: &[u8]) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(status).set_body_raw(body, "application/json"))
        .mount(&server)
        .await;
    server
}

fn account(provider: &str, base_url: &str) -> Account {
    let provider = tenancy_tests::provider(provider);
    tenancy_tests::account(provider, "reseller", base_url, "test-key")
}

/// Lists an account whose server answers with this body, and a page of a longer list again and again. Other lists are empty.
async fn list_page(facts: &providers::Facts, body: &[u8], is_part: bool) -> Outcome {
    let server = MockServer::start().await;
    let answer = |body: Vec<u8>| ResponseTemplate::new(200).set_body_raw(body, "application/json");
    let first = Mock::given(method("GET")).respond_with(answer(body.to_vec()));
    let first = if is_part {
        first
    } else {
        first.up_to_n_times(1)
    };
    first.mount(&server).await;
    let rest = (facts.after_the_last)(0).to_string();
    let rest = Mock::given(method("GET")).respond_with(answer(rest.into_bytes()));
    rest.mount(&server).await;
    let mut query = Query::default();
    query.raw = true;
    list(vec![account(facts.provider.name, &server.uri())], query).await
}

async fn list_body(provider: &str, status: u16, body: &[u8]) -> Outcome {
    let server = serve(status, body).await;
    let mut query = Query::default();
    query.raw = true;
    list(vec![account(provider, &server.uri())], query).await
}

#[tokio::test]
async fn every_example_body_becomes_tenants() {
    for facts in providers::ALL {
        let provider = facts.provider.name;
        let examples = examples(provider, "examples");
        assert!(!examples.is_empty(), "{provider} has no example");
        for (name, body) in examples {
            // A page of a longer list is not a whole one, and does not pass for one.
            let is_part = facts.partial_examples.contains(&name.as_str());
            let outcome = list_page(facts, &body, is_part).await;
            assert_eq!(
                outcome.report.sources[0].quarantined, 0,
                "{provider} {name}"
            );
            let tenants = serde_json::to_string_pretty(&outcome.tenants).unwrap();
            insta::assert_snapshot!(format!("{provider}-{name}"), tenants);
            assert_eq!(
                outcome.report.complete, !is_part,
                "{provider} {name}: {:?}",
                outcome.report
            );
        }
    }
}

/// The error bodies are named by their status where the document ties them to one.
#[tokio::test]
async fn every_error_body_is_told_in_the_providers_words() {
    let mut told = Vec::new();
    for facts in providers::ALL {
        let provider = facts.provider.name;
        for (name, body) in examples(provider, "examples/errors") {
            let status = name
                .split('.')
                .find_map(|part| part.parse().ok())
                .unwrap_or(400);
            // These are asked for again; here it is the words that count.
            let status = if [429, 503].contains(&status) {
                400
            } else {
                status
            };
            let outcome = list_body(provider, status, &body).await;
            assert!(outcome.tenants.is_empty() && !outcome.report.complete);
            let errors: Vec<_> = outcome.errors.iter().map(ToString::to_string).collect();
            told.push(format!("{provider} {name}: {}", errors.join(" | ")));
        }
    }
    assert!(!told.is_empty());
    insta::assert_snapshot!("error-bodies", told.join("\n"));
}

#[tokio::test]
async fn an_unknown_field_of_the_envelope_is_reported() {
    for facts in providers::ALL {
        let provider = facts.provider.name;
        let mut body = (facts.after_the_last)(0);
        if body.is_array() {
            continue;
        }
        body["extra"] = serde_json::json!({"a": 1});
        let outcome = list_body(provider, 200, body.to_string().as_bytes()).await;
        let source = &outcome.report.sources[0];
        assert_eq!(source.unknown_fields, ["page /extra"], "{provider}");
        assert_eq!(source.drift[0].path, "page /extra", "{provider}");
    }
}
