//! Lists every child tenant of every reseller account, exactly once, in one shape, or reports precisely what is missing.
//!
//! An [`Account`] is one reseller account at one [provider](providers). A [`Listing`] is a stream of the tenants of several
//! accounts; its [`Report`] says for each account whether the list is complete, and if not, why.
//!
//! ```no_run
//! use tenancy::providers::{Settings, vobiz};
//! use tenancy::{Account, Listing, Query};
//!
//! # async fn list() -> Result<(), Box<dyn std::error::Error>> {
//! let auth_token = std::env::var("VOBIZ_AUTH_TOKEN")?;
//! let settings = Settings::new([("auth_id", "MA_XXXXXXXX"), ("auth_token", &auth_token)]);
//! let account = Account::connect("agency-eu", &vobiz::DESCRIPTOR, &settings)?;
//!
//! let mut listing = Listing::new(vec![account], Query::default())?;
//! while let Some(tenant) = listing.try_next().await? {
//!     println!("{} {}", tenant.id, tenant.name.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The loop ends without an error only if the list is complete. Otherwise its last item is an error, [`Incomplete`], after all
//! tenants that could be listed.
//!
//! - [`Report`] explains how far a list can be trusted, and where an interrupted one [resumes](Listing::resume).
//! - [`Account::probe`] tests an account with one page; [`Normaliser`](providers::Normaliser) reads bodies that were saved.
//! - [`providers`] says how to add a provider of your own.
//! - The crate `tenancy-store` records the tenants in a database.
//!
//! [`client_runtime`] sends the requests. It is re-exported: its types are in the settings of an account, and in errors.

#![warn(
    missing_debug_implementations,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

mod account;
mod advice;
mod engine;
mod entry;
mod error;
mod listing;
mod mapping;
mod model;
mod page;
mod paging;
mod probe;
mod provider;
pub mod providers;
mod query;
mod records;
mod report;

pub use account::Account;
pub use client_runtime::{self, OmittedField, Options, Secret};
pub use engine::Checkpoint;
pub use error::{Error, ErrorKind, Incomplete, ListingError, ListingErrorKind, QuarantinedRecord};
pub use listing::Listing;
pub use model::{Contact, Decimal, Limits, Member, Moment, Money, Raw, Status, StatusWord, Tenant};
pub use probe::Probe;
pub use query::Query;
pub use report::{Certainty, Drift, DriftKind, Omission, Reason, Report, SourceReport};

// What providers are made of is public in `providers`.
pub(crate) use page::{Next, Page};
pub(crate) use paging::{PageRequest, Paging, Position, RankBy, StatedOrder};
pub(crate) use provider::{Capabilities, Provider};
pub(crate) use records::Records;
