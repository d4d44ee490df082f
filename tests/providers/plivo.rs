//! Plivo's facts, and the tests of what only Plivo has.

use serde_json::{Value, json};
use tenancy::providers::plivo::DESCRIPTOR;

use super::Facts;

/// What general tests must know of Plivo.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &["list-subaccounts.first-page", "list-subaccounts.last-page"],
    only_page: |records| json!({"meta": meta(0, records)}),
    after_the_last: |records| json!({"api_id": "x", "meta": meta(records, records), "objects": []}),
    total: Some("/meta/total_count"),
    read: &[
        "/objects",
        "/meta",
        "/meta/total_count",
        "/meta/next",
        "/meta/offset",
    ],
    parent: None,
    feeds: &[
        ("auth_id", "id"),
        ("name", "name"),
        ("enabled", "status_detail.enabled"),
        ("created", "created_at"),
        ("modified", "updated_at"),
    ],
    derive: |tenant, record| {
        if let Some(enabled) = record.member("enabled").shown() {
            let is_enabled = enabled == json!(true);
            let status = if is_enabled { "active" } else { "suspended" };
            tenant.insert("status".to_owned(), json!(status));
        }
        let path = record.member("account").shown();
        let path = path.as_ref().and_then(Value::as_str).unwrap_or_default();
        if let Some(parent) = path.split('/').rfind(|segment| !segment.is_empty()) {
            tenant.insert("parent_id".to_owned(), json!(parent));
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("api_id", "identifies the request"),
        (
            "meta.limit",
            "the address of the next page says what follows",
        ),
        ("meta.previous", "the list is read forwards"),
        ("auth_token", "a secret"),
        ("new_auth_token", "a secret"),
        ("resource_uri", "a path made of `auth_id`"),
    ],
    long_numbers: &[(r#""auth_id""#, r#""credit":12345678901234567890,"auth_id""#)],
};

fn meta(offset: usize, total: usize) -> Value {
    json!({"limit": 20, "next": null, "offset": offset, "previous": null, "total_count": total})
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use provider_sim::{Account as SimAccount, Churn, Provider, Simulator};
    use tenancy::providers::Settings;
    use tenancy::{Account, Certainty, Query, Status};
    use wiremock::Request;

    use super::super::server::{query_value, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    const LIST: &str = "/v1/Account/MAXXXXXXXXXXXXXXXXXX/Subaccount/";

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("plivo"), "p").population(tenants, 1)
    }

    async fn list_at(sim: &Simulator, size: u32, verify: bool) -> Outcome {
        let mut query = Query::default();
        query.page_size = NonZeroU32::new(size);
        query.verify = verify;
        list(vec![connect(&sim.account("p"), &hurried())], query).await
    }

    fn row(number: usize) -> Value {
        json!({"auth_id": format!("SA{number}"), "account": "/v1/Account/MAXXXXXXXXXXXXXXXXXX/"})
    }

    fn page(rows: &[Value], total: usize, next: Option<&str>) -> Value {
        json!({"objects": rows, "meta": {"total_count": total, "next": next}})
    }

    fn number(request: &Request, name: &str) -> Option<usize> {
        query_value(request, name).map(|value| value.parse().unwrap())
    }

    /// Lists an account whose server answers so, three at a time.
    async fn listed(
        answer: impl Fn(&Request) -> Value + Send + Sync + 'static,
    ) -> (Outcome, Vec<String>) {
        let server = serve(answer).await;
        let mut query = Query::default();
        query.page_size = NonZeroU32::new(3);
        query.raw = true;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        (list(vec![account], query).await, received(&server).await)
    }

    /// Seven subaccounts, of a server that counts offsets in units of so many rows, and in units of so many in its addresses.
    async fn seven(unit: usize, unit_of_addresses: usize) -> (Outcome, Vec<String>) {
        listed(move |request| {
            let limit = number(request, "limit").unwrap();
            let from = number(request, "offset").unwrap_or_default() * unit;
            let rows: Vec<_> = (from..7.min(from + limit)).map(row).collect();
            let offset = (from + limit) / unit_of_addresses;
            let next = format!("{LIST}?limit={limit}&offset={offset}");
            page(&rows, 7, (from + limit < 7).then_some(&next))
        })
        .await
    }

    #[tokio::test]
    async fn an_offset_leads_on_whether_it_counts_rows_or_pages() {
        for unit in [1, 3] {
            let (outcome, requests) = seven(unit, unit).await;
            let all: Vec<_> = (0..7).map(|number| format!("SA{number}")).collect();
            assert_eq!(outcome.ids(), all);
            assert!(outcome.report.complete);
            insta::assert_snapshot!(format!("plivo-requests-{unit}"), requests.join("\n"));
        }
        // A server that follows both documents leads past rows, which the total shows.
        let (outcome, _) = seven(3, 1).await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete, "{source:?}");
    }

    #[tokio::test]
    async fn an_address_that_leads_elsewhere_or_nowhere_is_not_followed() {
        let other_list = "/v1/Account/MAXXXXXXXXXXXXXXXXXX/Call/?offset=3";
        let without_offset = "/v1/Account/MAXXXXXXXXXXXXXXXXXX/Subaccount/?limit=3";
        let other_host = "https://evil.example/v1/Account/MA1/Subaccount/?offset=3";
        for next in [other_list, without_offset, other_host] {
            let (outcome, requests) = listed(move |_| page(&[row(0)], 2, Some(next))).await;
            let error = outcome.report.sources[0].error.as_deref().unwrap();
            assert!(error.contains("link after page 1"), "{error}");
            assert_eq!(requests.len(), 1);
        }
    }

    #[tokio::test]
    async fn the_address_s_own_limit_goes_with_its_offset() {
        let (outcome, requests) = listed(|request| match number(request, "offset") {
            None => page(&[row(0), row(1)], 3, Some("?limit=2&offset=1")),
            Some(_) => page(&[row(2)], 3, None),
        })
        .await;
        assert!(outcome.report.complete && outcome.ids().len() == 3);
        assert!(requests[1].contains("?limit=2&offset=1 "), "{requests:?}");
    }

    #[tokio::test]
    async fn an_offset_that_counts_neither_the_rows_nor_the_pages_before_is_a_contradiction() {
        for (offset, complete) in [(2, true), (1, true), (0, true), (3, false)] {
            let (outcome, _) = listed(move |request| {
                let (mut page, offset) = match number(request, "offset") {
                    None => (page(&[row(0), row(1)], 3, Some("?limit=3&offset=3")), 0),
                    Some(_) => (page(&[row(2)], 3, None), offset),
                };
                page["meta"]["offset"] = offset.into();
                page
            })
            .await;
            assert_eq!(outcome.report.complete, complete, "{offset}");
        }
    }

    #[tokio::test]
    async fn a_server_that_sends_less_than_it_counts_is_asked_for_what_it_sends() {
        let (outcome, requests) = listed(|request| {
            let limit = number(request, "limit").unwrap();
            let from = number(request, "offset").unwrap_or_default();
            let rows: Vec<_> = (from..7.min(from + limit.min(2))).map(row).collect();
            let next = format!("?limit={limit}&offset={}", from + limit);
            let mut page = page(&rows, 7, (from + limit < 7).then_some(&next));
            page["meta"]["offset"] = from.into();
            page["meta"]["total_count"] = Value::Null;
            page
        })
        .await;
        assert_eq!(outcome.ids().len(), 7);
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert!(requests.last().unwrap().contains("limit=2"), "{requests:?}");
    }

    #[tokio::test]
    async fn two_empty_answers_prove_nothing_if_one_of_them_counts_tenants() {
        let asked = AtomicUsize::new(0);
        let (outcome, _) = listed(move |_| match asked.fetch_add(1, Ordering::Relaxed) {
            0 => page(&[], 2, None),
            1 => page(&[], 0, None),
            _ => page(&[row(1), row(2)], 2, None),
        })
        .await;
        assert_eq!(outcome.ids(), ["SA1", "SA2"]);
    }

    #[tokio::test]
    async fn an_array_instead_of_an_object_says_nothing_of_the_end() {
        let (outcome, _) = listed(|_| json!({"objects": [row(0)], "meta": []})).await;
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.complete, source.certainty),
            (true, Certainty::Assumed)
        );
    }

    #[tokio::test]
    async fn a_day_stays_a_day_and_secrets_of_rows_are_shown_nowhere() {
        let (outcome, _) = listed(|_| {
            let mut row = row(0);
            row["created"] = "2017-05-22".into();
            row["modified"] = "2018-05-22T01:02:03Z".into();
            row["auth_token"] = "s3cret-of-a-row".into();
            row["new_auth_token"] = "s3cret-of-a-row".into();
            page(&[row], 1, None)
        })
        .await;
        let tenant = &outcome.tenants[0];
        assert_eq!(tenant.created_at.unwrap().to_string(), "2017-05-22");
        let updated_at = tenant.updated_at.unwrap().to_string();
        assert_eq!(updated_at, "2018-05-22T01:02:03Z");
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        assert!(written.contains("<redacted>"), "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret-of-a-row"));
    }

    #[tokio::test]
    async fn a_disabled_one_is_suspended_and_the_account_itself_is_no_tenant() {
        let (outcome, _) = listed(|_| {
            let mut disabled = row(1);
            disabled["enabled"] = false.into();
            let own = json!({"auth_id": DESCRIPTOR.credentials[0].example});
            page(&[disabled, own], 2, None)
        })
        .await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert_eq!(outcome.ids(), ["SA1"]);
        let tenant = &outcome.tenants[0];
        assert_eq!(tenant.status, Some(Status::Suspended));
        assert_eq!(tenant.parent_id.as_deref(), Some("MAXXXXXXXXXXXXXXXXXX"));
        assert_eq!(outcome.report.sources[0].parents, 1);
    }

    #[test]
    fn an_auth_id_that_would_change_the_path_is_refused() {
        for auth_id in ["", "..", "MA/1", "MA1?limit=1"] {
            let settings = Settings::new([("auth_id", auth_id), ("auth_token", "tok")]);
            let error = Account::connect("a", &DESCRIPTOR, &settings).unwrap_err();
            assert!(error.to_string().contains("`auth_id`"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_thousand_come_once_in_the_fewest_pages_of_one_and_of_twenty() {
        for (size, pages) in [(1, 1000), (20, 50), (1000, 50)] {
            let sim = Simulator::start([simulated(1000)]).unwrap();
            let outcome = list_at(&sim, size, false).await;
            assert_eq!(outcome.ids(), sim.account("p").ids());
            let source = &outcome.report.sources[0];
            assert!(source.complete, "{source:?}");
            assert_eq!(source.expected, Some(1000));
            assert_eq!(source.certainty, Certainty::Assumed);
            assert_eq!(sim.requests().len(), pages);
        }
    }

    #[tokio::test]
    async fn who_is_there_all_the_time_is_listed_while_others_come_and_go() {
        for churn in [
            Churn::after(1).delete_at([0, 5]),
            Churn::after(2).create(3),
            Churn::after(2).create(1).delete_at([1]),
        ] {
            let sim = Simulator::start([simulated(100).churn(churn)]).unwrap();
            let before = sim.account("p").ids();
            let outcome = list_at(&sim, 20, true).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
            let after = sim.account("p").ids();
            let stayed = before.iter().filter(|id| after.contains(id));
            let listed = outcome.ids();
            assert!(stayed.into_iter().all(|id| listed.contains(&id.as_str())));
        }
    }
}
