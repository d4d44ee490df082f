//! Vonage's facts, and the tests of what only Vonage has.

use serde_json::json;
use tenancy::providers::vonage::DESCRIPTOR;

use super::Facts;

/// What general tests must know of Vonage.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &[],
    only_page: |_| json!({}),
    after_the_last: |_| json!({"_embedded": {"subaccounts": []}}),
    total: None,
    read: &["/_embedded", "/_embedded/subaccounts"],
    parent: None,
    feeds: &[
        ("api_key", "id"),
        ("primary_account_api_key", "parent_id"),
        ("name", "name"),
        ("suspended", "status_detail.suspended"),
        ("created_at", "created_at"),
        ("balance", "balance.amount"),
    ],
    derive: |tenant, record| {
        let suspended = record.member("suspended").shown();
        if let Some(suspended) = suspended.and_then(|it| it.as_bool()) {
            let status = if suspended { "suspended" } else { "active" };
            tenant.insert("status".to_owned(), json!(status));
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("_embedded.primary_account", "the primary account's own"),
        ("_links", "the list's own address"),
        (
            "total_balance",
            "a sum, the primary account's balance in it",
        ),
        (
            "total_credit_limit",
            "a sum, the primary account's limit in it",
        ),
        (
            "credit_limit",
            "nothing that tenants of other providers have",
        ),
        ("secret", "a secret"),
        ("use_primary_account_balance", "a shared balance is null"),
    ],
    long_numbers: &[(
        r#""balance":"#,
        r#""balance":12345678901234567890.10,"balance_before":"#,
    )],
};

#[cfg(test)]
mod tests {
    use provider_sim::{Account as SimAccount, Provider, Simulator};
    use serde_json::Value;
    use tenancy::{Certainty, ListingErrorKind, Query, SourceReport, Status};

