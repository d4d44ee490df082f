//! Whole lists over real HTTP, against simulated providers.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use provider_sim::{Account as SimAccount, Churn, Fault, Simulator};
use tenancy::{Account, Certainty, FaultKind, Query, Status};
use tenancy_tests::checked::Listing;
use tenancy_tests::{hurried, list};

/// The account of a simulated provider as one of ours.
fn connect(sim: &Simulator, name: &str) -> Account {
    tenancy_tests::connect(&sim.account(name), &hurried())
}

fn simulated(name: &str) -> SimAccount {
    match name {
        "omnidim" => SimAccount::omnidim(name),
        "layers" => SimAccount::layers(name),
        _ => SimAccount::vobiz(name),
    }
}

#[tokio::test]
async fn a_thousand_tenants_of_each_come_complete_and_in_order() {
    let names = ["omnidim", "layers", "vobiz"];
    let sim = Simulator::start(names.map(|name| simulated(name).population(1000, 7))).unwrap();
    for name in names {
        let outcome = list(vec![connect(&sim, name)], Query::default()).await;
        assert!(outcome.report.complete, "{:?}", outcome.report);
        assert_eq!(outcome.ids(), sim.account(name).ids(), "{name}");
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.tenants, source.duplicates, source.retries),
            (1000, 0, 0),
            "{name}"
        );
    }
}

#[tokio::test]
async fn all_accounts_at_once_each_in_its_order() {
    let names = ["omnidim", "layers", "vobiz"];
    let sim = Simulator::start(names.map(|name| simulated(name).population(250, 3))).unwrap();
    let accounts = names.map(|name| connect(&sim, name)).to_vec();
    let outcome = list(accounts, Query::default()).await;
    assert!(outcome.report.complete);
    for name in names {
        let of_account: Vec<_> = outcome
            .tenants
            .iter()
            .filter(|tenant| *tenant.account == *name)
            .map(|tenant| &tenant.id)
            .collect();
        assert_eq!(
            of_account,
            sim.account(name).ids().iter().collect::<Vec<_>>()
        );
    }
    let accounts: Vec<_> = outcome
        .report
        .sources
        .iter()
        .map(|source| source.account.as_str())
        .collect();
    assert_eq!(
        accounts, names,
        "the report is in the order of the configuration"
    );
}

#[tokio::test]
async fn a_broken_account_does_not_stop_the_others() {
    let sim = Simulator::start([
        SimAccount::layers("good").population(3, 1),
        SimAccount::layers("scopeless").population(3, 1).forbidden(),
    ])
    .unwrap();
    let outcome = list(
        vec![connect(&sim, "scopeless"), connect(&sim, "good")],
        Query::default(),
    )
    .await;
    assert_eq!(outcome.tenants.len(), 3);
    assert!(!outcome.report.complete);
    let [fault] = outcome.faults.as_slice() else {
        panic!("{:?}", outcome.faults)
    };
    assert_eq!(fault.account, "scopeless");
    let FaultKind::Account(error) = &fault.kind else {
        panic!("{fault:?}")
    };
    assert!(error.call().unwrap().is_forbidden());
    assert_eq!(
        error.advice(),
        Some("give the key the scope `org:admin`, or use one that has it")
    );
    assert!(
        outcome.report.sources[0]
            .error
            .as_ref()
            .unwrap()
            .contains("FORBIDDEN_SCOPE")
    );
    assert!(outcome.report.sources[1].complete);
}

#[tokio::test]
async fn a_deletion_between_two_pages_loses_nobody() {
    let sim = Simulator::start([SimAccount::vobiz("v")
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
    let sim = Simulator::start([SimAccount::vobiz("v")
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
        SimAccount::vobiz("v").max_page_size(30),
        SimAccount::vobiz("v").max_page_size(30).hides_clamp(),
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
    let names = ["omnidim", "layers", "vobiz"];
    let sim = Simulator::start(names.map(|name| simulated(name).population(60, 9))).unwrap();
    let mut query = Query::default();
    query.statuses = vec![Status::Suspended];
    let outcome = list(names.map(|name| connect(&sim, name)).to_vec(), query).await;
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
    assert_eq!(not_judged, [60, 0, 0]);
}

#[tokio::test]
async fn a_limit_fetches_no_page_too_many() {
    let sim = Simulator::start([SimAccount::vobiz("v").population(1000, 4)]).unwrap();
    let mut query = Query::default();
    query.limit = Some(100);
    let outcome = list(vec![connect(&sim, "v")], query).await;
    assert_eq!(outcome.tenants.len(), 100);
    assert_eq!(sim.requests().len(), 1);
    assert!(!outcome.report.complete);
    assert_eq!(
        outcome.report.sources[0].error.as_deref(),
        Some("stopped at the limit of 100")
    );
}

#[tokio::test]
async fn nothing_is_asked_before_the_listing_is() {
    let sim = Simulator::start([SimAccount::vobiz("v").population(10, 4)]).unwrap();
    let listing = Listing::new(vec![connect(&sim, "v")], Query::default()).unwrap();
    drop(listing);
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test]
async fn an_answer_that_says_it_is_none_is_told() {
    let sim = Simulator::start([SimAccount::omnidim("o")
        .population(3, 1)
        .fault(.., Fault::unsuccessful())])
    .unwrap();
    let outcome = list(vec![connect(&sim, "o")], Query::default()).await;
    assert!(outcome.tenants.is_empty());
    assert!(!outcome.report.complete);
    insta::assert_snapshot!("omnidim-unsuccessful", outcome.faults[0].to_string());
}

#[tokio::test]
async fn cursors_in_a_circle_end_with_a_fault() {
    let sim = Simulator::start([SimAccount::layers("l")
        .population(500, 1)
        .fault(2.., Fault::repeated_cursor())])
    .unwrap();
    let outcome = list(vec![connect(&sim, "l")], Query::default()).await;
    assert!(!outcome.report.complete);
    assert!(
        outcome.faults[0].to_string().contains("runs in a circle"),
        "{}",
        outcome.faults[0]
    );
}

#[tokio::test]
async fn a_list_by_cursor_is_verified_by_a_second_read() {
    let sim = Simulator::start([SimAccount::layers("l").population(450, 1)]).unwrap();
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
    let sim = Simulator::start([SimAccount::layers("l")
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
async fn a_cursor_that_is_left_out_on_a_full_last_page_is_told_from_one_that_is_missing() {
    // 400 at Layers' 200 a page: the last page is full, and without a cursor it does not say that it is the last.
    let sim = Simulator::start([SimAccount::layers("l")
        .population(400, 1)
        .omits_last_cursor()])
    .unwrap();
    let outcome = list(vec![connect(&sim, "l")], Query::default()).await;
    assert!(outcome.report.complete, "{:?}", outcome.report);
    assert_eq!(outcome.ids(), sim.account("l").ids());
    let limits: std::collections::BTreeSet<_> = sim
        .requests()
        .iter()
        .filter_map(|request| request.query("limit").map(str::to_owned))
        .collect();
    assert_eq!(limits.into_iter().collect::<Vec<_>>(), ["199", "200"]);

    // A cursor that is null says it, and nothing is read twice.
    let sim = Simulator::start([SimAccount::layers("l").population(400, 1)]).unwrap();
    let outcome = list(vec![connect(&sim, "l")], Query::default()).await;
    assert!(outcome.report.complete);
    assert_eq!(
        outcome.report.sources[0].requests, 3,
        "two pages, and one of archived organizations"
    );
}

#[tokio::test]
async fn two_accounts_of_one_name_are_refused() {
    let sim = Simulator::start([SimAccount::vobiz("v")]).unwrap();
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
