//! What programs may rely on in every version of the libraries.

#![allow(clippy::disallowed_types, reason = "the type itself is tested")]

use client_runtime::{Options, Secret, Transport};
use tenancy::providers::Settings;
use tenancy::{Account, Error, Incomplete, Listing, ListingError, Probe, Query, Report, Tenant};

fn is_send<T: Send + 'static>() {}

fn is_shared<T: Send + Sync + 'static>() {}

/// A listing can run in a task, and its results can be sent to other tasks.
#[test]
fn types_move_between_threads() {
    is_send::<Listing>();
    is_shared::<Account>();
    is_shared::<Query>();
    is_shared::<Settings>();
    is_shared::<Tenant>();
    is_shared::<Report>();
    is_shared::<Probe>();
    is_shared::<Error>();
    is_shared::<ListingError>();
    is_shared::<Incomplete>();
    is_shared::<client_runtime::Error>();
    is_shared::<Options>();
    is_shared::<Secret>();
    is_shared::<Transport>();
}
