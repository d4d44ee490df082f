//! What `cargo xtask bench` runs: one measurement a process, told as one line of JSON.
//!
//! The subjects are tenancy and what it is held against: plain derived structs and `serde_json::from_slice` (the floor), a
//! loop over the generated client, and the loop that one writes by hand with reqwest and serde. Each hands its records to
//! the same meter (`meter.rs`). Servers and rendered bodies come from `provider-sim`, in processes of their own.

mod accounts;
mod arguments;
mod bodies;
mod connect;
mod digest;
mod drift;
mod hand;
mod list;
mod meter;
mod normalise;
mod plain;
mod raw;
mod render;
mod saved;
mod serve;
mod team;
mod told;

use std::process::ExitCode;

use clap::Parser;

pub use meter::Allocated;

/// Whatever went wrong: a measurement that fails ends the run.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Does what the command line says. `allocated` counts the allocations so far, if the program's allocator counts; then what
/// the records say is digested too, since the time is worth nothing anyway.
pub fn main(allocated: Option<fn() -> Allocated>) -> ExitCode {
    // reqwest is built without a provider of its own. That another one is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let done = match arguments::Command::parse() {
        arguments::Command::Render(what) => render::render(&what),
        arguments::Command::Serve(what) => serve::serve(&what),
        arguments::Command::Normalise(what) => normalise::run(&what, allocated),
        arguments::Command::List(what) => list::run(&what, allocated),
        arguments::Command::ListAccounts(what) => accounts::run(&what, allocated),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tenancy-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}
