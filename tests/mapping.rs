//! What the mappings say beside the tenants: what a provider's list can do, what was assumed, and what was not as declared.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use tenancy::providers::Settings;
use tenancy::{Account, Query};
use tenancy_tests::replay::{PROVIDERS, Replay, after_the_last};
use tenancy_tests::{hurried, list, provider};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

#[test]
fn what_each_list_can_do() {
    let all: Vec<_> = tenancy::providers::ALL
        .iter()
        .map(|provider| (provider.name, provider.capabilities))
        .collect();
    insta::assert_debug_snapshot!("capabilities", all);
}

#[tokio::test]
async fn times_without_a_zone_are_instants_where_one_is_assumed_and_each_tenant_says_so() {
    let body = r#"{"organizations": [{
        "id": 1,
        "created_date": "2025-10-09T10:20:58",
        "users": [{"login_date": "2025-10-09T10:20:58", "expiry_date": "2026-12-31"}]
    }], "total_organizations": 1}"#;
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let omnidim = provider("omnidim");
    let mut settings = Settings::new([("api_key", "key")]);
    settings.base_url = Some(server.uri());
    settings.transport = hurried();
    let mut assume = |zone: &str| {
        let key = "assume_timezone".to_owned();
        settings.options.insert(key, zone.to_owned());
        Account::connect("reseller", omnidim, &settings)
    };
    let account = assume("US/Pacific").unwrap();
    let outcome = list(vec![account], Query::default()).await;
    let [tenant] = outcome.tenants.as_slice() else {
        panic!("{outcome:?}")
    };
    let instant = "2025-10-09T17:20:58Z";
    assert_eq!(tenant.created_at.unwrap().to_string(), instant);
    let member = &tenant.members.as_ref().unwrap()[0];
    assert_eq!(member.last_login_at.unwrap().to_string(), instant);
    assert_eq!(member.expires_at.unwrap().to_string(), "2026-12-31");
    assert_eq!(
        tenant.assumptions,
        ["times sent without a zone are in US/Pacific"]
    );

    let error = assume("Mars/Olympus").unwrap_err();
    assert!(error.to_string().contains("Mars/Olympus"), "{error}");
}

/// One record that is all that its document says, and one with something that it does not know, in each way.
#[tokio::test]
async fn what_is_not_as_declared_is_counted_at_its_place() {
    for provider in PROVIDERS {
        let body = match provider {
            "omnidim" => {
                r#"{"organizations": [
                    {"id": 1, "total_users": 1, "users": [{"id": 1}]},
                    {"id": 2, "new": 1, "created_date": "yesterday", "total_users": 3, "users": [{"id": 1.5, "is_active": null}]}
                ], "total_organizations": 2, "success": true}"#
            }
            "layers" => {
                r#"{"items": [
                    {"id": "org_1", "status": "active"},
                    {"id": "org_2", "new": 1, "createdAt": "yesterday", "status": "frozen"},
                    {"id": "org_3", "status": null}
                ], "nextCursor": null}"#
            }
            _ => {
                r#"{"sub_accounts": [
                    {"auth_id": "SA_1", "auth_token": "s3cret"},
                    {"auth_id": "SA_2", "new": 1, "created_at": "yesterday", "permissions": {"cdr": null}}
                ], "total": 2, "page": 1, "size": 100}"#
            }
        };
        let replay = Replay::start(provider).await;
        let first = body.as_bytes().to_vec();
        let played = replay.play(first, after_the_last(provider, 2), false).await;
        let source = &played.outcome.report.sources[0];
        assert!(source.requests > 0, "{provider}: {source:?}");
        let said = serde_json::to_string_pretty(&(&source.left_out, &source.drift)).unwrap();
        insta::assert_snapshot!(format!("not-as-declared-{provider}"), said);
    }
}

#[tokio::test]
async fn a_parent_that_cannot_be_read_is_left_out_of_its_tenants_and_named() {
    let replay = Replay::start("omnidim").await;
    for (reseller, parent, left_out) in [
        (r#"{"id": 7}"#, Some("7"), None),
        // What else is said of it is nobody's parent.
        (r#"{"id": 7, "name": 5}"#, Some("7"), None),
        ("{}", None, None),
        ("null", None, None),
        (r#"{"id": 7.5}"#, None, Some("no whole number")),
        (r#"{"id": "7"}"#, None, Some("of another type")),
        ("7", None, Some("of another type")),
    ] {
        let body = format!(
            r#"{{"reseller_organization": {reseller}, "organizations": [{{"id": 1}}], "total_organizations": 1}}"#
        );
        let rest = after_the_last("omnidim", 1);
        let played = replay.play(body.into_bytes(), rest, false).await;
        let [tenant] = played.outcome.tenants.as_slice() else {
            panic!("{reseller}: {:?}", played.outcome)
        };
        assert_eq!(tenant.parent_id.as_deref(), parent, "{reseller}");
        let told: Vec<_> = played.outcome.report.sources[0]
            .left_out
            .iter()
            .map(|field| (field.path.as_str(), field.reason.as_str()))
            .collect();
        let expected = left_out.map(|reason| ("/reseller_organization/id", reason));
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{reseller}");
    }
}

#[tokio::test]
async fn a_record_whose_identity_identifies_nothing_is_no_tenant() {
    for (provider, body, told) in [
        (
            "omnidim",
            r#"{"organizations": [{"id": 7.5}], "total_organizations": 1}"#,
            "/id: is no whole number, and it is what identifies the tenant",
        ),
        (
            "layers",
            r#"{"items": [{"id": " "}], "nextCursor": null}"#,
            "/id: is empty, and it is what identifies the tenant",
        ),
        (
            "vobiz",
            r#"{"sub_accounts": [{"auth_id": ""}], "total": 1, "page": 1, "size": 100}"#,
            "/auth_id: is empty, and it is what identifies the tenant",
        ),
    ] {
        let replay = Replay::start(provider).await;
        let rest = after_the_last(provider, 1);
        let played = replay.play(body.into(), rest, false).await;
        assert!(played.outcome.tenants.is_empty(), "{provider}");
        assert_eq!(
            played.outcome.faults[0].to_string(),
            format!("replayed ({provider}): record 0 cannot be read at {told}")
        );
    }
}
