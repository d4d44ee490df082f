//! Records the child tenants of reseller accounts in a database: the current state, and the history of each field.
//!
//! A [`Store`] is an SQLite database or, with the feature `postgres`, a PostgreSQL database. Tenants are [staged](Store::stage) as
//! they arrive, and [committed](Store::commit_listing) in one transaction at the end of an account's list. The next run resumes an
//! interrupted one. The store has no clock: calls take the time as an argument.
//!
//! ```no_run
//! use jiff::Timestamp;
//! use tenancy::{Account, Listing, Query, Report};
//! use tenancy_store::{AccountKey, Address, LockWait, Start, Store};
//!
//! # async fn sync(account: Account) -> Result<(), Box<dyn std::error::Error>> {
//! let mut store = Store::open(&Address::parse("tenants.db")?, None)?;
//! let key = AccountKey::new(account.provider().name(), account.name());
//! store.claim(std::slice::from_ref(&key), LockWait::Forever)?;
//! let run = store.begin(Timestamp::now())?;
//! let earlier = match store.start(run, &key, Timestamp::now())? {
//!     Start::Resumed(report) => vec![*report],
//!     _ => Vec::new(),
//! };
//! let mut listing = Listing::resume(vec![account], Query::default(), Report::of(earlier))?;
//! while let Some(tenant) = listing.try_next().await? {
//!     store.stage(run, &key, &[*tenant], None)?;
//! }
//! let report = listing.report().sources.remove(0);
//! let outcome = store.commit_listing(run, &key, &report, None, Timestamp::now())?;
//! println!("{} created, {} gone", outcome.created, outcome.gone);
//! store.end(run, Timestamp::now())?;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod address;
mod commit;
mod database;
mod difference;
mod error;
mod field_change;
mod guard;
mod history;
mod merge;
mod schema;
mod snapshot;
mod staging;
mod store;
mod stored_id;
#[cfg(test)]
mod tests;

pub use accounts::AccountContent;
pub use address::Address;
pub use database::LockWait;
#[cfg(feature = "postgres")]
pub use database::postgres::Server;
pub use difference::{ChangedTenant, Difference};
pub use error::{Error, ErrorKind};
pub use field_change::{FieldChange, compare};
pub use guard::MaxGone;
pub use history::{Point, snapshot};
pub use merge::ListingOutcome;
pub use snapshot::{Identity, Snapshot};
pub use staging::Start;
pub use store::{AccountKey, Run, Store};
