//! Twilio's facts, and the tests of what only Twilio has.

use serde_json::json;
use tenancy::providers::twilio::DESCRIPTOR;

use super::Facts;

/// What general tests must know of Twilio.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &["list-accounts.first-page", "list-accounts.last-page"],
    only_page: |records| json!({"start": 0, "end": records.saturating_sub(1)}),
    after_the_last: |_| json!({"accounts": [], "next_page_uri": null}),
    total: None,
    read: &["/accounts", "/next_page_uri", "/start", "/end"],
    parent: None,
    feeds: &[
        ("sid", "id"),
        ("owner_account_sid", "parent_id"),
        ("friendly_name", "name"),
        ("status", "status_detail.status"),
        ("date_created", "created_at"),
        ("date_updated", "updated_at"),
    ],
    derive: |tenant, record| {
        if let Some(word) = record.member("status").shown() {
            let is_closed = word == "closed";
            let status = if is_closed { json!("archived") } else { word };
            tenant.insert("status".to_owned(), status);
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("first_page_uri", "the list begins without an address"),
        ("page", "pages are told apart by what is on them"),
        (
            "page_size",
            "the address of the next page says what follows",
        ),
        ("previous_page_uri", "the list is read forwards"),
        ("uri", "a path made of `sid`, or the page's own address"),
        ("auth_token", "a secret"),
        ("subresource_uris", "paths made of `sid`"),
        ("type", "nothing that tenants of other providers have"),
    ],
    long_numbers: &[(r#""sid""#, r#""credit":12345678901234567890,"sid""#)],
};

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use provider_sim::{Account as SimAccount, Provider, Simulator};
    use serde_json::Value;
    use tenancy::{Certainty, Query, Status};
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    use super::super::server::{query_value, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    const MAIN: &str = "AC00000000000000000000000000000001";

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("twilio"), "t").population(tenants, 1)
    }

    fn row(sid: &str) -> Value {
        json!({"sid": sid, "owner_account_sid": MAIN, "status": "active"})
    }

    fn page(rows: &[Value], next: Option<&str>) -> Value {
        json!({"accounts": rows, "next_page_uri": next})
    }

    /// Lists an account whose server answers so; closed accounts are in no list by status.
    async fn listed(
        answer: impl Fn(&Request) -> Value + Send + Sync + 'static,
    ) -> (Outcome, Vec<String>) {
        let server = serve(move |request| match query_value(request, "Status") {
            Some(_) => page(&[], None),
            None => answer(request),
        })
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let mut query = Query::default();
        query.raw = true;
        (list(vec![account], query).await, received(&server).await)
    }

    fn reason(outcome: &Outcome) -> &str {
        let source = &outcome.report.sources[0];
        assert!(!source.complete, "{source:?}");
        source.error.as_deref().unwrap()
    }

    #[tokio::test]
    async fn the_parent_s_row_is_counted_and_is_no_tenant() {
        let own = DESCRIPTOR.credentials[0].example;
        for sid in [own, &own.to_lowercase()] {
            let main = row(sid);
            let (outcome, _) = listed(move |_| page(&[main.clone(), row("AC02")], None)).await;
            assert_eq!(outcome.ids(), ["AC02"]);
            assert_eq!(outcome.report.sources[0].parents, 1);
            assert!(outcome.report.complete);
        }
    }

    #[tokio::test]
    async fn a_subaccount_that_owns_itself_is_a_tenant() {
        let own = |sid: &str| json!({"sid": sid, "owner_account_sid": sid});
        let (outcome, _) = listed(move |_| page(&[own("AC02"), own("AC03")], None)).await;
        assert_eq!(outcome.ids(), ["AC02", "AC03"]);
        assert!(outcome.report.complete);
    }

    #[tokio::test]
    async fn the_parent_s_row_may_be_on_each_page_and_the_last_page_may_state_a_full_one() {
        let (outcome, _) = listed(|request| {
            let second = query_value(request, "PageToken").is_some();
            let main = row(DESCRIPTOR.credentials[0].example);
            let own = if second { "AC03" } else { "AC02" };
            let next = "/2010-04-01/Accounts.json?Page=1&PageToken=x";
            let mut page = page(&[main, row(own)], (!second).then_some(next));
            let start = 2 * usize::from(second);
            page["start"] = start.into();
            page["end"] = (if second { 2 + 999 } else { 1 }).into();
            page
        })
        .await;
        assert_eq!(outcome.ids(), ["AC02", "AC03"]);
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }

    #[tokio::test]
    async fn a_page_has_the_records_that_it_says() {
        for (rows, start, end) in [(3, 0, 6), (1, 0, 6), (0, 3, 5)] {
            let (outcome, _) = listed(move |_| {
                let rows: Vec<_> = (0..rows).map(|n| row(&format!("AC1{n}"))).collect();
                let mut page = page(&rows, None);
                page["start"] = start.into();
                page["end"] = end.into();
                page
            })
            .await;
            assert!(!reason(&outcome).is_empty());
            assert_eq!(outcome.tenants.len(), rows);
        }
    }

    #[tokio::test]
    async fn places_that_are_counted_within_the_page_say_nothing() {
        for parent in [false, true] {
            let (outcome, _) = listed(move |request| {
                let page_number: usize =
                    query_value(request, "Page").map_or(0, |page| page.parse().unwrap());
                let mut rows = vec![row(&format!("AC1{page_number}"))];
                if parent {
                    rows.push(row(DESCRIPTOR.credentials[0].example));
                }
                let next = format!(
                    "/2010-04-01/Accounts.json?Page={}&PageToken=x",
                    page_number + 1
                );
                let mut page = page(&rows, (page_number < 2).then_some(&next));
                page["start"] = 0.into();
                page["end"] = 0.into();
                page
            })
            .await;
            assert_eq!(outcome.ids(), ["AC10", "AC11", "AC12"]);
            let source = &outcome.report.sources[0];
            assert_eq!(
                (source.complete, source.certainty),
                (true, Certainty::Assumed),
                "{source:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_page_that_breaks_off_costs_no_record_before() {
        let server = MockServer::start().await;
        let body = format!(r#"{{"accounts": [{}, {{"sid":"#, row("AC02"));
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        Mock::given(wiremock::matchers::any())
            .respond_with(answer)
            .mount(&server)
            .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), ["AC02"]);
        assert!(!outcome.report.complete);
    }

    #[tokio::test]
    async fn a_subaccount_that_lists_itself_has_no_tenants() {
        let own = DESCRIPTOR.credentials[0].example;
        let (outcome, _) = listed(move |_| page(&[row(own)], None)).await;
        assert_eq!(
            (outcome.tenants.len(), outcome.report.sources[0].parents),
            (0, 1)
        );
    }

    #[tokio::test]
    async fn a_page_is_requested_by_the_token_and_the_number_of_the_address_or_not_at_all() {
        let next = "/2010-04-01/Accounts.json?PageSize=1000&Page=1&PageToken=PT%2Bx";
        let (outcome, requests) = listed(move |request| {
            let asked = ["Page", "PageToken"].map(|name| query_value(request, name));
            match asked.each_ref().map(Option::as_deref) {
                [None, None] => page(&[row("AC02")], Some(next)),
                [Some("1"), Some("PT+x")] => page(&[row("AC03")], None),
                asked => panic!("{asked:?}"),
            }
        })
        .await;
        assert_eq!(outcome.ids(), ["AC02", "AC03"]);
        assert!(outcome.report.complete);
        insta::assert_snapshot!("twilio-requests", requests.join("\n"));

        let bare = "/2010-04-01/Accounts.json?PageSize=1000&Page=1";
        let (outcome, requests) = listed(move |_| page(&[row("AC02")], Some(bare))).await;
        assert!(
            reason(&outcome).contains("has no `PageToken`"),
            "{outcome:?}"
        );
        assert!(requests.iter().all(|request| !request.contains("Page=1")));
    }

    #[tokio::test]
    async fn an_address_elsewhere_is_not_followed() {
        for elsewhere in [
            "https://evil.example/2010-04-01/Accounts.json?PageToken=PTx",
            "//evil.example/2010-04-01/Accounts.json?PageToken=PTx",
            "/2010-04-01/Calls.json?PageToken=PTx",
        ] {
            let (outcome, requests) = listed(move |_| page(&[row("AC02")], Some(elsewhere))).await;
            assert!(
                reason(&outcome).contains("link after page 1"),
                "{outcome:?}"
            );
            assert!(requests.iter().all(|request| !request.contains("PTx")));
        }
    }

    #[tokio::test]
    async fn times_in_words_are_instants_and_secrets_of_rows_are_shown_nowhere() {
        let (outcome, _) = listed(|_| {
            let mut row = row("AC02");
            row["date_created"] = "Thu, 30 Jul 2015 20:00:00 +0000".into();
            row["auth_token"] = "s3cret-of-a-row".into();
            page(&[row], None)
        })
        .await;
        let tenant = &outcome.tenants[0];
        assert_eq!(
            tenant.created_at.unwrap().to_string(),
            "2015-07-30T20:00:00Z"
        );
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        assert!(written.contains("<redacted>"), "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret-of-a-row"));
    }

    #[tokio::test]
    async fn closed_accounts_are_requested_too_and_listed_once() {
        let closed = |sid: &str| json!({"sid": sid, "owner_account_sid": MAIN, "status": "closed"});
        let server = serve(
            move |request| match query_value(request, "Status").as_deref() {
                None => page(&[row("AC02"), closed("AC03")], None),
                Some("closed") => page(&[closed("AC03"), closed("AC04")], None),
                other => panic!("{other:?}"),
            },
        )
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "tok");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), ["AC02", "AC03", "AC04"]);
        assert_eq!(outcome.tenants[2].status, Some(Status::Archived));
        assert!(outcome.report.complete);
    }

    #[tokio::test]
    async fn a_thousand_come_once_in_the_fewest_pages_of_one_and_of_a_thousand() {
        for (size, pages) in [(1, 1001), (1000, 2)] {
            let sim = Simulator::start([simulated(1000)]).unwrap();
            let handle = sim.account("t");
            let mut query = Query::default();
            query.page_size = NonZeroU32::new(size);
            let outcome = list(vec![connect(&handle, &hurried())], query).await;
            assert_eq!(outcome.ids(), handle.ids());
            let source = &outcome.report.sources[0];
            assert!(source.complete, "{source:?}");
            assert_eq!((source.parents, source.certainty), (1, Certainty::Assumed));
            let requests = handle.requests();
            let of_all = |request: &&provider_sim::Request| request.query("Status").is_none();
            assert_eq!(requests.iter().filter(of_all).count(), pages);
        }
    }
}
