//! SendGrid's facts, and the tests of what only SendGrid has.

use serde_json::json;
use tenancy::providers::sendgrid::DESCRIPTOR;

use super::Facts;

/// What general tests must know of SendGrid.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &[],
    only_page: |_| json!({}),
    after_the_last: |_| json!([]),
    total: None,
    read: &[""],
    parent: None,
    feeds: &[
        ("username", "id"),
        ("email", "contact.email"),
        ("disabled", "status_detail.disabled"),
    ],
    derive: |tenant, record| {
        if let Some(disabled) = record.member("disabled").shown() {
            let is_disabled = disabled == json!(true);
            let status = if is_disabled { "suspended" } else { "active" };
            tenant.insert("status".to_owned(), json!(status));
        }
        if let Some(id) = record.member("id").shown() {
            tenant.insert("aliases".to_owned(), json!([id]));
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("region", "no field of the model; in `raw`"),
        ("password", "a secret"),
    ],
    long_numbers: &[(
        r#""username""#,
        r#""credit":12345678901234567890,"username""#,
    )],
};

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use provider_sim::{Account as SimAccount, Churn, Fault, Provider, Simulator};
    use serde_json::Value;
    use tenancy::{Certainty, Query, Status};
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    use super::super::server::{judged, list_body, query_value, read, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("sendgrid"), "s").population(tenants, 1)
    }

    async fn list_at(sim: &Simulator, size: u32, verify: bool) -> Outcome {
        let mut query = Query::default();
        query.page_size = NonZeroU32::new(size);
        query.verify = verify;
        list(vec![connect(&sim.account("s"), &hurried())], query).await
    }

    fn row(number: usize) -> Value {
        json!({"id": 1234, "username": format!("tenant_{number}"), "disabled": false, "email": "a@b.example"})
    }

    fn offset(request: &Request) -> usize {
        let offset = query_value(request, "offset");
        offset.map_or(0, |offset| offset.parse().unwrap())
    }

    /// Lists an account whose server has so many rows and sends what the function says of them: how many at this offset, and the
    /// header `Link`.
    async fn listed(
        there: usize,
        sends: impl Fn(usize) -> (usize, Option<&'static str>) + Send + Sync + 'static,
    ) -> (Outcome, Vec<String>) {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any())
            .respond_with(move |request: &Request| {
                let from = offset(request).min(there);
                let (rows, link) = sends(from);
                let rows: Vec<_> = (from..there.min(from + rows)).map(row).collect();
                let answer = ResponseTemplate::new(200).set_body_json(rows);
                link.into_iter()
                    .fold(answer, |answer, link| answer.insert_header("link", link))
            })
            .mount(&server)
            .await;
        let mut query = Query::default();
        query.page_size = NonZeroU32::new(3);
        let account = account(&DESCRIPTOR, "s", &server.uri(), "SG.key");
        (list(vec![account], query).await, received(&server).await)
    }

    #[tokio::test]
    async fn pages_follow_by_offset_until_one_is_empty_and_rows_of_one_number_stay_two() {
        let (outcome, requests) = listed(7, |_| (3, None)).await;
        let all: Vec<_> = (0..7).map(|number| format!("tenant_{number}")).collect();
        assert_eq!(outcome.ids(), all);
        assert!(outcome.report.complete);
        let numbers = outcome.tenants.iter().map(|tenant| &tenant.aliases[..]);
        assert!(numbers.eq([["1234"]; 7].iter().map(|number| &number[..])));
        insta::assert_snapshot!("sendgrid-requests", requests.join("\n"));
    }

    #[tokio::test]
    async fn a_page_that_is_short_in_mid_list_costs_nobody() {
        let (outcome, _) = listed(7, |from| (if from == 3 { 1 } else { 3 }, None)).await;
        assert_eq!(outcome.tenants.len(), 7);
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }

    #[tokio::test]
    async fn a_last_page_that_is_repeated_beyond_the_end_is_the_end() {
        for there in [6, 7] {
            let (outcome, requests) = read("sendgrid", move |_, request| {
                let limit: usize = query_value(request, "limit").unwrap().parse().unwrap();
                let from = offset(request);
                let from = if from < there {
                    from
                } else {
                    (there - 1) / limit * limit
                };
                let rows: Vec<_> = (from..there.min(from + limit)).map(row).collect();
                (200, rows.into())
            })
            .await;
            let source = judged(&outcome, there);
            assert_eq!(
                (source.complete, source.certainty),
                (true, Certainty::Assumed),
                "{source:?}"
            );
            assert!(requests < 15, "{requests}");
        }
        // A server that takes no offset.
        let (outcome, requests) = read("sendgrid", |_, request| {
            let limit = query_value(request, "limit").unwrap().parse().unwrap();
            (200, (0..limit).map(row).collect())
        })
        .await;
        let source = judged(&outcome, 7);
        assert!(!source.complete && outcome.tenants.len() >= 3, "{source:?}");
        let why = &source.because[0].text;
        assert!(
            why.contains("nothing that was not on the pages before"),
            "{why}"
        );
        assert!(requests < 25, "{requests}");
    }

    #[tokio::test]
    async fn an_empty_page_in_mid_list_costs_nobody() {
        let account = simulated(30).fault(2, Fault::empty_page());
        let sim = Simulator::start([account]).unwrap();
        let outcome = list_at(&sim, 10, false).await;
        assert_eq!(outcome.ids(), sim.account("s").ids());
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }

    #[tokio::test]
    async fn a_link_header_that_is_sent_is_neither_needed_nor_ignored() {
        let account = simulated(1000).knob("link_header");
        let sim = Simulator::start([account]).unwrap();
        let outcome = list_at(&sim, 500, false).await;
        assert_eq!(outcome.ids(), sim.account("s").ids());
        assert!(outcome.report.complete, "{:?}", outcome.report);

        let next = r#"</v3/subusers?offset=9>; rel="next""#;
        let (outcome, _) = listed(7, move |_| (3, Some(next))).await;
        let error = outcome.report.sources[0].error.as_deref().unwrap();
        assert!(
            error.contains("the header `Link` leads to further"),
            "{error}"
        );
        assert_eq!(outcome.tenants.len(), 7);
    }

    #[tokio::test]
    async fn a_thousand_come_once_however_many_rows_the_server_sends_at_most() {
        for (size, at_most, requests) in [
            (1, 500, 1002),
            (500, 500, 4),
            (1000, 500, 4),
            (500, 100, 12),
        ] {
            let sim = Simulator::start([simulated(1000).max_page_size(at_most)]).unwrap();
            let outcome = list_at(&sim, size, false).await;
            assert_eq!(outcome.ids(), sim.account("s").ids());
            let source = &outcome.report.sources[0];
            assert!(source.complete, "{source:?}");
            assert_eq!(source.expected, None);
            assert_eq!(sim.requests().len(), requests);
            let first = size.min(500).to_string();
            assert_eq!(sim.requests()[0].query("limit"), Some(&first[..]));
        }
    }

    #[tokio::test]
    async fn a_list_that_may_hide_disabled_ones_is_assumed_however_often_it_is_read() {
        for hides in [false, true] {
            let account = simulated(30);
            let account = match hides {
                true => account.hides(provider_sim::Status::Suspended),
                false => account,
            };
            let sim = Simulator::start([account]).unwrap();
            for verify in [false, true] {
                let outcome = list_at(&sim, 500, verify).await;
                let source = &outcome.report.sources[0];
                assert!(source.complete, "{source:?}");
                assert_eq!(source.certainty, Certainty::Assumed);
                assert_eq!(source.because[0].code, "status_left_out");
                assert_eq!(outcome.tenants.len() < 30, hides);
            }
            // Of active ones, none can be missing for that.
            let mut query = Query::default();
            query.statuses = vec![Status::Active];
            query.verify = true;
            let outcome = list(vec![connect(&sim.account("s"), &hurried())], query).await;
            assert_eq!(outcome.report.sources[0].certainty, Certainty::Agreed);
        }
    }

    #[tokio::test]
    async fn a_429_that_is_no_json_is_waited_for() {
        let limited = Fault::status(429);
        let sim = Simulator::start([simulated(3).fault(1, limited)]).unwrap();
        let outcome = list_at(&sim, 500, false).await;
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.complete, source.tenants, source.retries),
            (true, 3, 1)
        );

        let sim = Simulator::start([simulated(3).fault(.., Fault::status(429))]).unwrap();
        let outcome = list_at(&sim, 500, false).await;
        let error = outcome.report.sources[0].error.as_deref().unwrap();
        assert!(error.contains("429 Too Many Requests"), "{error}");
    }

    #[tokio::test]
    async fn a_row_needs_nothing_but_its_username_and_its_secrets_are_shown_nowhere() {
        let rows = json!([
            {"username": "a", "id": 1.5, "disabled": true, "region": "eu", "password": "s3cret-of-a-row"},
            {"id": 2, "email": "b@b.example"},
            {"username": "c"},
        ]);
        let server = serve(move |request| match offset(request) {
            0 => rows.clone(),
            _ => json!([]),
        })
        .await;
        let mut query = Query::default();
        query.raw = true;
        let account = account(&DESCRIPTOR, "s", &server.uri(), "SG.key");
        let outcome = list(vec![account], query).await;
        assert_eq!(outcome.ids(), ["a", "c"]);
        assert_eq!(outcome.report.sources[0].quarantined, 1);
        let [first, last] = &outcome.tenants[..] else {
            panic!("{:?}", outcome.tenants)
        };
        assert_eq!(first.status, Some(Status::Suspended));
        assert_eq!((&first.aliases[..], &last.status), (&[][..], &None));
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        assert!(written.contains(r#""region":"eu""#), "{written}");
        assert!(written.contains("<redacted>"), "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret-of-a-row"));
    }

    #[tokio::test]
    async fn an_object_in_place_of_the_list_is_no_empty_list() {
        for body in ["{}", r#"{"errors":[{"message":"no plan"}]}"#] {
            let outcome = list_body("sendgrid", body).await;
            let source = &outcome.report.sources[0];
            assert!(!source.complete, "{body}: {source:?}");
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
            let before = sim.account("s").ids();
            let outcome = list_at(&sim, 20, true).await;
            assert!(outcome.report.complete, "{:?}", outcome.report);
            let after = sim.account("s").ids();
            let stayed = before.iter().filter(|id| after.contains(id));
            let listed = outcome.ids();
            assert!(stayed.into_iter().all(|id| listed.contains(&id.as_str())));
        }
    }
}
