//! A deterministic simulation: the engine against model servers whose lists change while they are read.
//!
//! A schedule is all that a seed decides: the provider's style, the list, the page size, how many pages are under way at
//! once, when each answer is cut out of the list and when it arrives, what is created, deleted and switched in between,
//! and what goes wrong. There is no socket and no clock: time is tokio's, paused, and moves on when nothing else can.
//!
//! What has to hold for each schedule: no tenant comes twice, none is invented, every page that was served is delivered, and
//! every tenant that was there throughout comes, or the report says neither proved nor agreed. Where the server does not lie, it does
//! not say complete either.
//!
//! `TENANCY_SEED=<n> cargo test -p tenancy simulation` replays one schedule and prints what happened.

mod mutants;
mod properties;
mod run;
mod schedule;
mod server;

use run::run;
use schedule::{Said, Schedule, honest, hostile, lying};

/// Runs so many schedules and gives how many of the reports said complete.
fn run_all(first: u64, count: u64, schedule: fn(u64) -> Schedule) -> u64 {
    if let Some(seed) = std::env::var("TENANCY_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
    {
        run(&schedule(seed)).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        return count;
    }
    (first..first + count)
        .map(|seed| {
            let report = run(&schedule(seed)).unwrap_or_else(|broken| {
                panic!("seed {seed}: {broken}; replay with TENANCY_SEED={seed}")
            });
            u64::from(report.complete)
        })
        .sum()
}

/// How many schedules each of the tests below runs.
const SCHEDULES: u64 = 17_000;

#[test]
fn simulation_of_honest_churn_one() {
    let complete = run_all(0, SCHEDULES, honest);
    assert!(
        complete * 100 >= SCHEDULES * 90,
        "only {complete} of {SCHEDULES} were complete"
    );
}

#[test]
fn simulation_of_honest_churn_two() {
    let complete = run_all(SCHEDULES, SCHEDULES, honest);
    assert!(
        complete * 100 >= SCHEDULES * 90,
        "only {complete} of {SCHEDULES} were complete"
    );
}

#[test]
fn simulation_of_hostile_servers_one() {
    run_all(0, SCHEDULES, hostile);
}

#[test]
fn simulation_of_hostile_servers_two() {
    run_all(SCHEDULES, SCHEDULES, hostile);
}

#[test]
fn simulation_of_lying_servers_one() {
    run_all(0, SCHEDULES, lying);
}

#[test]
fn simulation_of_lying_servers_two() {
    run_all(SCHEDULES, SCHEDULES, lying);
}

/// Lists that can be read are complete, whatever their totals say.
#[test]
fn simulation_of_wobbling_totals() {
    for seed in 0..500 {
        let mut schedule = honest(seed);
        schedule.churn = 0;
        schedule.lies.total = Said::Wobbling;
        let report = run(&schedule).unwrap();
        assert!(report.complete, "seed {seed}: {report:?}");
    }
}

/// A schedule replays exactly: the same seed gives the same report.
#[test]
fn simulation_is_deterministic() {
    for seed in 0..50 {
        assert_eq!(run(&hostile(seed)), run(&hostile(seed)), "seed {seed}");
    }
}
