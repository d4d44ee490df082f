//! Child tenants of reseller accounts in a database: the current state, and a history of what was created, what changed field
//! by field, what is gone and what came back.
//!
//! A [`Store`] is a database of SQLite, or with the feature `postgres` of PostgreSQL. What a listing finds is
//! [staged](Store::stage) as it arrives and [committed](Store::commit_listing) in one transaction at the end of an account's list; a
//! run that is interrupted is gone on with by the next one. The store has no clock: each call takes the time.
//!
//! ```no_run
//! use futures::StreamExt;
//! use jiff::Timestamp;
//! use tenancy::{Account, Listing, Query, Report};
//! use tenancy_store::{AccountKey, Address, LockWait, Start, Store};
//!
//! # async fn sync(account: Account) -> Result<(), Box<dyn std::error::Error>> {
//! let mut store = Store::open(&Address::parse("tenants.db")?, None)?;
//! let key = AccountKey::new(account.provider().name(), account.name());
//! store.claim(std::slice::from_ref(&key), LockWait::Forever)?;
//! let run = store.begin(Timestamp::now())?;
//! let earlier = match store.start(&key, Timestamp::now())? {
//!     Start::Resumed(report) => vec![*report],
//!     _ => Vec::new(),
//! };
//! let mut listing = Listing::resume(vec![account], Query::default(), Report::of(earlier))?;
//! while let Some(item) = listing.next().await {
//!     if let Ok(tenant) = item {
//!         store.stage(run, &key, &[*tenant], None)?;
//!     }
//! }
//! let report = listing.report().sources.remove(0);
//! let outcome = store.commit_listing(run, &key, &report, None, Timestamp::now())?;
//! println!("{} created, {} gone", outcome.created, outcome.gone);
//! store.end(run, Timestamp::now())?;
//! # Ok(())
//! # }
//! ```

mod address;
mod commit;
mod compare;
mod database;
mod difference;
mod error;
mod history;
mod merge;
mod schema;
mod snapshot;
mod staging;
mod store;
#[cfg(test)]
mod tests;

pub use address::Address;
pub use compare::{FieldChange, compare};
pub use database::LockWait;
#[cfg(feature = "postgres")]
pub use database::postgres::Server;
pub use difference::{ChangedTenant, Difference};
pub use error::{Error, ErrorKind};
pub use history::{Point, snapshot};
pub use merge::ListingOutcome;
pub use snapshot::{Identity, Snapshot};
pub use staging::Start;
pub use store::{AccountKey, Run, Store};