    use super::super::server::{list_body, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    const PRIMARY: &str = "acc6111f";

    fn row(api_key: &str) -> Value {
        json!({"api_key": api_key, "primary_account_api_key": PRIMARY})
    }

    async fn listed(rows: &[Value]) -> Outcome {
        let primary = json!({"api_key": PRIMARY, "name": "Main", "balance": 9.5});
        let page = json!({"_embedded": {"primary_account": primary, "subaccounts": rows}});
        list_body("vonage", &page.to_string()).await
    }

    fn complete(outcome: &Outcome) -> &SourceReport {
        let source = &outcome.report.sources[0];
        assert!(source.complete, "{source:?}");
        source
    }

    fn drift(outcome: &Outcome) -> Vec<&str> {
        let drift = complete(outcome).drift.iter();
        drift.map(|drift| drift.path.as_str()).collect()
    }

    #[tokio::test]
    async fn one_request_with_key_and_secret() {
        let server = serve(|_| json!({"_embedded": {"subaccounts": [row("sub0000a")]}})).await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "s3cret");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), ["sub0000a"]);
        assert_eq!(complete(&outcome).certainty, Certainty::Proved);
        assert_eq!(
            received(&server).await,
            [
                "GET /accounts/abcd1234/subaccounts accept=application/json authorization=Basic YWJjZDEyMzQ6czNjcmV0"
            ]
        );
    }

    #[tokio::test]
    async fn the_primary_account_is_no_tenant_beside_the_list_or_in_it() {
        let outcome = listed(&[row("sub0000a")]).await;
        assert_eq!(outcome.ids(), ["sub0000a"]);
        assert_eq!(complete(&outcome).parents, 0);

        let own = DESCRIPTOR.credentials[0].example;
        for own in [own, "ABCD1234"] {
            let parent = json!({"api_key": own});
            let outcome = listed(&[parent, row("sub0000a")]).await;
            assert_eq!(outcome.ids(), ["sub0000a"]);
            assert_eq!(complete(&outcome).parents, 1);
        }

        let outcome = listed(&[row(PRIMARY), row("sub0000a")]).await;
        assert_eq!(outcome.ids(), [PRIMARY, "sub0000a"]);
        let source = complete(&outcome);
        assert_eq!((source.parents, source.certainty), (0, Certainty::Assumed));
        assert_eq!(source.because[0].code, "ambiguous");
    }

    #[tokio::test]
    async fn a_shared_balance_is_absent_and_no_drift() {
        let mut shared = row("sub0000a");
        for (name, value) in [
            ("use_primary_account_balance", json!(true)),
            ("balance", json!(null)),
            ("credit_limit", json!(null)),
        ] {
            shared[name] = value;
        }
        let mut own = row("sub0000b");
        own["balance"] = json!(-27.4572);
        let outcome = listed(&[shared, own]).await;
        assert!(drift(&outcome).is_empty(), "{:?}", drift(&outcome));
        assert_eq!(complete(&outcome).omitted, []);
        let balances = outcome.tenants.iter().map(|tenant| tenant.balance.as_ref());
        let balances: Vec<_> = balances
            .map(|it| it.map(|it| it.amount.to_string()))
            .collect();
        assert_eq!(balances, [None, Some("-27.4572".to_owned())]);
        assert_eq!(outcome.tenants[1].balance.as_ref().unwrap().currency, None);
    }

    #[tokio::test]
    async fn undocumented_totals_count_no_tenants_and_are_no_drift() {
        for around in [
            json!({"total_balance": 3, "total_credit_limit": 0.0, "_links": {"self": {"href": "/accounts/acc6111f/subaccounts"}}}),
            json!({"total_balance": null, "total_credit_limit": null}),
            json!({}),
        ] {
            let mut page = around.clone();
            page["_embedded"] = json!({"subaccounts": [row("sub0000a")]});
            let outcome = list_body("vonage", &page.to_string()).await;
            assert_eq!(outcome.ids(), ["sub0000a"]);
            assert_eq!(complete(&outcome).expected, None);
            assert!(drift(&outcome).is_empty(), "{:?}", drift(&outcome));
        }
        let further = json!({"_links": {"next": {"href": "?page=2"}}, "_embedded": {"subaccounts": [row("sub0000a")]}});
        let outcome = list_body("vonage", &further.to_string()).await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete, "{source:?}");
    }

    #[tokio::test]
    async fn an_answer_without_the_list_is_no_empty_list() {
        for body in [
            "{}",
            r#"{"_embedded":{}}"#,
            r#"{"_embedded":{"primary_account":{"api_key":"acc6111f"}}}"#,
            r#"{"subaccounts":[]}"#,
        ] {
            let outcome = list_body("vonage", body).await;
            let source = &outcome.report.sources[0];
            assert!(
                !source.complete && source.tenants == 0,
                "{body}: {source:?}"
            );
        }
        assert!(listed(&[]).await.report.complete);
    }

    /// As with other providers, a missing list is an error, and a null list may be an empty one.
    #[tokio::test]
    async fn a_list_that_is_null_is_empty_if_a_number_beside_it_says_so() {
        for body in [
            r#"{"_embedded":null}"#,
            r#"{"_embedded":{"subaccounts":null}}"#,
            r#"{"_embedded":{"subaccounts":null},"total_items":0}"#,
            r#"{"_embedded":{"subaccounts":null},"total_items":1}"#,
        ] {
            let outcome = list_body("vonage", body).await;
            let source = &outcome.report.sources[0];
            let expected = match body.split("total_items\":").nth(1) {
                None => (true, Certainty::Assumed),
                Some("0}") => (true, Certainty::Proved),
                Some(_) => (false, Certainty::Unproved),
            };
            assert_eq!((source.complete, source.certainty), expected, "{body}");
        }
    }

    #[tokio::test]
    async fn a_suspended_subaccount_is_listed_and_a_row_s_secret_is_not_shown() {
        let mut suspended = row("sub0000a");
        suspended["suspended"] = true.into();
        suspended["secret"] = "s3cret-of-a-row".into();
        let mut active = row("sub0000b");
        active["suspended"] = false.into();
        let outcome = listed(&[suspended, active, row("sub0000c")]).await;
        let statuses = outcome.tenants.iter().map(|tenant| tenant.status.clone());
        let statuses: Vec<_> = statuses.collect();
        assert_eq!(
            statuses,
            [Some(Status::Suspended), Some(Status::Active), None]
        );
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        let raw = r#"{"api_key":"sub0000a","primary_account_api_key":"acc6111f","secret":"<redacted>","suspended":true}"#;
        assert!(written.contains(raw), "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret-of-a-row"));
    }

    #[tokio::test]
    async fn a_thousand_come_once_in_one_request() {
        let simulated = SimAccount::new(Provider::named("vonage"), "v").population(1000, 1);
        let sim = Simulator::start([simulated]).unwrap();
        let handle = sim.account("v");
        let outcome = list(vec![connect(&handle, &hurried())], Query::default()).await;
        assert_eq!(outcome.ids(), handle.ids());
        let source = complete(&outcome);
        assert_eq!((source.requests, source.certainty), (1, Certainty::Proved));
        assert_eq!(source.drift, []);
    }

    #[tokio::test]
    async fn an_account_that_is_not_provisioned_gets_advice() {
        let simulated = SimAccount::new(Provider::named("vonage"), "v").forbidden();
        let sim = Simulator::start([simulated]).unwrap();
        let account = connect(&sim.account("v"), &hurried());
        let outcome = list(vec![account], Query::default()).await;
        let ListingErrorKind::Account(error) = &outcome.errors[0].kind else {
            panic!("{:?}", outcome.errors)
        };
        assert!(error.advice().unwrap().contains("provisioned"), "{error}");
        assert_eq!(sim.requests().len(), 1);
    }
}
