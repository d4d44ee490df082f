//! Properties that must hold for any bytes a provider sends. The fuzz targets check them, and so do the workspace's tests,
//! with a bounded number of inputs and without a fuzzer.
//!
//! An input is one record or the body of a list. Bodies and mappings are tried at every provider in the registry.

pub mod body;
pub mod mapping;
pub mod record;
