//! The command `tenancy` as a user meets it, one topic per file.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod accounts;
mod check;
mod configuration;
mod demo;
mod failures;
mod generated;
mod newcomer;
mod output;
#[path = "../support/place.rs"]
mod place;
mod resume;
mod rows;
mod schemas;
mod strangers;
#[cfg(unix)]
mod terminal;
