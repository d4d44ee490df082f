//! The body of a list, read while it arrives: which bytes are a record, which record is which tenant, and what stands
//! around the records.
//!
//! Nothing here knows a provider, and nothing but `fetch` does input or output. A [`Splitter`](splitter::Splitter) cuts the
//! bytes into batches of records, a provider's [`Mapping`] makes tenants of them, and the [`Rest`] of the document is read
//! when all of it is there. So memory is bounded by a few batches and one record, however long the list.

mod fetch;
mod mapping;
mod normaliser;
mod reader;
mod rest;
mod splitter;
#[cfg(test)]
#[cfg(all(feature = "omnidim", feature = "vobiz"))]
mod tests;

pub(crate) use fetch::fetch;
pub(crate) use mapping::{Context, Mapping};
pub use normaliser::{Batch, Normaliser};
pub(crate) use rest::{Member, Rest};
