//! Lists every provider under every fault, over real HTTP, and compares the results with the table in `FAULTS.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod answers;
mod case;
mod cases;
mod check;
mod records;
mod row;

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use client_runtime::Options;
use futures::StreamExt;
use provider_sim::{Account as SimAccount, AccountHandle, Fault, Provider, Simulator};
use tenancy::Query;
use tenancy_tests::{connect, each, hurried, list, listed_ids, root};

use answers::SLOW;
use case::{Case, Expect};
use cases::cases;
use check::{Broken, check, check_waits};
use row::{Row, row};

/// How many tenants each account has, and how many records are asked for in one page.
const TENANTS: u32 = 30;
const PAGE_SIZE: u32 = 10;
/// The time-out where a fault is about time. Everywhere else it is long, so that a slow machine changes no row.
const SHORT_IDLE: Duration = Duration::from_secs(1);
const MAX_RETRIES: u32 = 2;

/// The head of `FAULTS.md`.
const INTRODUCTION: &str = "\
# How a list ends when a provider misbehaves

Each row is one fault at a simulated provider, over real HTTP: an account with 30 tenants, pages of 10, at most 2 retries, one request at a time.
The tests write this file: `FAULTS_UPDATE=1 cargo test -p tenancy-tests --test faults`. Without the variable, they compare it.
*When* names the affected requests: the `first`, the `second`, `every` one, or `every other` one. `1 record` affects one record; a `setting` of the server, the whole run.
*Outcome* and *certainty* come from the report; the outcome is `complete`, `incomplete`, or `nothing` (incomplete, without a tenant). *Quarantined* counts records that could not be read, *left out* counts fields dropped from tenants, and *duplicates* counts records of tenants that were already listed. *Requests* include *retries*.
A fault that cannot occur in a provider's list has no row. An error that is not retried is shown for the first request only.

| Fault | When | Provider | Outcome | Certainty | Tenants | Quarantined | Left out | Duplicates | Requests | Retries | Error |
|---|---|---|---|---|---|---|---|---|---|---|---|
";

fn options(timed: bool) -> Options {
    let mut options = hurried();
    options.max_retries = MAX_RETRIES;
    if timed {
        options.idle_timeout = SHORT_IDLE;
    }
    options
}

fn query() -> Query {
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(PAGE_SIZE);
    query.concurrency = NonZeroU32::MIN;
    query
}

/// Collects the records of the answers that no fault changes.
fn record_sent(handle: &AccountHandle) -> Arc<Mutex<HashSet<String>>> {
    let sent = Arc::new(Mutex::new(HashSet::new()));
    let recorded = sent.clone();
    let record = Fault::page(move |page| {
        let records = page.records().iter().cloned();
        recorded.lock().unwrap().extend(records);
    });
    handle.fault(.., record);
    sent
}

async fn run(order: usize, case: &Case, handle: &AccountHandle) -> Row {
    let sent = record_sent(handle);
    (case.arrange)(handle);
    let expected = listed_ids(handle);
    let account = connect(handle, &options(case.timed));
    let began = Instant::now();
    let outcome = list(vec![account], query()).await;
    let took = began.elapsed();
    let received = handle.requests();
    let mut broken = Broken {
        case,
        found: Vec::new(),
    };
    check(&mut broken, &outcome, &expected, received.len() as u64);
    check_waits(&mut broken, handle);
    let sent = sent.lock().unwrap().len() as u64;
    let source = &outcome.report.sources[0];
    let delivered = source.tenants + source.quarantined + source.parents;
    broken.unless(
        delivered >= sent,
        format!("{delivered} delivered of {sent} sent"),
    );
    // One page of short records takes less.
    if case.fault == SLOW && case.when == "every" {
        broken.unless(took > SHORT_IDLE, format!("not slow: {took:?}"));
    }
    if case.expect == Expect::Whole {
        handle.clear_faults();
        let account = connect(handle, &options(false));
        let without = list(vec![account], query()).await;
        let same = outcome.tenants == without.tenants;
        broken.unless(same, "other than without the fault");
    }
    let source = &outcome.report.sources[0];
    Row {
        broken: broken.found,
        ..row(order, case, source, expected.len())
    }
}

/// A port on which nobody listens. It has no account at a running server, so it is no case like the others.
async fn refused_connections(order: usize) -> Vec<Row> {
    let sim = Simulator::start(each()).unwrap();
    let connected: Vec<_> = Provider::ALL
        .iter()
        .map(|provider| {
            let handle = sim.account(provider.name());
            connect(&handle, &options(false))
        })
        .collect();
    drop(sim);
    let mut rows = Vec::new();
    for (&provider, account) in Provider::ALL.iter().zip(connected) {
        let outcome = list(vec![account], query()).await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete && source.error.is_some());
        assert_eq!((source.requests, source.retries), (3, 2));
        let case = Case {
            fault: "connection refused",
            when: "every",
            provider,
            expect: Expect::Honest,
            timed: false,
            setting: |account| account,
            arrange: Box::new(|_| {}),
        };
        let expected = TENANTS as usize;
        rows.push(row(order, &case, source, expected));
    }
    rows
}

async fn table() -> Vec<Row> {
    let thief = Simulator::start([SimAccount::new(Provider::ALL[0], "thief")]).unwrap();
    let thief = thief.account("thief");
    let cases = cases(&thief.list_url());
    // The records follow from the name: without the row's number, an added row changes no other.
    let account_name = |case: &Case| {
        let Case { fault, when, .. } = case;
        format!("{}: {fault}, {when}", case.provider.name())
    };
    let sim = Simulator::start(cases.iter().map(|case| {
        let account = SimAccount::new(case.provider, account_name(case));
        (case.setting)(account.population(TENANTS, 7))
    }))
    .unwrap();
    let ready = |timed: bool| {
        let chosen = cases.iter().enumerate();
        let chosen = chosen.filter(move |(_, case)| case.timed == timed);
        let handles: Vec<_> = chosen
            .map(|(order, case)| (order, case, sim.account(&account_name(case))))
            .collect();
        let runs = handles
            .into_iter()
            .map(|(order, case, handle)| async move { run(order, case, &handle).await });
        futures::stream::iter(runs)
    };
    // Those that wait, wait together, with nothing beside them that takes the processor from them.
    let mut rows: Vec<Row> = ready(true).buffer_unordered(usize::MAX).collect().await;
    rows.extend(ready(false).buffer_unordered(8).collect::<Vec<_>>().await);
    rows.extend(refused_connections(cases.len()).await);
    assert!(
        thief.requests().is_empty(),
        "a redirect was followed to another host: {:?}",
        thief.requests()
    );
    rows.sort_by_key(|row| row.order);
    rows
}

#[tokio::test]
async fn every_fault_at_every_provider_loses_nobody_without_a_word() {
    let rows = table().await;
    let table = rows
        .iter()
        .fold(String::new(), |table, row| table + &row.text + "\n");
    let document = format!("{INTRODUCTION}{table}");
    let path = root().join("FAULTS.md");
    if std::env::var_os("FAULTS_UPDATE").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let broken: Vec<&String> = rows.iter().flat_map(|row| &row.broken).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document,
        "FAULTS.md is not what the tests produce: FAULTS_UPDATE=1 cargo test -p tenancy-tests --test faults"
    );
}
