//! Fields, filters and sort keys: which rows are wanted, and in which order.

pub(crate) mod field;
pub(crate) mod filter;
pub(crate) mod sort;
