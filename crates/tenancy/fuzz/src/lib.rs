//! What has to hold of any bytes that a provider sends. The fuzz targets call this, and so do the tests of the workspace,
//! with a bounded number of inputs and without a fuzzer.
//!
//! An input is what a provider could send: one record, or the body of a list. Each is tried at all three providers.

pub mod body;
pub mod mapping;
pub mod providers;
pub mod record;
