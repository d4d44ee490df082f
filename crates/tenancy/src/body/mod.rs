//! The body of a list, read while it arrives: which bytes are a record, which record is which tenant, and what stands
//! around the records.
//!
//! Nothing here knows a provider, and nothing but `fetch` does input or output. A [`Splitter`](splitter::Splitter) cuts the
//! records off, in batches, of which a provider's [`Mapping`] makes tenants when they are taken. The [`Rest`] of the
//! document is read when all of it is there. So memory is bounded by a few batches and one record, however long the list.

mod block;
mod fetch;
mod mapping;
mod normaliser;
#[cfg(test)]
mod random;
mod reader;
mod rest;
mod scan;
mod splitter;
#[cfg(test)]
#[cfg(all(feature = "omnidim", feature = "vobiz"))]
mod tests;

pub(crate) use fetch::{fetch_list, fetch_page};
pub(crate) use mapping::{Context, Mapping};
pub use normaliser::Normaliser;
pub(crate) use rest::{Member, Rest};
