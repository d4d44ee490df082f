//! The body of a list, read while it arrives: which bytes are a record, which record is which tenant, and what stands
//! around the records.
//!
//! Nothing here knows a provider, and nothing but `fetch` does input or output. A provider's [`Mapping`] makes tenants of
//! records: of a page's where they are, of a whole list's in batches, which a [`Splitter`](splitter::Splitter) cuts, so that
//! they can be decoded side by side. The [`Rest`] of the document is read when all of it is there. So memory is bounded by a
//! few batches and one record, however long the list.

mod decoding;
mod fetch;
mod mapping;
mod normaliser;
mod reader;
mod rest;
mod splitter;
#[cfg(test)]
#[cfg(all(feature = "omnidim", feature = "vobiz"))]
mod tests;

pub(crate) use fetch::{fetch_list, fetch_page};
pub(crate) use mapping::{Context, Mapping};
pub use normaliser::{Batch, Normaliser};
pub(crate) use rest::{Member, Rest};
