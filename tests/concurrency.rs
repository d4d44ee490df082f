//! How many requests are under way at once, and how long whole lists take, seen at simulated providers.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::Duration;

use client_runtime::Options;
use futures::StreamExt;
use provider_sim::{
    Account as SimAccount, AccountHandle, Fault, Paging, Place, Provider, Request, Simulator,
};
use tenancy::providers::StatedOrder;
use tenancy::{Account, Query};
use tenancy_tests::checked::Listing;
use tenancy_tests::{connect, each, filters_by_status, hurried, linked, list, numbered, one_body};
use tokio::task::yield_now;
use tokio::time::Instant;

/// How often everything else may run before the clock goes on by a millisecond.
const TURNS: u32 = 60;

fn connect_all(sim: &Simulator, options: &Options) -> Vec<Account> {
    let accounts = sim.accounts();
    accounts
        .iter()
        .map(|handle| connect(handle, options))
        .collect()
}

fn query(concurrency: u32, page_size: u32) -> Query {
    let mut query = Query::default();
    query.concurrency = NonZeroU32::new(concurrency).unwrap();
    query.page_size = NonZeroU32::new(page_size);
    query
}

/// Moves the paused clock on, a millisecond whenever nothing is left to do.
///
/// A paused clock goes on by itself as well, but to the next timer, time-outs included, each time that the runtime has to ask the
/// system whether a socket is ready. As this task is always ready, it never does.
fn run_clock() {
    tokio::spawn(async {
        loop {
            settle().await;
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    });
}

/// Lets everything run that can, on both sides of the loopback.
async fn settle() {
    for _ in 0..TURNS {
        yield_now().await;
    }
}

/// The same as [`settle`], several times over: for what must not happen.
async fn settle_for_good() {
    for _ in 0..20 {
        settle().await;
    }
}

/// Waits for what has to happen soon, so that a fault is a failure and no endless test.
async fn in_time(event: impl Future<Output = ()>, what: &str) {
    let came = tokio::time::timeout(Duration::from_secs(10), event).await;
    assert!(
        came.is_ok(),
        "in ten seconds it does not happen that {what}"
    );
}

/// How long it takes to list these accounts whole, by the runtime's clock.
async fn time_of(accounts: Vec<Account>, query: Query) -> Duration {
    let began = Instant::now();
    let outcome = list(accounts, query).await;
    assert!(outcome.report.complete, "{:?}", outcome.report);
    began.elapsed()
}

/// Lists while every answer is held back, lets them go one an account whenever nothing else happens, and gives the largest number
/// of requests that were under way in all.
async fn most_held(sim: &Simulator, accounts: Vec<Account>, query: Query) -> u64 {
    let handles = sim.accounts();
    handles.iter().for_each(AccountHandle::hold);
    let listing = tokio::spawn(list(accounts, query));
    while !listing.is_finished() {
        settle_for_good().await;
        for handle in &handles {
            if handle.stats().in_flight > 0 {
                handle.release(1);
            }
        }
    }
    let outcome = listing.await.unwrap();
    assert!(outcome.report.complete, "{:?}", outcome.report);
    let different: HashSet<_> = outcome
        .tenants
        .iter()
        .map(|tenant| (&tenant.account, &tenant.id))
        .collect();
    let there: usize = handles.iter().map(|handle| handle.ids().len()).sum();
    assert_eq!((different.len(), outcome.tenants.len()), (there, there));
    sim.stats().max_in_flight
}

#[tokio::test(start_paused = true)]
async fn an_account_has_as_many_requests_under_way_as_it_may_and_no_more() {
    run_clock();
    for concurrency in [1, 2, 4, 8] {
        let sim = Simulator::start_in_runtime([numbered("v").population(400, 3)]).unwrap();
        let accounts = connect_all(&sim, &hurried());
        let most = most_held(&sim, accounts, query(concurrency, 10)).await;
        assert_eq!(most, u64::from(concurrency));
    }
}

#[tokio::test(start_paused = true)]
async fn all_accounts_together_have_no_more_requests_under_way_than_they_may() {
    run_clock();
    let names = ["a", "b", "c", "d", "e", "f"];
    let sim =
        Simulator::start_in_runtime(names.map(|name| numbered(name).population(200, 3))).unwrap();
    let mut query = query(8, 10);
    query.max_in_flight = NonZeroU32::new(5).unwrap();
    let accounts = connect_all(&sim, &hurried());
    assert_eq!(most_held(&sim, accounts, query).await, 5);
}

/// Fifty accounts: lists of up to 9 pages by cursor, of up to 20 pages by number, and slow bodies.
fn fifty() -> Vec<SimAccount> {
    let account = |number: u32| {
        let name = format!("account-{number}");
        let (account, tenants, latency) = match number % 3 {
            0 => (one_body(&name), 60, 300 + 10 * number),
            1 => (linked(&name), 20 * (1 + number % 9), 100),
            _ => (numbered(&name), 20 * (1 + number % 20), 100),
        };
        account
            .population(tenants, 11)
            .latency(Duration::from_millis(latency.into()))
    };
    (0..50).map(account).collect()
}

#[tokio::test(start_paused = true)]
async fn fifty_accounts_take_about_as_long_as_the_slowest() {
    run_clock();
    let sim = Simulator::start_in_runtime(fifty()).unwrap();
    let mut slowest = Duration::ZERO;
    // The slowest body, and the longest lists of the others.
    for name in [
        "account-48",
        "account-44",
        "account-43",
        "account-25",
        "account-38",
    ] {
        let account = connect(&sim.account(name), &hurried());
        slowest = slowest.max(time_of(vec![account], query(4, 20)).await);
    }
    let together = time_of(connect_all(&sim, &hurried()), query(4, 20)).await;
    assert!(
        together <= slowest.mul_f64(1.2),
        "together {together:?}, the slowest alone {slowest:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_reads_one_tenant_and_waits_causes_one_further_page_at_most() {
    run_clock();
    let accounts = each().map(|account| account.population(300, 5));
    let sim = Simulator::start_in_runtime(accounts).unwrap();
    for handle in &sim.accounts() {
        let pages = match handle.provider().paging() {
            Paging::OneBody => 1,
            _ => 2,
        };
        let account = connect(handle, &hurried());
        let mut listing = Listing::new(vec![account], query(8, 20)).unwrap();
        listing.next().await.unwrap().unwrap();
        settle_for_good().await;
        assert_eq!(handle.requests().len(), pages, "{}", handle.name());
    }
}

#[tokio::test]
async fn a_listing_that_is_dropped_leaves_no_task_and_asks_nothing_more() {
    for &provider in Provider::ALL {
        // In a thread of its own, so that this runtime has no tasks but the listing's.
        let sim = Simulator::start([SimAccount::new(provider, "a").population(300, 5)]).unwrap();
        let handle = sim.account("a");
        let mut listing = Listing::new(vec![connect(&handle, &hurried())], query(4, 10)).unwrap();
        if provider.paging() == Paging::OneBody {
            handle.hold();
            assert!(futures::poll!(listing.next()).is_pending());
        } else {
            // Into the second page, while the next ones are held back.
            for tenant in 0..11 {
                if tenant == 1 {
                    let prefetched =
                        handle.wait_until(|stats| stats.requests == 2 && stats.in_flight == 0);
                    in_time(prefetched, "the second page comes").await;
                    handle.hold();
                }
                listing.next().await.unwrap().unwrap();
            }
        }
        // Of four requests by rank one has been answered. A list that is oldest first, or has no total, is read one page at a time.
        let can = tenancy_tests::provider(provider.name()).capabilities;
        let is_parallel = can.reports_total
            && matches!(can.paging, tenancy::providers::Paging::Ranks { order, .. } if order != StatedOrder::OldestFirst);
        let held = if is_parallel { 3 } else { 1 };
        let under_way = handle.wait_until(|stats| stats.in_flight == held);
        in_time(under_way, "further pages are asked for").await;
        let metrics = tokio::runtime::Handle::current().metrics();
        assert!(metrics.num_alive_tasks() > 0);
        drop(listing);
        let tasks_end = async {
            while metrics.num_alive_tasks() > 0 {
                yield_now().await;
            }
        };
        in_time(tasks_end, "the listing's tasks end").await;
        let given_up = handle.wait_until(|stats| stats.in_flight == 0);
        in_time(given_up, "the server sees its client leave").await;
        let asked = handle.requests().len();
        handle.release_all();
        // Without a task, nobody is left who could ask; the server has seen the connections end.
        assert_eq!(handle.requests().len(), asked);
    }
}

#[tokio::test]
async fn the_page_size_is_what_is_asked_for() {
    let sim = Simulator::start(each().map(|account| account.population(50, 5))).unwrap();
    for handle in &sim.accounts() {
        let (_, size) = handle.provider().paging().parameters();
        if size.parameter.is_empty() {
            continue;
        }
        let outcome = list(vec![connect(handle, &hurried())], query(1, 15)).await;
        assert_eq!(outcome.tenants.len(), 50);
        let requests = handle.requests();
        let asked = |request: &Request| request.query(size.parameter)?.parse().ok();
        let sizes: Vec<Option<u32>> = requests.iter().map(asked).collect();
        // A server that does not state its size may have a smaller one, which a short page shows.
        let fit = |size: &Option<u32>| size.is_some_and(|size| size <= 15);
        assert!(sizes[0] == Some(15) && sizes.iter().all(fit), "{sizes:?}");
        let unfiltered = |request: &&Request| {
            let mut parameters = request.query.iter();
            !parameters.any(|(name, _)| filters_by_status(name))
        };
        // Only an empty page that comes twice ends a list whose pages may be cut.
        let can = tenancy_tests::provider(handle.provider().name()).capabilities;
        let pages = 4 + 2 * usize::from(can.maybe_cut);
        assert_eq!(requests.iter().filter(unfiltered).count(), pages);
    }
}

#[tokio::test]
async fn a_request_is_repeated_as_often_as_it_may_be() {
    let accounts = each().map(|account| account.fault(.., Fault::status(500)));
    let sim = Simulator::start(accounts).unwrap();
    for handle in sim.accounts() {
        for retries in [0, 1, 4] {
            let mut options = hurried();
            options.max_retries = retries;
            let before = handle.stats().requests;
            let outcome = list(vec![connect(&handle, &options)], query(1, 10)).await;
            let asked = handle.stats().requests - before;
            let source = &outcome.report.sources[0];
            assert_eq!(asked, u64::from(retries) + 1);
            assert_eq!(
                (source.requests, source.retries),
                (asked, u64::from(retries))
            );
            assert!(!outcome.report.complete);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_provider_is_given_up_after_the_idle_time_out_and_no_sooner() {
    run_clock();
    for (place, sent) in [
        (Place::Start, "nothing"),
        (Place::Middle, "less than 1 KiB"),
    ] {
        for idle in [Duration::from_millis(200), Duration::from_millis(700)] {
            let silent = numbered("v")
                .population(50, 5)
                .fault(.., Fault::as_usual().stall(place));
            let sim = Simulator::start_in_runtime([silent]).unwrap();
            let mut options = hurried();
            options.idle_timeout = idle;
            options.max_retries = 2;
            let outcome = list(connect_all(&sim, &options), query(1, 10)).await;
            let error = outcome.errors[0].to_string();
            assert!(error.contains(&format!("sent {sent} for")), "{error}");
            let times: Vec<Duration> = sim.requests().iter().map(|request| request.at).collect();
            assert_eq!(times.len(), 3);
            for wait in times.windows(2).map(|pair| pair[1] - pair[0]) {
                assert!(
                    wait >= idle && wait <= idle.mul_f64(1.1),
                    "{wait:?} for {idle:?}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_numbered_list_is_read_as_fast_as_its_requests_allow() {
    run_clock();
    let latency = Duration::from_millis(50);
    let account = numbered("v").population(20_000, 5).latency(latency);
    let sim = Simulator::start_in_runtime([account]).unwrap();
    let took = time_of(connect_all(&sim, &hurried()), query(8, 100)).await;
    // The first page alone, then 199 pages, eight at a time.
    let least = latency * (1 + 199_u32.div_ceil(8));
    assert!(took <= least.mul_f64(1.15), "{took:?}, at least {least:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_consumer_and_a_slow_provider_work_at_the_same_time() {
    run_clock();
    let latency = Duration::from_millis(50);
    let account = linked("l").population(8_000, 5).latency(latency);
    let sim = Simulator::start_in_runtime([account]).unwrap();
    let began = Instant::now();
    let mut listing = Listing::new(connect_all(&sim, &hurried()), query(4, 200)).unwrap();
    let mut tenants = 0;
    while let Some(tenant) = listing.next().await {
        tenant.unwrap();
        tenants += 1;
        if tenants % 200 == 0 {
            tokio::time::sleep(latency).await;
        }
    }
    let took = began.elapsed();
    assert!(listing.report().complete);
    assert_eq!(tenants, 8_000);
    let server = latency * u32::try_from(sim.requests().len()).unwrap();
    let consumer = latency * 40;
    let longer = server.max(consumer);
    assert!(
        took <= longer.mul_f64(1.15),
        "{took:?}, server {server:?}, consumer {consumer:?}"
    );
}
