//! Every body that the providers' documents show, through the generated clients, as normalised tenants.
//!
//! The snapshots are what a reviewer of a changed spec or mapping reads.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use tenancy::{Account, FaultKind, Query};
use tenancy_tests::{Outcome, list, root};
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

async fn list_body(provider: &str, status: u16, body: &[u8]) -> Outcome {
    let server = serve(status, body).await;
    let mut query = Query::default();
    query.raw = true;
    list(vec![account(provider, &server.uri())], query).await
}

/// The example bodies of a provider, by their names, in the order of their names.
fn examples(provider: &str, folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("specs").join(provider).join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        return Vec::new();
    };
    let mut examples: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .collect();
    examples.sort();
    examples
}

#[tokio::test]
async fn every_example_body_becomes_tenants() {
    let mut count = 0;
    for provider in ["omnidim", "layers", "vobiz"] {
        for (name, body) in examples(provider, "examples") {
            let outcome = list_body(provider, 200, &body).await;
            assert_eq!(
                outcome.report.sources[0].quarantined, 0,
                "{provider} {name}"
            );
            let tenants = serde_json::to_string_pretty(&outcome.tenants).unwrap();
            insta::assert_snapshot!(format!("{provider}-{name}"), tenants);
            // One example is the first page of three: alone it is not a whole list, and does not pass for one.
            let is_part = name == "list-subaccounts.openapi-example";
            assert_eq!(
                outcome.report.complete, !is_part,
                "{provider} {name}: {:?}",
                outcome.report
            );
            count += 1;
        }
    }
    assert_eq!(count, 4, "the documents show four bodies of lists");
}

/// The error bodies are named by their status where the document ties them to one.
#[tokio::test]
async fn every_error_body_is_told_in_the_providers_words() {
    let mut told = Vec::new();
    for provider in ["omnidim", "layers", "vobiz"] {
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
            let faults: Vec<_> = outcome.faults.iter().map(ToString::to_string).collect();
            told.push(format!("{provider} {name}: {}", faults.join(" | ")));
        }
    }
    assert!(!told.is_empty());
    insta::assert_snapshot!("error-bodies", told.join("\n"));
}

#[tokio::test]
async fn the_oddities_that_the_documents_show_come_out_right() {
    let [(_, body)] = examples("omnidim", "examples").try_into().unwrap();
    let outcome = list_body("omnidim", 200, &body).await;
    let [acme, beta] = outcome.tenants.as_slice() else {
        panic!("{:?}", outcome.tenants)
    };
    assert_eq!(acme.balance.as_ref().unwrap().amount.as_str(), "24442.6");
    assert_eq!(
        acme.rate_per_minute.as_ref().unwrap().amount.as_str(),
        "0.09"
    );
    assert_eq!(beta.balance.as_ref().unwrap().amount.as_str(), "13");
    assert_eq!(
        acme.created_at.unwrap().to_string(),
        "2025-10-09T10:20:58.220633"
    );
    assert_eq!(acme.status, None, "OmniDim reports none");
    let member = &acme.members.as_ref().unwrap()[0];
    assert_eq!(member.phone, None, "`false` is Odoo's word for empty");
    let permissions = member.permissions.as_ref().unwrap();
    assert_eq!(permissions.len(), 16);
    assert_eq!(
        permissions.get("is_omni_crm_access"),
        None,
        "absent is not false"
    );

    let body =
        fs::read_to_string(root().join("specs/layers/examples/list-organizations.json")).unwrap();
    let unknown = body.replace("\"active\"", "\"frozen_for_review\"");
    assert_ne!(body, unknown);
    let outcome = list_body("layers", 200, unknown.as_bytes()).await;
    assert_eq!(
        outcome.tenants[0].status.as_ref().unwrap().as_str(),
        "frozen_for_review"
    );
    assert!(outcome.report.complete);
}

