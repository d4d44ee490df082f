//! Telnyx' facts, and the tests of what only Telnyx has.

use serde_json::{Value, json};
use tenancy::providers::telnyx::DESCRIPTOR;

use super::Facts;

/// What general tests must know of Telnyx.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &[
        "list-managed-accounts.first-page",
        "list-managed-accounts.last-page",
    ],
    only_page: |records| json!({"meta": meta(1, records)}),
    after_the_last: |records| {
        let page = 1 + u32::from(records > 0);
        json!({"data": [], "meta": meta(page, records)})
    },
    total: Some("/meta/total_results"),
    read: &[
        "/data",
        "/meta",
        "/meta/total_results",
        "/meta/page_number",
        "/meta/page_size",
    ],
    parent: None,
    feeds: &[
        ("id", "id"),
        ("manager_account_id", "parent_id"),
        ("organization_name", "name"),
        ("email", "contact.email"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
    derive: |_, _| {},
    contradicted: |_| None,
    ignored: &[
        ("meta.total_pages", "`total_results` says more"),
        ("api_key", "a secret"),
        ("api_token", "a secret"),
        ("api_user", "the manager account's own e-mail address"),
        (
            "managed_account_allow_custom_pricing",
            "nothing that tenants of other providers have",
        ),
        ("record_type", "the same word in every record"),
        (
            "rollup_billing",
            "nothing that tenants of other providers have",
        ),
    ],
    long_numbers: &[(r#""id""#, r#""credit":12345678901234567890,"id""#)],
};

fn meta(page: u32, total: usize) -> Value {
    json!({"total_pages": total.div_ceil(250), "total_results": total, "page_number": page, "page_size": 250})
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::num::NonZeroU32;

    use provider_sim::{Account as SimAccount, Churn, Provider, Simulator, Status as SimStatus};
    use tenancy::{Certainty, Query, Status};
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    use super::super::server::{query_value, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list, listed_ids};

    const MANAGER: &str = "00000000-0000-4000-8000-0000000000ff";
    const FILTER: &str = "filter[status][eq]";

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("telnyx"), "t").population(tenants, 1)
    }

    async fn list_at(sim: &Simulator, query: Query) -> Outcome {
        list(vec![connect(&sim.account("t"), &hurried())], query).await
    }

    fn row(id: &str) -> Value {
        json!({"record_type": "managed_account", "id": id, "manager_account_id": MANAGER})
    }

    fn page(rows: &[Value]) -> Value {
        json!({"data": rows, "meta": meta(1, rows.len())})
    }

    /// Lists an account whose server answers so to each word of the filter, and to none.
    async fn listed(
        answer: impl Fn(Option<&str>, &Request) -> Value + Send + Sync + 'static,
    ) -> (Outcome, Vec<String>) {
        let server = serve(move |request| {
            let word = query_value(request, FILTER);
            answer(word.as_deref(), request)
        })
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let mut query = Query::default();
        query.raw = true;
        (list(vec![account], query).await, received(&server).await)
    }

    fn statuses(outcome: &Outcome) -> Vec<(&str, Option<&str>)> {
        let mut statuses = Vec::new();
        for tenant in &outcome.tenants {
            let status = tenant.status.as_ref().map(Status::as_str);
            statuses.push((tenant.id.as_str(), status));
        }
        statuses
    }

    #[tokio::test]
    async fn the_list_that_has_an_account_tells_its_status() {
        // Nobody knows what the last one is: it is in the list of all only.
        let (outcome, requests) = listed(|word, _| match word {
            Some("enabled") => page(&[row("1"), row("5")]),
            Some("disabled") => page(&[row("2")]),
            Some("cancelled") => page(&[row("3")]),
            Some("blocked") => page(&[row("4")]),
            None => page(&["1", "2", "3", "4", "5", "6"].map(row)),
            word => panic!("{word:?}"),
        })
        .await;
        let expected = [
            ("1", Some("active")),
            ("5", Some("active")),
            ("2", Some("suspended")),
            ("3", Some("archived")),
            ("4", Some("blocked")),
            ("6", None),
        ];
        assert_eq!(statuses(&outcome), expected);
        let source = &outcome.report.sources[0];
        assert!(source.complete, "{source:?}");
        assert_eq!((source.expected, source.duplicates), (Some(6), 0));
        insta::assert_snapshot!("telnyx-requests", requests.join("\n"));
    }

    #[tokio::test]
    async fn cancelled_accounts_are_listed_whatever_the_filter_does_without_the_other_parameter() {
        for alone in [true, false] {
            let (outcome, _) = listed(move |word, request| {
                let included = query_value(request, "include_cancelled_accounts");
                let included = included.as_deref() == Some("true");
                match word {
                    Some("cancelled") if included || alone => page(&[row("2")]),
                    Some("enabled") if included => page(&[row("1"), row("2")]),
                    None if included => page(&[row("1"), row("2")]),
                    Some("enabled") | None => page(&[row("1")]),
                    _ => page(&[]),
                }
            })
            .await;
            let expected = [("1", Some("active")), ("2", Some("archived"))];
            assert_eq!(statuses(&outcome), expected, "{alone}");
            assert!(outcome.report.complete);
        }
    }

    #[tokio::test]
    async fn disabled_and_blocked_accounts_are_listed_if_the_list_of_all_leaves_them_out() {
        let (outcome, _) = listed(|word, _| match word {
            Some("enabled") | None => page(&[row("1")]),
            Some("disabled") => page(&[row("2")]),
            Some("blocked") => page(&[row("3")]),
            _ => page(&[]),
        })
        .await;
        assert_eq!(outcome.ids(), ["1", "2", "3"]);
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }

    #[tokio::test]
    async fn a_server_that_ignores_the_filter_is_noticed() {
        let (outcome, _) = listed(|_, _| page(&["1", "2", "3"].map(row))).await;
        assert_eq!(outcome.ids(), ["1", "2", "3"]);
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.complete, source.certainty),
            (false, Certainty::Unproved)
        );
        let error = source.error.as_deref().unwrap();
        assert!(error.contains("ignore the filter"), "{error}");

        // An account of which no document says whether it is disabled or blocked, or both.
        let (outcome, _) = listed(|word, _| match word {
            Some("disabled" | "blocked") | None => page(&[row("1")]),
            _ => page(&[]),
        })
        .await;
        assert_eq!(statuses(&outcome), [("1", Some("suspended"))]);
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }

    #[tokio::test]
    async fn one_status_is_one_list() {
        for (status, word) in [
            ("active", "enabled"),
            ("suspended", "disabled"),
            ("archived", "cancelled"),
            ("blocked", "blocked"),
        ] {
            let server = serve(|_| page(&[row("1")])).await;
            let mut query = Query::default();
            query.statuses = vec![Status::from(status)];
            let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
            let outcome = list(vec![account], query).await;
            assert_eq!(statuses(&outcome), [("1", Some(status))]);
            let requests = server.received_requests().await.unwrap();
            let words: Vec<_> = requests
                .iter()
                .map(|request| query_value(request, FILTER))
                .collect();
            assert_eq!(words, [Some(word.to_owned())]);
        }
    }

    #[tokio::test]
    async fn accounts_in_another_order_than_requested_cost_certainty() {
        let created = |id: &str, day: usize| {
            let mut row = row(id);
            row["created_at"] = format!("2026-01-0{day}T00:00:00Z").into();
            row
        };
        let sent = |descending: bool, verify: bool| async move {
            let server = serve(move |request| {
                if query_value(request, FILTER).is_some() {
                    return page(&[]);
                }
                let number: usize = query_value(request, "page[number]").unwrap().parse().unwrap();
                let days = (2 * number - 1..=2 * number).filter(|day| *day <= 5);
                let day_of = |day| if descending { 6 - day } else { day };
                let rows: Vec<_> = days.map(|day| created(&day.to_string(), day_of(day))).collect();
                let meta = json!({"total_pages": 3, "total_results": 5, "page_number": number, "page_size": 2});
                json!({"data": rows, "meta": meta})
            })
            .await;
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(2);
            query.verify = verify;
            let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
            let outcome = list(vec![account], query).await;
            assert_eq!(outcome.tenants.len(), 5);
            let source = &outcome.report.sources[0];
            let requests = received(&server).await.len();
            (source.complete, source.certainty, requests)
        };
        let once = (true, Certainty::Assumed, 4 + 3);
        assert_eq!(sent(false, false).await, once);
        // Read again, because the order is not the stated one.
        let twice = (true, Certainty::Agreed, 4 + 6);
        assert_eq!(sent(true, false).await, twice);
    }

    #[tokio::test]
    async fn a_row_that_others_name_as_their_manager_is_listed_and_costs_certainty() {
        // No document says whether the manager account has a row, and its example's row names itself.
        let own = |id: &str| json!({"id": id, "manager_account_id": id});
        let listed_as = |word: Option<&str>, rows: &[Value]| match word {
            Some("enabled") | None => page(rows),
            _ => page(&[]),
        };
        let (outcome, _) = listed(move |word, _| listed_as(word, &[own(MANAGER), row("1")])).await;
        assert_eq!(outcome.ids(), [MANAGER, "1"]);
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.complete, source.certainty),
            (true, Certainty::Assumed)
        );
        let (outcome, _) = listed(move |word, _| listed_as(word, &[own("1"), own("2")])).await;
        assert_eq!(outcome.ids(), ["1", "2"]);
    }

    #[tokio::test]
    async fn secrets_of_older_rows_are_shown_nowhere() {
        let (outcome, _) = listed(|_, _| {
            let mut row = row("1");
            row["api_key"] = "s3cret-of-a-row".into();
            row["api_token"] = "s3cret-of-a-row".into();
            page(&[row])
        })
        .await;
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        assert!(written.contains("<redacted>"), "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret-of-a-row"));
    }

    #[tokio::test]
    async fn an_account_that_is_no_manager_is_told_to_ask_for_it() {
        let server = MockServer::start().await;
        let body = json!({"errors": [{"code": "10010", "title": "Not allowed"}]});
        Mock::given(wiremock::matchers::any())
            .respond_with(ResponseTemplate::new(403).set_body_json(body))
            .mount(&server)
            .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let outcome = list(vec![account], Query::default()).await;
        let error = outcome.report.sources[0].error.as_deref().unwrap();
        assert!(error.contains("has to approve the account"), "{error}");
        assert_eq!(received(&server).await.len(), 1);
    }

    #[tokio::test]
    async fn a_thousand_come_once_in_pages_of_one_and_of_two_hundred_and_fifty() {
        for size in [1, 250] {
            let sim = Simulator::start([simulated(1000)]).unwrap();
            let handle = sim.account("t");
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(size);
            let outcome = list_at(&sim, query).await;
            assert_eq!(outcome.ids(), listed_ids(&handle));
            let source = &outcome.report.sources[0];
            assert!(source.complete, "{source:?}");
            assert_eq!(source.expected, Some(1000));
            assert_eq!(source.certainty, Certainty::Assumed);
            // A page more for each list, to see its end.
            let mut asked: HashMap<_, usize> = HashMap::new();
            for request in handle.requests() {
                let word = request.query(FILTER).map(str::to_owned);
                *asked.entry(word).or_default() += 1;
            }
            let with = |status| {
                let ids = handle.ids();
                let is_it = |id: &&String| {
                    handle.population(|population| population.status(id)) == Some(status)
                };
                ids.iter().filter(is_it).count()
            };
            for (word, tenants) in [
                (Some("enabled"), with(SimStatus::Active)),
                (Some("disabled"), with(SimStatus::Suspended)),
                (Some("cancelled"), with(SimStatus::Archived)),
                (Some("blocked"), 0),
                (None, 1000),
            ] {
                let least = tenants.div_ceil(size as usize).max(1);
                let asked = asked[&word.map(str::to_owned)];
                assert!((least..=least + 1).contains(&asked), "{word:?}: {asked}");
            }
        }
    }

    #[tokio::test]
    async fn who_is_there_all_the_time_is_listed_while_others_come_and_go() {
        for churn in [
            Churn::after(1).delete_at([0, 5]),
            Churn::after(2).create(3),
            Churn::after(7).create(1).delete_at([1]),
        ] {
            let sim = Simulator::start([simulated(100).churn(churn)]).unwrap();
            let before = sim.account("t").ids();
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(10);
            query.verify = true;
            let outcome = list_at(&sim, query).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
            let after = sim.account("t").ids();
            let stayed = before.iter().filter(|id| after.contains(id));
            let listed = outcome.ids();
            assert!(stayed.into_iter().all(|id| listed.contains(&id.as_str())));
        }
    }
}
