//! The options of a listing.

use std::num::NonZeroU32;

use crate::Status;

/// What is asked for. `Query::default()` asks for every tenant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Query {
    /// Only tenants with one of these statuses; empty: all. A tenant whose provider reports no status is not listed
    /// then, and counted in the report as not judged.
    pub statuses: Vec<Status>,
    /// At most this many tenants, from all accounts together.
    pub limit: Option<u64>,
    /// Whether accounts are listed one after the other, in the order given, instead of concurrently.
    pub in_order: bool,
    /// How many records to ask for in one page, within what the provider allows; otherwise the provider's module
    /// chooses.
    pub page_size: Option<NonZeroU32>,
    /// How many requests of one account may be under way at once. Default: 4. Lists by cursor and lists in one body need
    /// one.
    pub concurrency: NonZeroU32,
    /// How many requests of all accounts together may be under way at once. Default: 64.
    pub max_in_flight: NonZeroU32,
    /// Whether a list that only the provider's cursors vouch for is read again until two reads agree.
    pub verify: bool,
    /// Whether each tenant carries the record as it was sent.
    pub raw: bool,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            limit: None,
            in_order: false,
            page_size: None,
            concurrency: NonZeroU32::MIN.saturating_add(3),
            max_in_flight: NonZeroU32::MIN.saturating_add(63),
            verify: false,
            raw: false,
        }
    }
}