#[tokio::test]
async fn one_odd_record_does_not_cost_its_neighbours() {
    let body = br#"{"sub_accounts": [
        {"auth_id": "SA_1", "name": "one", "kyc_mode": "strict", "permissions": {"new": true}},
        {"auth_id": 7, "name": "no identity", "auth_token": "s3cret-of-a-record"},
        {"auth_id": "SA_2", "name": {"not": "a name"}, "created": 5},
        {"auth_id": "SA_3", "name": "twice", "name": "last"}
    ], "total": 4, "page": 1, "size": 25}"#;
    let outcome = list_body("vobiz", 200, body).await;
    assert_eq!(outcome.ids(), ["SA_1", "SA_2", "SA_3"]);
    assert_eq!(outcome.tenants[1].name, None);
    assert_eq!(outcome.tenants[2].name.as_deref(), Some("last"));
    let [fault] = outcome.faults.as_slice() else {
        panic!("{:?}", outcome.faults)
    };
    assert_eq!(
        fault.to_string(),
        "reseller (vobiz): record 1 cannot be read at /auth_id: invalid type: integer, expected a string"
    );
    assert!(!format!("{fault:?}").contains("s3cret-of-a-record"));
    let source = &outcome.report.sources[0];
    assert!(!source.complete);
    assert_eq!(
        (source.tenants, source.quarantined, source.expected),
        (3, 1, Some(4))
    );
    insta::assert_json_snapshot!("report-of-odd-records", outcome.report);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_shown_in_part_and_without_its_secrets() {
    let long = "ü".repeat(4000);
    let unreadable = format!(
        r#"{{"auth_token":"s3cret-of-a-record","auth_id":[7],"nested":{{"api_key":"s3cret-of-a-record"}},"name":"{long}","pwd":"s3cret-of-a-record"}}"#
    );
    let body = format!(
        r#"{{"sub_accounts":[{{"auth_id":"SA_1"}},{unreadable},{{"auth_id":"SA_2"}}],"total":3,"page":1,"size":25}}"#
    );
    let outcome = list_body("vobiz", 200, body.as_bytes()).await;
    assert_eq!(outcome.ids(), ["SA_1", "SA_2"]);
    let [fault] = outcome.faults.as_slice() else {
        panic!("{:?}", outcome.faults)
    };
    let FaultKind::Record(told) = &fault.kind else {
        panic!("{fault}")
    };
    assert_eq!((fault.account.as_str(), told.position), ("reseller", 1));
    assert_eq!(told.path, "/auth_id");
    assert_eq!(told.reason, "invalid type: sequence, expected a string");
    assert!(
        (4000..=4096).contains(&told.record.len()),
        "{}",
        told.record.len()
    );
    assert!(
        told.record.starts_with(
            r#"{"auth_token":"<redacted>","auth_id":[7],"nested":{"api_key":"<redacted>"},"name":"üüü"#
        ),
        "{}",
        told.record
    );
    assert!(!format!("{outcome:?}").contains("s3cret-of-a-record"));
    assert!(!outcome.report.complete);
}

#[tokio::test]
async fn a_field_around_the_records_that_no_document_knows_is_named() {
    for (provider, body) in [
        (
            "omnidim",
            r#"{"organizations":[{"id":1}],"total_organizations":1,"more":{"a":1}}"#,
        ),
        (
            "layers",
            r#"{"more":1,"items":[{"id":"org_1"}],"nextCursor":null}"#,
        ),
        (
            "vobiz",
            r#"{"sub_accounts":[{"auth_id":"SA_1"}],"more":[],"total":1}"#,
        ),
    ] {
        let outcome = list_body(provider, 200, body.as_bytes()).await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        let source = &outcome.report.sources[0];
        assert_eq!(source.unknown_fields, ["page /more"], "{provider}");
        assert_eq!(source.drift[0].path, "page /more", "{provider}");
    }
}

/// Layers' cursor under another name must not make the first page the whole list.
#[tokio::test]
async fn a_cursor_that_was_renamed_is_not_the_end_of_the_list() {
    let page = |next: &str| format!(r#"{{"items":[{{"id":"org_1"}},{{"id":"org_2"}}]{next}}}"#);
    for renamed in [r#","next_cursor":"abc""#, r#","paging":{},"nextPage":2"#] {
        let outcome = list_body("layers", 200, page(renamed).as_bytes()).await;
        assert_eq!(outcome.tenants.len(), 2);
        let source = &outcome.report.sources[0];
        let error = source.error.as_deref().unwrap_or_default();
        assert!(
            !source.complete && error.contains("not declared"),
            "{source:?}"
        );
    }
    for other in ["", r#","requestId":"7""#] {
        let outcome = list_body("layers", 200, page(other).as_bytes()).await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }
}
