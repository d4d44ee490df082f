//! The command `tenancy` as a user meets it, one topic per file.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod accounts;
mod check;
mod configuration;
mod demo;
mod failures;
mod generated;
mod get;
mod newcomer;
mod output;
mod planted;
mod reconcile;
mod resume;
mod rows;
#[path = "../support/sandbox.rs"]
mod sandbox;
mod schemas;
#[cfg(unix)]
mod signals;
mod strangers;
#[cfg(unix)]
mod terminal;
