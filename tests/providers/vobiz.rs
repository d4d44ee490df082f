//! Vobiz' facts, and the tests of what only Vobiz has.

use serde_json::json;
use tenancy::providers::vobiz::DESCRIPTOR;

use super::Facts;

/// What general tests must know of Vobiz.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &["list-subaccounts.openapi-example"],
    only_page: |records| json!({"total": records, "page": 1, "size": records + 24}),
    after_the_last: |records| json!({"sub_accounts": [], "total": records, "page": 2, "size": 25}),
    total: Some("/total"),
    read: &["/sub_accounts", "/total", "/page"],
    parent: None,
    feeds: &[
        ("auth_id", "id"),
        ("parent_auth_id", "parent_id"),
        ("name", "name"),
        ("description", "description"),
        ("enabled", "status_detail.enabled"),
        ("is_active", "status_detail.is_active"),
        ("email", "contact.email"),
        ("phone", "contact.phone"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("last_used", "last_used_at"),
        ("rate_limit", "limits.request_rate"),
        ("permissions", "permissions"),
    ],
    derive: |tenant, record| {
        let aliases = ["id", "api_id"].iter();
        let aliases: Vec<_> = aliases
            .filter_map(|name| record.member(name).shown())
            .collect();
        if !aliases.is_empty() {
            tenant.insert("aliases".to_owned(), json!(aliases));
        }
        let switches = ["enabled", "is_active"].map(|name| record.member(name).shown());
        if switches.contains(&Some(json!(false))) {
            tenant.insert("status".to_owned(), json!("suspended"));
        } else if switches.iter().all(|switch| *switch == Some(json!(true))) {
            tenant.insert("status".to_owned(), json!("active"));
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("account", "a path made of `parent_auth_id`"),
        ("auth_token", "a secret"),
        ("created", "`created_at` says it with the time of day"),
        (
            "email_verified",
            "nothing that tenants of other providers have",
        ),
        ("modified", "`updated_at` says it with the time of day"),
        ("parent_account_id", "`parent_auth_id` is what calls take"),
        ("resource_uri", "a path made of `auth_id`"),
    ],
    long_numbers: &[(
        r#""rate_limit""#,
        r#""rate_limit":12345678901234567890,"rate_limit_before""#,
    )],
};

#[cfg(test)]
mod certainty;
#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use tenancy::{ListingErrorKind, Query};
    use wiremock::MockServer;

    use super::super::server::{list_body, query_value, received, serve};
    use super::*;
    use crate::{account, list};

    async fn serve_sub_accounts(count: u64) -> MockServer {
        serve(move |request| {
            let page: u64 = query_value(request, "page").unwrap().parse().unwrap();
            let size: u64 = query_value(request, "size").unwrap().parse().unwrap();
            let first = (page - 1) * size;
            let ids: Vec<_> = (first..count.min(first + size))
                .map(|n| {
                    let created_at = format!("2026-01-01T00:{:02}:00Z", 59 - n);
                    json!({"auth_id": format!("SA_{n}"), "created_at": created_at})
                })
                .collect();
            json!({"sub_accounts": ids, "total": count, "page": page, "size": size})
        })
        .await
    }

    fn page(page: u64) -> String {
        format!(
            "GET /api/v1/accounts/MA_XXXXXXXX/sub-accounts/?page={page}&size=10 accept=application/json \
             x-auth-id=MA_XXXXXXXX x-auth-token=tok"
        )
    }

    #[tokio::test]
    async fn each_page_is_requested_once_with_both_headers() {
        for concurrency in [1, 3] {
            let server = serve_sub_accounts(45).await;
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(10);
            query.concurrency = NonZeroU32::new(concurrency).unwrap();
            let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
            let outcome = list(vec![account], query).await;
            assert_eq!(outcome.tenants.len(), 45);
            assert!(outcome.report.complete);
            let mut requests = received(&server).await;
            assert_eq!(requests.first(), Some(&page(1)));
            if concurrency > 1 {
                assert_eq!(requests.pop(), Some(page(1)), "the head is confirmed last");
            }
            requests.sort();
            assert_eq!(requests, (1..=5).map(page).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn one_malformed_record_costs_no_other() {
        let body = r#"{"sub_accounts": [
            {"auth_id": "SA_1", "name": "one", "kyc_mode": "strict", "permissions": {"new": true}},
            {"auth_id": 7, "name": "no identity", "auth_token": "s3cret-of-a-record"},
            {"auth_id": "SA_2", "name": {"not": "a name"}, "created": 5},
            {"auth_id": "SA_3", "name": "twice", "name": "last"}
        ], "total": 4, "page": 1, "size": 25}"#;
        let outcome = list_body("vobiz", body).await;
        assert_eq!(outcome.ids(), ["SA_1", "SA_2", "SA_3"]);
        assert_eq!(outcome.tenants[1].name, None);
        assert_eq!(outcome.tenants[2].name.as_deref(), Some("last"));
        assert_eq!(
            outcome.errors[0].to_string(),
            "reseller (vobiz): record 1 cannot be read at /auth_id: invalid type: integer, expected a string"
        );
        assert!(!format!("{:?}", outcome.errors).contains("s3cret-of-a-record"));
        let source = &outcome.report.sources[0];
        assert!(!source.complete);
        assert_eq!(
            (source.tenants, source.quarantined, source.expected),
            (3, 1, Some(4))
        );
        insta::assert_json_snapshot!("report-of-malformed-records", outcome.report);
    }

    #[tokio::test]
    async fn an_unreadable_record_is_shown_in_part_and_without_its_secrets() {
        let long = "ü".repeat(4000);
        let unreadable = format!(
            r#"{{"auth_token":"s3cret-of-a-record","auth_id":[7],"nested":{{"api_key":"s3cret-of-a-record"}},"name":"{long}","pwd":"s3cret-of-a-record"}}"#
        );
        let body = format!(
            r#"{{"sub_accounts":[{{"auth_id":"SA_1"}},{unreadable},{{"auth_id":"SA_2"}}],"total":3,"page":1,"size":25}}"#
        );
        let outcome = list_body("vobiz", &body).await;
        assert_eq!(outcome.ids(), ["SA_1", "SA_2"]);
        let ListingErrorKind::Record(record) = &outcome.errors[0].kind else {
            panic!("{:?}", outcome.errors)
        };
        assert_eq!((record.position, record.path.as_str()), (1, "/auth_id"));
        assert_eq!(record.reason, "invalid type: sequence, expected a string");
        let text = &record.record;
        assert!((4000..=4096).contains(&text.len()), "{}", text.len());
        let shown = r#"{"auth_token":"<redacted>","auth_id":[7],"nested":{"api_key":"<redacted>"},"name":"üüü"#;
        assert!(text.starts_with(shown), "{text}");
        assert!(!format!("{outcome:?}").contains("s3cret-of-a-record"));
        assert!(!outcome.report.complete);
    }
}
