//! The paging engine: reads one account's list to its end, whatever its style, and says how far the result is certain.
//!
//! A [`Source`] fetches pages where its [`Walk`] points, drops tenants that were listed before, and keeps the account's
//! report. A walk is a state machine without any input or output of its own: it is told what a page looked like and
//! says which page comes next, or that the list is at its end.

mod checkpoint;
mod cursor;
mod fingerprints;
mod identities;
mod in_flight;
mod ledger;
mod numbered;
mod one_body;
mod seen;
#[cfg(test)]
mod simulation;
mod sorter;
mod source;
mod walk;

pub use checkpoint::Checkpoint;
pub use identities::Identities;
pub(crate) use in_flight::Slots;
pub(crate) use ledger::Ledger;
pub(crate) use seen::fingerprint;
pub(crate) use source::Source;
