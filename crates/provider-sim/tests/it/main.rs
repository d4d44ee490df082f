//! The simulator as plain HTTP clients see it.

// Helpers of tests are tests too.
#![allow(clippy::unwrap_used)]

mod churn;
mod client;
mod endpoints;
mod faults;
mod large;
mod life;
