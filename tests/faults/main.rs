//! Every fault at every provider, over real HTTP: what a listing comes to. The table of it is `FAULTS.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod answers;
mod case;
mod cases;
mod check;
mod records;
mod row;

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use client_runtime::Options;
use futures::StreamExt;
use provider_sim::{Account as SimAccount, AccountHandle, Provider, Simulator};
use tenancy::Query;
use tenancy_tests::{connect, each, hurried, list, root};

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

/// What FAULTS.md begins with.
const INTRODUCTION: &str = "\
# What a listing comes to when a provider misbehaves

Each row is one fault at an account with 30 tenants at a simulated provider, over real HTTP: pages of 10, at most 2 retries, one request at a time.
Produced by the tests: `FAULTS_UPDATE=1 cargo test -p tenancy-tests --test faults` writes this file, and without the variable the test compares it.
*When* the fault is there: at the `first` request, at `every` one, at every `second` one from the first; in `1 record`; or it is a `setting` of the server.
*Outcome* by the report: `complete`, `incomplete`, or `nothing` (incomplete and without a tenant). *Quarantined* records could not be read; fields were *left out* of tenants; *duplicates* are records that came again; *retries* are among the *requests*.
A fault that a provider's list cannot have has no row; an answer that is final is shown for the first request only, since there is no second.

| Fault | When | Provider | Outcome | Tenants | Quarantined | Left out | Duplicates | Requests | Retries | Error |
|---|---|---|---|---|---|---|---|---|---|---|
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

async fn run(order: usize, case: &Case, handle: &AccountHandle) -> Row {
    (case.arrange)(handle);
    let expected = handle.ids();
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
    if case.fault == SLOW {
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
    let cases = cases(&format!("http://{}", thief.account("thief").address()));
    let account_name = |order: usize, case: &Case| format!("{}-{order}", case.provider.name());
    let sim = Simulator::start(cases.iter().enumerate().map(|(order, case)| {
        let account = SimAccount::new(case.provider, account_name(order, case));
        (case.setting)(account.population(TENANTS, 7))
    }))
    .unwrap();
    let ready = |timed: bool| {
        let chosen = cases.iter().enumerate();
        let chosen = chosen.filter(move |(_, case)| case.timed == timed);
        let handles: Vec<_> = chosen
            .map(|(order, case)| (order, case, sim.account(&account_name(order, case))))
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
