//! Whole lists over real HTTP, against simulated providers.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use futures::TryStreamExt;
use provider_sim::{Churn, Fault, Provider, Simulator};
use serde_json::json;
use tenancy::providers::Descriptor;
use tenancy::{Account, Certainty, Query, Status};
use tenancy_tests::checked::Listing;
use tenancy_tests::{
    account, each, hurried, linked, list, listed_ids, numbered, provider, providers,
};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The account of a simulated provider as one of ours.
fn connect(sim: &Simulator, name: &str) -> Account {
    tenancy_tests::connect(&sim.account(name), &hurried())
}

/// The names of the providers, and of the accounts of [`each`].
fn names() -> Vec<&'static str> {
    Provider::ALL
        .iter()
        .map(|provider| provider.name())
        .collect()
}

#[tokio::test]
async fn a_thousand_tenants_of_each_come_complete_and_in_order() {
    let sim = Simulator::start(each().map(|account| account.population(1000, 7))).unwrap();
    for name in names() {
        let outcome = list(vec![connect(&sim, name)], Query::default()).await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert_eq!(outcome.ids(), listed_ids(&sim.account(name)), "{name}");
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.tenants, source.duplicates, source.retries),
            (1000, 0, 0),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_rate_limit_in_a_success_is_waited_for_like_any_other() {
    for facts in providers::ALL {
        let name = facts.provider.name;
        for (status, header, body) in [
            (200, None, json!({"status": 429, "message": "slow down"})),
            (
                200,
                Some(("retry-after", "0")),
                json!({"error": {"message": "not now"}}),
            ),
            (
                403,
                Some(("x-ratelimit-remaining", "0")),
                json!({"message": "no"}),
            ),
            (
                403,
                None,
                json!({"message": "API rate limit exceeded for user"}),
            ),
        ] {
            let refusal = ResponseTemplate::new(status).set_body_json(body);
            let refusal = header.into_iter().fold(refusal, |refusal, (name, value)| {
                refusal.insert_header(name, value)
            });
            let list_of_none = ResponseTemplate::new(200).set_body_json((facts.after_the_last)(0));
            for (refusals, answer) in [(1, list_of_none), (100, refusal.clone())] {
                let server = MockServer::start().await;
                let first = Mock::given(any()).respond_with(refusal.clone());
                first.up_to_n_times(refusals).mount(&server).await;
                Mock::given(any()).respond_with(answer).mount(&server).await;
                let account = account(facts.provider, "a", &server.uri(), "key");
                let outcome = list(vec![account], Query::default()).await;
                let source = &outcome.report.sources[0];
                assert_eq!(source.complete, refusals == 1, "{name}: {source:?}");
                assert!(source.retries > 0, "{name}");
                if let Some(error) = &source.error {
                    assert!(!error.contains("has changed"), "{name}: {error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn all_accounts_at_once_each_in_its_order() {
    let sim = Simulator::start(each().map(|account| account.population(250, 3))).unwrap();
    let accounts = names().iter().map(|name| connect(&sim, name)).collect();
    let outcome = list(accounts, Query::default()).await;
    assert!(outcome.report.complete);
    for name in names() {
        let of_account: Vec<_> = outcome
            .tenants
            .iter()
            .filter(|tenant| *tenant.account == *name)
            .map(|tenant| &tenant.id)
            .collect();
        assert_eq!(
            of_account,
            listed_ids(&sim.account(name)).iter().collect::<Vec<_>>()
        );
    }
    let accounts: Vec<_> = outcome
        .report
        .sources
        .iter()
        .map(|source| source.account.as_str())
        .collect();
    assert_eq!(
        accounts,
        names(),
        "the report is in the order of the configuration"
    );
}

#[tokio::test]
async fn a_deletion_between_two_pages_loses_nobody() {
    let sim = Simulator::start([numbered("v")
        .population(300, 5)
        .churn(Churn::after(1).delete_at([0, 10, 20]))])
    .unwrap();
    let before = sim.account("v").ids();
    let outcome = list(vec![connect(&sim, "v")], Query::default()).await;
    let after = sim.account("v").ids();
    assert_eq!(before.len() - after.len(), 3);
    assert!(after.iter().all(|id| outcome.ids().contains(&id.as_str())));
    assert_eq!(
        outcome.tenants.len(),
        300,
        "the deleted ones had been listed"
    );
    assert_eq!(outcome.report.sources[0].certainty, Certainty::Proved);
}

#[tokio::test]
async fn a_creation_between_two_pages_repeats_nobody() {
    let sim = Simulator::start([numbered("v")
        .population(300, 5)
        .churn(Churn::after(1).create(2))])
    .unwrap();
    let outcome = list(vec![connect(&sim, "v")], Query::default()).await;
    let mut ids = outcome.ids();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 300);
    assert_eq!(outcome.report.sources[0].duplicates, 2);
    assert!(outcome.report.complete);
}

#[tokio::test]
async fn a_clamped_page_size_is_believed() {
    for clamped in [
        numbered("v").max_page_size(30),
        numbered("v").max_page_size(30).hides_clamp(),
    ] {
        let sim = Simulator::start([clamped.population(100, 2)]).unwrap();
        let outcome = list(vec![connect(&sim, "v")], Query::default()).await;
        assert_eq!(outcome.ids(), sim.account("v").ids());
        assert!(outcome.report.complete);
        // Four pages, and a second look at the first.
        assert_eq!(outcome.report.sources[0].pages, 5);
    }
}

#[tokio::test]
async fn a_status_filter_judges_and_counts_what_it_cannot_judge() {
    let sim = Simulator::start(each().map(|account| account.population(60, 9))).unwrap();
    let mut query = Query::default();
    query.statuses = vec![Status::Suspended];
    let outcome = list(
        names().iter().map(|name| connect(&sim, name)).collect(),
        query,
    )
    .await;
    assert!(!outcome.tenants.is_empty());
    assert!(
        outcome
            .tenants
            .iter()
            .all(|tenant| tenant.status == Some(Status::Suspended))
    );
    let not_judged: Vec<_> = outcome
        .report
        .sources
        .iter()
        .map(|source| source.not_judged)
        .collect();
    let unjudged = |provider: &&Descriptor| 60 * u64::from(!provider.capabilities.reports_status);
    let expected: Vec<_> = names()
        .into_iter()
        .map(provider)
        .map(|it| unjudged(&it))
        .collect();
    assert_eq!(not_judged, expected);
}

#[tokio::test]
async fn a_limit_fetches_no_page_too_many() {
    let sim = Simulator::start([numbered("v").population(1000, 4)]).unwrap();
    let mut query = Query::default();
    query.limit = Some(100);
    let outcome = list(vec![connect(&sim, "v")], query).await;
    assert_eq!(outcome.tenants.len(), 100);
    assert!(outcome.incomplete.is_none());
    assert_eq!(sim.requests().len(), 1);
    assert!(!outcome.report.complete);
    assert_eq!(
        outcome.report.sources[0].error.as_deref(),
        Some("stopped at the limit of 100")
    );
}

#[tokio::test]
async fn nothing_is_asked_before_the_listing_is() {
    let sim = Simulator::start([numbered("v").population(10, 4)]).unwrap();
    let listing = Listing::new(vec![connect(&sim, "v")], Query::default()).unwrap();
    drop(listing);
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test]
async fn cursors_in_a_circle_end_with_an_error() {
    let sim = Simulator::start([linked("l")
        .population(500, 1)
        .fault(2.., Fault::repeated_cursor())])
    .unwrap();
    let outcome = list(vec![connect(&sim, "l")], Query::default()).await;
    assert!(!outcome.report.complete);
    assert!(
        outcome.errors[0].to_string().contains("runs in a circle"),
        "{}",
        outcome.errors[0]
    );
}

#[tokio::test]
async fn a_list_by_cursor_is_verified_by_a_second_read() {
    let sim = Simulator::start([linked("l").population(450, 1)]).unwrap();
    let certainty = async |verify| {
        let mut query = Query::default();
        query.verify = verify;
        let outcome = list(vec![connect(&sim, "l")], query).await;
        assert!(outcome.report.complete);
        assert_eq!(outcome.tenants.len(), 450);
        outcome.report.sources[0].certainty
    };
    assert_eq!(certainty(false).await, Certainty::Assumed);
    assert_eq!(certainty(true).await, Certainty::Agreed);
}

#[tokio::test]
async fn a_list_by_cursor_that_loses_a_tenant_to_a_deletion_finds_it_when_it_is_verified() {
    // The simulated cursors are offsets: the deletion moves a tenant onto a page that was read before.
    let sim = Simulator::start([linked("l")
        .population(450, 1)
        .churn(Churn::after(1).delete_at([0]))])
    .unwrap();
    let mut query = Query::default();
    query.verify = true;
    let outcome = list(vec![connect(&sim, "l")], query).await;
    let listed = outcome.ids();
    assert!(
        sim.account("l")
            .ids()
            .iter()
            .all(|id| listed.contains(&id.as_str()))
    );
    assert_eq!(outcome.report.sources[0].certainty, Certainty::Agreed);
}

#[tokio::test]
async fn two_accounts_of_one_name_are_refused() {
    let sim = Simulator::start([numbered("v")]).unwrap();
    let error = Listing::new(
        vec![connect(&sim, "v"), connect(&sim, "v")],
        Query::default(),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "two accounts have the name `v`: give each its own"
    );
}

/// The second record of one account has no identity.
#[tokio::test]
async fn a_question_mark_loses_no_tenant_behind_an_unreadable_record() {
    let unreadable = || {
        Fault::page(|page| {
            page.records()[1] = json!({"name": "nobody"}).to_string();
        })
    };
    let sim = Simulator::start([
        numbered("bad").population(50, 4).fault(.., unreadable()),
        linked("good").population(120, 4),
    ])
    .unwrap();
    let accounts = vec![connect(&sim, "bad"), connect(&sim, "good")];
    let mut listing = Listing::new(accounts, Query::default()).unwrap();
    let mut tenants = Vec::new();
    let incomplete = loop {
        match listing.try_next().await {
            Ok(tenant) => tenants.push(tenant.unwrap()),
            Err(incomplete) => break incomplete,
        }
    };
    assert_eq!(tenants.len(), 50 + 120 - 1);
    assert_eq!(incomplete.errors.len(), 1);
    assert_eq!(
        incomplete.to_string(),
        "the list is not complete: bad (vobiz): 1 record could not be read"
    );
    assert!(listing.try_next().await.unwrap().is_none());
    let collected: Result<Vec<_>, _> = Listing::new(vec![connect(&sim, "bad")], Query::default())
        .unwrap()
        .try_collect()
        .await;
    assert_eq!(collected.unwrap_err().report.sources[0].tenants, 49);
}
