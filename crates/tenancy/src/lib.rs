//! Every child tenant of every reseller account a company holds, exactly once, in one shape, or a report that says
//! precisely what is missing.
//!
//! An [`Account`] is one reseller account at one provider. A [`Listing`] is a stream of all tenants of several accounts
//! at once; its [`Report`] says for each account whether the list is complete, and why not.
//!
//! ```no_run
//! use futures::StreamExt;
//! use tenancy::{Account, Listing, Query};
//! use tenancy::providers::Vobiz;
//!
//! # async fn list() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = vobiz_client::Credentials::new("MA_XXXXXXXX", std::env::var("VOBIZ_AUTH_TOKEN")?);
//! let client = vobiz_client::Client::connect(credentials)?;
//! let accounts = vec![Account::new("agency-eu", Vobiz::new(client, "MA_XXXXXXXX")?)?];
//!
//! let mut listing = Listing::new(accounts, Query::default())?;
//! while let Some(item) = listing.next().await {
//!     match item {
//!         Ok(tenant) => println!("{} {}", tenant.id, tenant.name.unwrap_or_default()),
//!         Err(fault) => eprintln!("{fault}"),
//!     }
//! }
//! assert!(listing.report().complete);
//! # Ok(())
//! # }
//! ```

// A build without some of the providers leaves unused what only they need.
#![cfg_attr(
    not(all(feature = "layers", feature = "omnidim", feature = "vobiz")),
    allow(dead_code, unused_imports)
)]

mod account;
mod body;
mod engine;
mod error;
mod listing;
mod model;
mod probe;
mod provider;
pub mod providers;
mod query;
mod records;
mod report;

pub use account::Account;
pub use body::Normaliser;
pub use client_runtime::OmittedField;
pub use engine::{Checkpoint, Identities};
pub use error::{Error, ErrorKind, Fault, FaultKind, RecordFault};
pub use listing::Listing;
pub use model::{Contact, Decimal, Limits, Member, Moment, Money, Raw, Status, StatusWord, Tenant};
pub use probe::Probe;
pub use provider::{
    Arrivals, Capabilities, Fetch, Next, Page, PageRequest, PagingStyle, Position, Provider,
};
pub use query::Query;
pub use records::{Entry, Mapped};
pub use report::{Certainty, Drift, DriftKind, LeftOutField, Report, SourceReport};
