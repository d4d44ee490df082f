//! Child tenants of reseller accounts in a database: the current state, and a history of what was created, what changed field
//! by field, what is gone and what came back.

mod address;
mod compare;
mod conclude;
mod database;
mod difference;
mod error;
mod history;
mod schema;
mod snapshot;
mod staging;
mod store;
#[cfg(test)]
mod tests;

pub use address::Address;
pub use compare::{FieldChange, compare};
pub use conclude::Conclusion;
pub use database::Patience;
#[cfg(feature = "postgres")]
pub use database::postgres::Server;
pub use difference::{ChangedTenant, Difference};
pub use error::{Error, ErrorKind};
pub use history::{Point, snapshot};
pub use snapshot::{Identity, Snapshot};
pub use staging::Start;
pub use store::{AccountKey, Run, Store};
