//! Properties that must hold for any bytes that a provider sends, checked by the fuzz targets and, on a bounded number of inputs,
//! by the workspace's tests.
//!
//! An input is one record or the body of a list. Bodies and mappings are tried at every registered provider.

pub mod body;
pub mod mapping;
pub mod record;
