//! A deterministic simulation: the engine against model servers whose lists change while they are read.
//!
//! A schedule is all that a seed decides: the family of paging, the list, the page size, how many pages are in flight at
//! once, when each answer is cut out of the list and when it arrives, what is created, deleted and switched in between,
//! what goes wrong, and how the server departs from its document. There is no socket and no clock: time is tokio's, paused, and
//! advances when nothing else can.
//!
//! Each schedule must end, within a bound on its requests. No tenant comes twice, none is invented, every page that was served is
//! delivered. If the list is proved or agreed, or complete where a loss would leave a trace, every tenant came that existed throughout.
//!
//! `TENANCY_SEED=<n> cargo test -p tenancy simulation` replays one schedule and prints what happened.
//! `TENANCY_SCHEDULES=<n> cargo test -p tenancy simulation_of -- --nocapture` runs so many of each kind, and prints the figures.

mod figures;
mod lies;
mod list;
mod mutants;
mod narrow;
mod properties;
mod provider;
mod run;
mod schedule;
mod seeds;
mod server;
mod state;

use std::env;
use std::fmt::Debug;
use std::str::FromStr;

use figures::Figures;
use run::{ENGINE, Engine, run, run_with};
use schedule::{Said, Schedule};
use seeds::{Seeds, apart, honest, hostile, lying, numbered};

use crate::Report;

/// How many schedules of each kind run.
const SCHEDULES: u64 = 34_000;

fn variable<T: FromStr<Err: Debug>>(name: &str) -> Option<T> {
    let value = env::var(name).ok()?;
    let parsed = value.parse();
    Some(parsed.unwrap_or_else(|error| panic!("{name}={value}: {error:?}")))
}

fn run_all(kind: &str, seeds: Seeds) -> Figures {
    let count = variable("TENANCY_SCHEDULES").unwrap_or(SCHEDULES);
    let range = match variable("TENANCY_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..count,
    };
    let mut figures = Figures::default();
    let mut broken = Vec::new();
    for seed in range {
        let schedule = seeds(seed);
        match run(&schedule) {
            Ok(report) => figures.add(&schedule, &report),
            Err(why) => broken.push(format!("seed {seed}, {:?}: {why}", schedule.family)),
        }
    }
    println!("{kind} servers\n{figures}");
    assert!(
        broken.is_empty(),
        "{} broken; TENANCY_SEED=<n> replays one: {:#?}",
        broken.len(),
        &broken[..broken.len().min(20)]
    );
    figures
}

/// Runs a schedule that must keep all promises.
fn report(schedule: &Schedule) -> Report {
    run(schedule).unwrap_or_else(|why| panic!("seed {}: {why}", schedule.seed))
}

#[test]
fn simulation_of_honest_servers() {
    run_all("honest", honest);
}

/// Churn alone seldom leaves a list in doubt that is newest first and has totals.
#[test]
fn simulation_of_numbered_lists_that_change() {
    let complete = (0..2000).filter(|seed| report(&numbered(*seed)).complete);
    assert!(complete.count() >= 1800);
}

#[test]
fn simulation_of_hostile_servers() {
    run_all("hostile", hostile);
}

#[test]
fn simulation_of_lying_servers() {
    run_all("lying", lying);
}

/// Lists that can be read are complete, whatever their totals say.
#[test]
fn simulation_of_wobbling_totals() {
    for seed in 0..500 {
        let mut schedule = numbered(seed);
        schedule.churn = 0;
        schedule.lies.total = Said::Wobbling;
        let report = report(&schedule);
        assert!(report.complete, "seed {seed}: {report:?}");
    }
}

/// Accounts so small that one tenant shows, or hides, which statuses a list has.
#[test]
fn simulation_of_small_accounts_with_a_list_for_each_status() {
    for seed in 0..20_000 {
        report(&apart(seed));
    }
}

/// A list with more records than the engine bears ends with an error. What came before it is delivered.
#[test]
fn simulation_of_a_list_that_is_too_long() {
    let schedule = Schedule {
        tenants: 80,
        churn: 0,
        interruptions: 0,
        filter: None,
        ..numbered(0)
    };
    for (most_records, complete) in [(79, false), (1000, true)] {
        let engine = Engine {
            most_records,
            ..ENGINE
        };
        let report = run_with(&schedule, engine).expect("a list that ends");
        let source = &report.sources[0];
        assert_eq!((source.complete, source.tenants), (complete, 80));
        let error = source.error.clone().unwrap_or_default();
        assert_eq!(error.contains("more than 79 records"), !complete, "{error}");
    }
}

/// A schedule replays exactly: the same seed gives the same report.
#[test]
fn simulation_is_deterministic() {
    for seed in 0..50 {
        assert_eq!(run(&hostile(seed)), run(&hostile(seed)), "seed {seed}");
    }
}
