//! Layers' facts, and the tests of what only Layers has.

use serde_json::{Value, json};
use tenancy::providers::layers::DESCRIPTOR;

use super::Facts;

/// What general tests must know of Layers.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &[],
    only_page: |_| json!({}),
    after_the_last: |_| json!({"items": [], "nextCursor": null}),
    total: None,
    read: &["/items", "/nextCursor"],
    parent: None,
    feeds: &[
        ("id", "id"),
        ("parentOrganizationId", "parent_id"),
        ("name", "name"),
        ("status", "status"),
        ("status", "status_detail.status"),
        ("billingEmail", "contact.email"),
        ("createdAt", "created_at"),
        ("updatedAt", "updated_at"),
        ("archivedAt", "archived_at"),
        ("metadata", "metadata"),
    ],
    derive: |tenant, record| {
        let id = record.member("id").shown();
        let id = id.as_ref().and_then(Value::as_str);
        if let Some(bare) = id.and_then(|id| id.strip_prefix("org_")) {
            tenant.insert("aliases".to_owned(), json!([bare]));
        }
    },
    contradicted: |_| None,
    ignored: &[],
    long_numbers: &[(r#""id""#, r#""seats":12345678901234567890,"id""#)],
};

#[cfg(test)]
mod certainty;
#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use provider_sim::{Account as SimAccount, Simulator};
    use tenancy::{ListingErrorKind, Query, Status};

    use super::super::server::{list_body, query_value, read, received, serve};
    use super::*;
    use crate::{account, connect, hurried, list, root};

    fn simulated(name: &str) -> SimAccount {
        SimAccount::new(provider_sim::Provider::named("layers"), name)
    }

    #[tokio::test]
    async fn every_page_repeats_filter_and_limit_and_encodes_the_cursor() {
        let server = serve(|request| match query_value(request, "cursor").as_deref() {
            None => {
                json!({"items": [{"id": "org_1", "status": "active"}], "nextCursor": "eyJvIjoxfQ=="})
            }
            Some("eyJvIjoxfQ==") => json!({"items": [], "nextCursor": "a+b/c&d"}),
            Some("a+b/c&d") => json!({"items": [{"id": "org_2", "status": "active"}]}),
            other => panic!("{other:?}"),
        })
        .await;
        let mut query = Query::default();
        query.statuses = vec![Status::Active];
        query.page_size = NonZeroU32::new(25);
        let account = account(&DESCRIPTOR, "a", &server.uri(), "lp_key");
        let outcome = list(vec![account], query).await;
        assert_eq!(outcome.ids(), ["org_1", "org_2"]);
        assert!(outcome.report.complete);
        insta::assert_snapshot!("layers-requests", received(&server).await.join("\n"));
    }

    #[tokio::test]
    async fn archived_organizations_are_requested_too_and_listed_once() {
        let server = serve(|request| match query_value(request, "status").as_deref() {
            None => json!({"items": [{"id": "org_1", "status": "active"}, {"id": "org_2", "status": "archived"}], "nextCursor": null}),
            Some("archived") => json!({"items": [{"id": "org_2", "status": "archived"}, {"id": "org_3", "status": "archived"}], "nextCursor": null}),
            other => panic!("{other:?}"),
        })
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "lp_key");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), ["org_1", "org_2", "org_3"]);
        assert!(outcome.report.complete);
        assert_eq!(outcome.report.sources[0].duplicates, 0);
        assert_eq!(
            received(&server).await,
            [
                "GET /v1/organizations?limit=200 accept=application/json authorization=Bearer lp_key",
                "GET /v1/organizations?limit=200&status=archived accept=application/json authorization=Bearer lp_key",
                "GET /v1/organizations?limit=200 accept=application/json authorization=Bearer lp_key",
            ]
        );
    }

    #[tokio::test]
    async fn a_key_without_the_scope_gets_advice() {
        let accounts = [
            simulated("good").population(3, 1),
            simulated("scopeless").population(3, 1).forbidden(),
        ];
        let sim = Simulator::start(accounts).unwrap();
        let accounts = ["scopeless", "good"].map(|name| connect(&sim.account(name), &hurried()));
        let outcome = list(accounts.into(), Query::default()).await;
        assert_eq!(outcome.tenants.len(), 3);
        assert_eq!(outcome.errors[0].account, "scopeless");
        let ListingErrorKind::Account(error) = &outcome.errors[0].kind else {
            panic!("{:?}", outcome.errors)
        };
        assert!(error.call().unwrap().is_forbidden());
        let advice = "give the key the scope `org:admin`, or use one that has it";
        assert_eq!(error.advice(), Some(advice));
        let sources = &outcome.report.sources;
        let reason = sources[0].error.as_ref().unwrap();
        assert!(reason.contains("FORBIDDEN_SCOPE"), "{reason}");
        assert!(sources[1].complete);
    }

    #[tokio::test]
    async fn an_unknown_status_is_kept() {
        let path = root().join("specs/layers/examples/list-organizations.json");
        let body = std::fs::read_to_string(path).unwrap();
        let unknown = body.replace("\"active\"", "\"frozen_for_review\"");
        assert_ne!(body, unknown);
        let page: Value = serde_json::from_str(&unknown).unwrap();
        let (outcome, _) = read("layers", move |count, _| match count {
            0 => (200, page.clone()),
            _ => (200, json!({"items": [], "nextCursor": null})),
        })
        .await;
        let status = outcome.tenants[0].status.as_ref().unwrap();
        assert_eq!(status.as_str(), "frozen_for_review");
        assert!(outcome.report.complete);
    }

    #[tokio::test]
    async fn a_renamed_cursor_is_not_the_end_of_the_list() {
        let page = |next: &str| format!(r#"{{"items":[{{"id":"org_1"}},{{"id":"org_2"}}]{next}}}"#);
        for renamed in [r#","next_cursor":"abc""#, r#","paging":{},"nextPage":2"#] {
            let outcome = list_body("layers", &page(renamed)).await;
            assert_eq!(outcome.tenants.len(), 2);
            let source = &outcome.report.sources[0];
            let error = source.error.as_deref().unwrap_or_default();
            let refused = !source.complete && error.contains("not declared");
            assert!(refused, "{source:?}");
        }
        for other in ["", r#","requestId":"7""#] {
            let outcome = list_body("layers", &page(other)).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
        }
    }

    #[tokio::test]
    async fn a_full_last_page_without_a_cursor_is_read_again_at_another_size() {
        // 400 at 200 a page: the last page is full, and without a cursor it does not say that it is the last.
        let account = simulated("l").population(400, 1).omits_last_cursor();
        let sim = Simulator::start([account]).unwrap();
        let account = connect(&sim.account("l"), &hurried());
        let outcome = list(vec![account], Query::default()).await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert_eq!(outcome.ids(), sim.account("l").ids());
        let requests = sim.requests();
        let limits = requests.iter().filter_map(|request| request.query("limit"));
        let limits: std::collections::BTreeSet<_> = limits.collect();
        assert_eq!(limits.into_iter().collect::<Vec<_>>(), ["199", "200"]);

        // A null cursor says it: two pages, and one of archived organizations.
        let sim = Simulator::start([simulated("l").population(400, 1)]).unwrap();
        let account = connect(&sim.account("l"), &hurried());
        let outcome = list(vec![account], Query::default()).await;
        assert!(outcome.report.complete);
        assert_eq!(outcome.report.sources[0].requests, 3);
    }
}
