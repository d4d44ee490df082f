//! Lists every child tenant of every reseller account, exactly once, in one shape, or reports precisely what is missing.
//!
//! An [`Account`] is one reseller account at one provider. A [`Listing`] is a stream of the tenants of several accounts; its
//! [`Report`] says for each account whether the list is complete, and if not, why.
//!
//! ```no_run
//! use futures::StreamExt;
//! use tenancy::{Account, Listing, Query};
//! use tenancy::providers::{Descriptor, Settings};
//!
//! # async fn list(provider: &Descriptor) -> Result<(), Box<dyn std::error::Error>> {
//! let settings = Settings::new([("api_key", std::env::var("API_KEY")?)]);
//! let accounts = vec![Account::connect("agency-eu", provider, &settings)?];
//!
//! let mut listing = Listing::new(accounts, Query::default())?;
//! while let Some(item) = listing.next().await {
//!     match item {
//!         Ok(tenant) => println!("{} {}", tenant.id, tenant.name.unwrap_or_default()),
//!         Err(error) => eprintln!("{error}"),
//!     }
//! }
//! assert!(listing.report().complete);
//! # Ok(())
//! # }
//! ```

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
pub use client_runtime::OmittedField;
pub use engine::{Checkpoint, Identities};
pub use entry::{Entry, Mapped, Unlisted};
pub use error::{Error, ErrorKind, ListingError, ListingErrorKind, QuarantinedRecord};
pub use listing::Listing;
pub use mapping::Normaliser;
pub use model::{Contact, Decimal, Limits, Member, Moment, Money, Raw, Status, StatusWord, Tenant};
pub use page::{Next, Page, Place};
pub use paging::{PageRequest, Paging, Position, RankBy, StatedOrder};
pub use probe::Probe;
pub use provider::{Arrivals, Capabilities, Fetch, Provider};
pub use query::Query;
pub use records::Records;
pub use report::{Certainty, Drift, DriftKind, Omission, Reason, Report, SourceReport};
