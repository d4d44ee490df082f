//! Records the child tenants of reseller accounts in a database: the current state, and the history of each field.
//!
//! [`sync`] lists the tenants of accounts and records them, in an SQLite file or, with the feature `postgres`, in a PostgreSQL
//! database. A tenant becomes gone only after a complete list that certainly missed nothing.
//!
//! ```no_run
//! use tenancy::Account;
//! use tenancy_store::{Address, SyncOptions, sync};
//!
//! # async fn example(account: Account) -> Result<(), tenancy_store::Error> {
//! let database = Address::parse("tenants.db")?;
//! let synced = sync(vec![account], database, SyncOptions::default()).await?;
//! for (account, outcome) in &synced.recorded {
//!     println!("{account}: {} created, {} gone", outcome.created, outcome.gone);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - [`SyncRun::next`] returns each event of a sync while it runs.
//! - [`snapshot()`] reads the tenants at a [point](Point) of the history, and [`Difference`] compares two snapshots.
//! - [`period()`] reads what happened between two times.
//! - [`select`] runs a query on any other database, for example on one of customers.
//! - [`Changes`] reads what runs changed, one change at a time.
//! - A [`Store`] renames and forgets accounts.
//!
//! Calls of a [`Store`], [`snapshot()`], [`period()`] and [`Changes`] block: in async code, call them in
//! `tokio::task::spawn_blocking`. `sync` does not block.

#![warn(
    missing_debug_implementations,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

mod accounts;
mod address;
mod change;
mod changes;
mod commit;
mod database;
mod difference;
mod error;
mod exclude;
mod field_change;
mod guard;
mod history;
mod merge;
mod overview;
mod period;
mod runs;
mod schema;
mod snapshot;
mod staging;
mod store;
mod stored_id;
mod sync;
mod table;
#[cfg(test)]
mod tests;

pub use accounts::AccountContent;
pub use address::Address;
pub use change::{Change, ChangeKind};
pub use changes::Changes;
#[cfg(feature = "postgres")]
pub use database::postgres::Server;
pub use difference::{ChangedTenant, Difference};
pub use error::{Error, ErrorKind};
pub use field_change::{FieldChange, compare};
pub use guard::MaxGone;
pub use history::{Point, snapshot};
pub use merge::ListingOutcome;
pub use overview::{AccountOverview, overview};
pub use period::{AccountState, Event, Events, Period, PeriodOptions, period};
pub use runs::{RecordedRun, runs};
pub use snapshot::{Identity, Snapshot};
pub use store::{AccountKey, Run, Store};
pub use sync::{SyncEvent, SyncOptions, SyncRun, Synced, sync};
pub use table::{Table, select};
