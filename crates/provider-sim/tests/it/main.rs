//! The simulator as plain HTTP clients see it.

// Helpers of tests are tests too.
#![allow(clippy::unwrap_used)]

mod churn;
mod client;
mod endpoints;
mod families;
mod faults;
mod imaginary;
mod large;
mod life;
mod providers;
