//! Mailgun's facts, and the tests of what only Mailgun has.

use serde_json::{Value, json};
use tenancy::providers::mailgun::DESCRIPTOR;

use super::Facts;
use crate::clean::Clean;

/// What general tests must know of Mailgun.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &["list-subaccounts.first-page", "list-subaccounts.last-page"],
    only_page: |records| json!({"total": records}),
    after_the_last: |records| json!({"subaccounts": [], "total": records}),
    total: Some("/total"),
    read: &["/subaccounts", "/total"],
    parent: None,
    feeds: &[
        ("id", "id"),
        ("name", "name"),
        ("status", "status_detail.status"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
    derive: |tenant, record| {
        if let Some(word) = record.member("status").shown() {
            let status = match word.as_str() {
                Some("open") => json!("active"),
                Some("disabled") => json!("suspended"),
                Some("closed") => json!("archived"),
                _ => word,
            };
            tenant.insert("status".to_owned(), status);
        }
        if let Clean::Members(features) = record.member("features") {
            let enabled = features.iter().filter_map(|(name, feature)| {
                Some((name.clone(), feature.member("enabled").shown()?))
            });
            tenant.insert("permissions".to_owned(), Value::Object(enabled.collect()));
        }
    },
    contradicted: |_| None,
    ignored: &[],
    long_numbers: &[(r#""id""#, r#""credit":12345678901234567890,"id""#)],
};

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use provider_sim::{Account as SimAccount, Churn, Fault, Provider, Simulator};
    use tenancy::providers::Settings;
    use tenancy::{Account, Certainty, Query, Status};
    use wiremock::Request;

    use super::super::server::{query_value, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list, listed_ids};

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("mailgun"), "m").population(tenants, 1)
    }

    async fn list_at(sim: &Simulator, query: Query) -> Outcome {
        list(vec![connect(&sim.account("m"), &hurried())], query).await
    }

    fn row(id: &str, status: &str) -> Value {
        json!({"id": id, "name": "A", "status": status})
    }

    fn page(rows: &[Value]) -> Value {
        json!({"subaccounts": rows, "total": rows.len()})
    }

    /// The page, or the empty one after it.
    fn part(request: &Request, mut page: Value) -> Value {
        if query_value(request, "skip").as_deref() != Some("0") {
            page["subaccounts"] = json!([]);
        }
        page
    }

    fn selects(request: &Request) -> [Option<String>; 2] {
        ["enabled", "closed"].map(|name| query_value(request, name))
    }

    async fn listed(
        answer: impl Fn([Option<&str>; 2]) -> Value + Send + Sync + 'static,
    ) -> (Outcome, Vec<String>) {
        let server = serve(move |request| {
            let selected = selects(request);
            part(request, answer(selected.each_ref().map(Option::as_deref)))
        })
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let outcome = list(vec![account], Query::default()).await;
        (outcome, received(&server).await)
    }

    #[tokio::test]
    async fn three_lists_have_every_subaccount_once_whatever_closed_selects() {
        let (open, disabled, closed) = (row("1", "open"), row("2", "disabled"), row("3", "closed"));
        for (which, with_closed) in [
            ("all", vec![open.clone(), disabled.clone(), closed.clone()]),
            ("closed ones only", vec![closed.clone()]),
            ("open and closed ones", vec![open.clone(), closed.clone()]),
        ] {
            let (open, disabled) = (open.clone(), disabled.clone());
            let (outcome, requests) = listed(move |selected| match selected {
                [None, Some("true")] => page(&with_closed),
                [Some("true"), Some("false")] => page(std::slice::from_ref(&open)),
                [Some("false"), Some("false")] => page(std::slice::from_ref(&disabled)),
                other => panic!("{other:?}"),
            })
            .await;
            assert!(outcome.report.complete, "{which}: {:?}", outcome.report);
            let mut tenants: Vec<_> = outcome.tenants.iter().collect();
            tenants.sort_by_key(|tenant| &tenant.id);
            let statuses = tenants.iter().map(|tenant| tenant.status.clone().unwrap());
            let all = [Status::Active, Status::Suspended, Status::Archived];
            assert!(statuses.eq(all), "{which}");
            if which == "all" {
                insta::assert_snapshot!("mailgun-requests", requests.join("\n"));
            }
        }
    }

    #[tokio::test]
    async fn one_that_leaves_the_list_of_closed_ones_for_an_empty_one_is_found() {
        let asked = AtomicUsize::new(0);
        let (outcome, _) = listed(move |selected| {
            let is_open = asked.fetch_add(1, Ordering::Relaxed) > 1;
            match selected {
                [None, Some("true")] if is_open => page(&[row("1", "closed")]),
                [None, Some("true")] => page(&[row("1", "closed"), row("2", "closed")]),
                [Some("true"), _] if is_open => page(&[row("2", "open")]),
                _ => page(&[]),
            }
        })
        .await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert_eq!(outcome.ids(), ["1", "2"]);
    }

    #[tokio::test]
    async fn a_list_of_closed_ones_with_those_that_were_open_is_no_list_of_all() {
        let asked = AtomicBool::new(false);
        let (outcome, _) = listed(move |selected| match selected {
            [None, _] => page(&[row("1", "closed"), row("2", "disabled")]),
            [Some("false"), _] => {
                asked.store(true, Ordering::Relaxed);
                page(&[row("2", "disabled")])
            }
            // The third was disabled, and the first one open.
            _ if asked.load(Ordering::Relaxed) => page(&[row("3", "open")]),
            _ => page(&[row("1", "open")]),
        })
        .await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert_eq!(outcome.ids(), ["1", "2", "3"]);
    }

    #[tokio::test]
    async fn the_list_of_one_status_is_no_copy_of_itself() {
        let server = serve(|request| {
            let rows = match query_value(request, "enabled").as_deref() {
                Some("false") => vec![row("1", "disabled")],
                _ => Vec::new(),
            };
            part(request, page(&rows))
        })
        .await;
        let mut query = Query::default();
        query.statuses = vec![Status::Suspended, Status::Archived];
        query.verify = true;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let outcome = list(vec![account], query).await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }

    #[tokio::test]
    async fn a_list_of_enabled_ones_with_others_does_not_pass_for_one() {
        let (outcome, _) = listed(|_| page(&[row("1", "open"), row("2", "disabled")])).await;
        let source = &outcome.report.sources[0];
        let error = source.error.as_deref().unwrap();
        assert!(error.contains("may ignore the filter"), "{error}");
        assert_eq!(outcome.ids(), ["1", "2"]);
    }

    #[tokio::test]
    async fn one_status_is_one_list_and_closed_ones_are_found_among_all() {
        for (status, selected, found) in [
            (Status::Active, [Some("true"), Some("false")], 1),
            (Status::Suspended, [Some("false"), Some("false")], 0),
            (Status::Archived, [None, Some("true")], 0),
        ] {
            let server = serve(|request| match query_value(request, "enabled").as_deref() {
                Some("false") => page(&[]),
                _ => part(request, page(&[row("1", "open")])),
            })
            .await;
            let mut query = Query::default();
            query.statuses = vec![status];
            let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
            let outcome = list(vec![account], query).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
            assert_eq!(outcome.tenants.len(), found);
            let requests = server.received_requests().await.unwrap();
            let selected = selected.map(|value| value.map(str::to_owned));
            assert!(requests.iter().all(|request| selects(request) == selected));
        }
    }

    #[tokio::test]
    async fn a_size_of_its_own_is_asked_for_and_a_smaller_page_costs_nobody() {
        for size in [1000, 10] {
            let sim = Simulator::start([simulated(25).max_page_size(size)]).unwrap();
            let outcome = list_at(&sim, Query::default()).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
            assert_eq!(outcome.ids(), listed_ids(&sim.account("m")));
            let requests = sim.requests();
            let mut sizes = requests.iter().map(|request| request.query("limit"));
            assert_eq!(sizes.next(), Some(Some("1000")));
            assert!(sizes.all(|size| size.is_some()));
        }
    }

    #[tokio::test]
    async fn both_forms_of_a_time_are_instants_and_features_are_permissions() {
        let (outcome, _) = listed(|_| {
            let mut row = row("1", "open");
            row["created_at"] = "Wed, 06 Nov 2024 19:48:29 GMT".into();
            row["updated_at"] = "2025-05-28T20:03:05Z".into();
            row["features"] = json!({"sending": {"enabled": true}, "validations": {}});
            page(&[row])
        })
        .await;
        let tenant = &outcome.tenants[0];
        let times = [tenant.created_at, tenant.updated_at].map(|time| time.unwrap().to_string());
        assert_eq!(times, ["2024-11-06T19:48:29Z", "2025-05-28T20:03:05Z"]);
        let permissions = tenant.permissions.as_ref().unwrap();
        assert_eq!(permissions.len(), 1);
        assert!(permissions["sending"]);
    }

    #[tokio::test]
    async fn each_shape_of_a_401_is_final() {
        for (knob, words) in [
            (None, "unauthorized"),
            (Some("text_errors"), "check the account's credentials"),
        ] {
            let account = simulated(3).fault(.., Fault::status(401));
            let account = knob.into_iter().fold(account, SimAccount::knob);
            let sim = Simulator::start([account]).unwrap();
            let outcome = list_at(&sim, Query::default()).await;
            let source = &outcome.report.sources[0];
            let error = source.error.as_deref().unwrap();
            assert!(
                error.contains("401 Unauthorized") && error.contains(words),
                "{error}"
            );
            assert_eq!((source.requests, source.retries), (1, 0));
        }
    }

    #[test]
    fn each_region_has_an_address_of_its_own() {
        let mut settings = Settings::new([("api_key", "key")]);
        settings
            .options
            .insert("region".to_owned(), "eu".to_owned());
        assert!(Account::connect("a", &DESCRIPTOR, &settings).is_ok());
        settings
            .options
            .insert("region".to_owned(), "asia".to_owned());
        let error = Account::connect("a", &DESCRIPTOR, &settings).unwrap_err();
        assert!(error.to_string().contains("use one of us, eu"), "{error}");
    }

    #[tokio::test]
    async fn a_thousand_come_once_in_pages_of_one_and_of_a_thousand() {
        for size in [1, 1000] {
            let sim = Simulator::start([simulated(1000)]).unwrap();
            let handle = sim.account("m");
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(size);
            query.concurrency = NonZeroU32::MIN;
            let outcome = list_at(&sim, query).await;
            assert_eq!(outcome.ids(), listed_ids(&handle));
            let source = &outcome.report.sources[0];
            assert!(source.complete, "{source:?}");
            assert_eq!(source.expected, Some(1000));
            let with = |status: &Status| {
                let has = |tenant: &&tenancy::Tenant| tenant.status.as_ref() == Some(status);
                outcome.tenants.iter().filter(has).count()
            };
            let lists = [1000, with(&Status::Active), with(&Status::Suspended)];
            let least: usize = lists
                .map(|tenants| tenants.div_ceil(size as usize))
                .iter()
                .sum();
            // One more request shows the end of each list.
            assert_eq!(handle.requests().len(), least + lists.len());
        }
    }

    #[tokio::test]
    async fn who_is_there_all_the_time_is_listed_while_others_come_and_go() {
        for (knob, churn) in [
            (None, Churn::after(1).delete_at([0, 5])),
            (None, Churn::after(2).create(3)),
            (
                Some("closed_means_only_closed"),
                Churn::after(2).create(1).delete_at([1]),
            ),
        ] {
            let account = knob.into_iter().fold(simulated(100), SimAccount::knob);
            let sim = Simulator::start([account.churn(churn)]).unwrap();
            let before = sim.account("m").ids();
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(20);
            query.verify = true;
            let outcome = list_at(&sim, query).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
            assert_eq!(outcome.report.sources[0].certainty, Certainty::Agreed);
            let after = sim.account("m").ids();
            let stayed = before.iter().filter(|id| after.contains(id));
            let listed = outcome.ids();
            assert!(stayed.into_iter().all(|id| listed.contains(&id.as_str())));
        }
    }
}
