//! Selects and orders rows: fields, filters and sort keys.

pub(crate) mod field;
pub(crate) mod filter;
pub(crate) mod query;
pub(crate) mod sort;
