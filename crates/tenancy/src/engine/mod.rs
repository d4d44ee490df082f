//! The paging engine: reads one account's list to its end, however it is paged, and judges how far the list can be trusted.

mod account_state;
mod checkpoint;
mod deduplicator;
mod doubts;
mod evidence;
mod in_flight;
mod keys;
mod keyset;
mod links;
mod lists;
mod one_body;
mod page_size;
mod ranks;
mod route;
mod seen;
mod shared;
#[cfg(test)]
mod simulation;
mod source;
mod step;
mod totals;
mod verdict;
mod walk;
mod walk_state;
mod walks;

pub use checkpoint::Checkpoint;
pub use seen::Identities;
pub(crate) use seen::fingerprint;
pub(crate) use shared::Shared;
pub(crate) use source::Source;
