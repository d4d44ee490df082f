//! A known secret, used everywhere, shows up nowhere.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::json;
use tenancy::{Account, Listing, Query};
use tenancy_tests::{Outcome, layers, list, omnidim, vobiz};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const SECRET: &str = "s3cr3t-9d41-known";

async fn serve(status: u16, body: serde_json::Value) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(status).set_body_json(body))
        .mount(&server)
        .await;
    server
}

fn accounts(base_url: &str) -> Vec<Account> {
    vec![
        omnidim("o", base_url, SECRET),
        layers("l", base_url, SECRET),
        vobiz("v", base_url, "MA_1", SECRET),
    ]
}

/// Everything that a listing can show, as one text.
fn shown(outcome: &Outcome) -> String {
    let mut text = format!("{outcome:?}");
    text += &serde_json::to_string(&outcome.tenants).unwrap();
    text += &serde_json::to_string(&outcome.report).unwrap();
    for fault in &outcome.faults {
        text += &fault.to_string();
        let mut cause = std::error::Error::source(fault);
        while let Some(error) = cause {
            text += &format!("{error} {error:?}");
            cause = error.source();
        }
    }
    text
}

async fn assert_hidden(server: &MockServer) -> Outcome {
    let accounts = accounts(&server.uri());
    assert!(!format!("{accounts:?}").contains(SECRET));
    let mut query = Query::default();
    query.raw = true;
    assert!(
        !format!(
            "{:?}",
            Listing::new(accounts.clone(), query.clone()).unwrap()
        )
        .contains(SECRET)
    );
    let outcome = list(accounts, query).await;
    let shown = shown(&outcome);
    assert!(!shown.contains(SECRET), "{shown}");
    outcome
}

#[tokio::test]
async fn in_records_whether_they_can_be_read_or_not() {
    let record = |id: serde_json::Value| json!({"id": id, "auth_id": id, "auth_token": SECRET, "new_api_key": SECRET, "nested": {"password": [SECRET]}});
    let records = json!([
        record(json!("SA_1")),
        record(json!({"no": "id"})),
        record(json!(4))
    ]);
    let body = json!({"sub_accounts": records, "items": records, "organizations": records, "total": 3, "total_organizations": 3});
    let outcome = assert_hidden(&serve(200, body).await).await;
    assert!(!outcome.tenants.is_empty() && !outcome.faults.is_empty());
    let raw = outcome.tenants[0].raw.as_ref().unwrap().get();
    assert!(raw.contains("\"auth_token\":\"<redacted>\""), "{raw}");
}

#[tokio::test]
async fn as_a_token_of_the_wrong_type() {
    let body = json!({"sub_accounts": [{"auth_id": "SA_1", "auth_token": [SECRET]}], "total": 1, "page": 1, "size": 25});
    let outcome = assert_hidden(&serve(200, body).await).await;
    assert_eq!(outcome.ids(), ["SA_1"]);
}

#[tokio::test]
async fn echoed_in_errors() {
    for body in [
        json!({"error": {"code": SECRET, "message": format!("key {SECRET} unknown"), "requestId": SECRET}}),
        json!({"error": format!("Bearer {SECRET}")}),
        json!({"success": false, "error": SECRET}),
        json!(SECRET),
    ] {
        for status in [200, 401, 403, 404] {
            let outcome = assert_hidden(&serve(status, body.clone()).await).await;
            assert_eq!(outcome.faults.len(), 3);
        }
    }
}

#[test]
fn in_the_credentials_of_a_raw_client() {
    assert!(!format!("{:?}", vobiz_client::Credentials::new(SECRET, SECRET)).contains(SECRET));
    let client = layers_client::Client::connect(layers_client::Credentials::new(SECRET)).unwrap();
    assert!(!format!("{client:?}").contains(SECRET));
}
