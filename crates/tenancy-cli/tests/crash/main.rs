//! `list` and `sync` ended at random moments by SIGKILL, SIGTERM and SIGINT, and run again: nothing is lost, nothing is listed or
//! recorded twice, and no report claims what did not happen.
//!
//! Each test ends a few runs of a small list. `TENANCY_KILLS=1000 TENANCY_KILL_TENANTS=100000` ends more of them, and
//! `TENANCY_SEED=<n>` at the same moments again, as far as the operating system plays along.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]
#![cfg(unix)]

mod changes;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/database.rs"]
mod database;
mod list;
#[allow(dead_code, reason = "shared with the command's other tests")]
#[path = "../support/sandbox.rs"]
mod sandbox;
mod sync;

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::thread;

use fastrand::Rng;
use provider_sim::Simulator;

use sandbox::{Sandbox, cursors, numbered, one_body, serve};

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// The number of runs that a test ends, and what chooses the moments.
fn plan() -> (u64, Rng) {
    let seed = number("TENANCY_SEED", fastrand::u64(..));
    println!("TENANCY_SEED={seed}");
    (number("TENANCY_KILLS", 10), Rng::with_seed(seed))
}

/// The providers, and a sandbox to run the command in.
fn providers() -> (Simulator, Sandbox) {
    let tenants = number("TENANCY_KILL_TENANTS", 1500) as u32;
    serve([
        numbered("agency").population(tenants / 2, 1),
        cursors("brands").population(tenants * 3 / 10, 2),
        one_body("calls").population(tenants / 5, 3),
    ])
}

/// The signals: name, number, and the exit code of a command that could clean up.
const SIGNALS: [(&str, i32, Option<i32>); 3] = [
    ("KILL", 9, None),
    ("TERM", 15, Some(143)),
    ("INT", 2, Some(130)),
];

/// Waits for a moment, and ends a run with a random signal. Returns how it ended, and whether the signal ended it.
fn end(child: &mut Child, rng: &mut Rng, passed: impl FnMut() -> bool) -> (ExitStatus, bool) {
    let (name, number, code) = SIGNALS[rng.usize(..SIGNALS.len())];
    let status = match until(child, passed) {
        Some(status) => status,
        None => {
            sandbox::signal(child, name);
            child.wait().unwrap()
        }
    };
    let by_signal = status.signal() == Some(number) || (code.is_some() && status.code() == code);
    assert!(by_signal || status.success(), "SIG{name}: {status}");
    (status, by_signal)
}

/// Waits until something has come to pass, or the command is at its end: then how it ended.
fn until(child: &mut Child, mut passed: impl FnMut() -> bool) -> Option<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if passed() {
            return None;
        }
        thread::yield_now();
    }
}
