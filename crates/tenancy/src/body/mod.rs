//! Fetches a list: bytes off the wire, through `record_stream`, to the entries that a provider's [`Mapping`] makes of them.
//!
//! Nothing here knows a provider. Records are decoded as they arrive, so that memory is bounded by a few batches and one
//! record, however long the list.

mod fetch;
mod mapping;
mod normaliser;
mod reader;
#[cfg(test)]
#[cfg(all(feature = "omnidim", feature = "vobiz"))]
mod tests;

pub(crate) use fetch::{fetch_list, fetch_page};
pub(crate) use mapping::{Context, Mapping};
pub use normaliser::Normaliser;
