//! Reads a JSON document that is mostly one array of records, as its bytes arrive.
//!
//! A [`Splitter`] splits off the records in batches, in memory bounded by one record ([`LARGEST_RECORD`] at most), and leaves the
//! [`Envelope`]: the document without them, and without values beyond 1 MiB. [`Decoded`] decodes each record of up to
//! [`MAX_VALUES`] values separately. It omits and names the fields that do not fit their types; if a required field does not fit,
//! the record is a [`RecordError`]. One malformed record costs no other.
//!
//! ```
//! use record_stream::{Decoded, Field, Splitter, SplitRecord};
//!
//! #[derive(serde::Deserialize)]
//! struct Account {
//!     id: u64,
//!     name: Option<String>,
//! }
//!
//! let mut splitter = Splitter::new("accounts");
//! let mut accounts = Vec::new();
//! for bytes in [&br#"{"total":2,"accounts":[{"id":1,"na"#[..], br#"me":"A"},{"id":2,"name":[]}]}"#] {
//!     for batch in splitter.push(bytes)? {
//!         for record in batch.records() {
//!             if let SplitRecord::Text(text) = record {
//!                 accounts.push(Decoded::<Account>::read(&text));
//!             }
//!         }
//!     }
//! }
//! let envelope = splitter.finish()?;
//! assert_eq!(envelope.field::<u64>("total"), Field::Value(2));
//! let second = &accounts[1];
//! assert!(second.value.as_ref().is_ok_and(|account| account.id == 2 && account.name.is_none()));
//! assert_eq!(second.omitted[0].path, "/name");
//! # assert_eq!(accounts[0].value.as_ref().unwrap().name.as_deref(), Some("A"));
//! # Ok::<(), record_stream::NotJson>(())
//! ```
//!
//! This crate knows no HTTP and no provider. It is the only crate optimised for speed: it scans for brackets 64 bytes at a time, and
//! decodes typical records on a fast path, which property tests compare with `serde_json`.

#![warn(
    missing_debug_implementations,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

mod batch;
mod block;
mod envelope;
mod fast_path;
mod json_tree;
mod non_finite;
mod pointer;
#[cfg(test)]
mod random;
mod raw_number;
mod record;
mod scan;
mod splitter;
mod utf8;

pub use batch::{Batch, LARGEST_RECORD, SplitRecord};
pub use envelope::{Envelope, Field, NotJson};
pub use json_tree::{JsonTree, REDACTED, without_repeats};
pub use non_finite::quote_non_finite;
pub use pointer::{LONGEST_POINTER, child_pointer};
pub use raw_number::RawNumber;
pub use record::{
    Decoded, MAX_UNKNOWN, OmittedField, Record, RecordError, SENT_TWICE, without_values,
};
pub use scan::MAX_VALUES;
pub use splitter::Splitter;
pub use utf8::repair_utf8;
