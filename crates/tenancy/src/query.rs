//! The options of a listing.

use std::num::NonZeroU32;

use crate::Status;

/// The options of a listing. `Query::default()` lists every tenant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Query {
    /// The statuses of the tenants to list; empty lists all. With a status filter, a tenant whose provider reports no status is
    /// not listed, and the report counts it as not judged.
    pub statuses: Vec<Status>,
    /// The most tenants to list, from all accounts together.
    pub limit: Option<u64>,
    /// Whether accounts are listed one at a time, in the given order, instead of concurrently.
    pub in_order: bool,
    /// The number of records to request per page, up to the provider's maximum. The provider's module has the default.
    pub page_size: Option<NonZeroU32>,
    /// The most requests of one account in flight. Default: 4. Only lists by page number or offset use more than one.
    pub concurrency: NonZeroU32,
    /// The most requests of all accounts together in flight. Default: 64.
    pub max_in_flight: NonZeroU32,
    /// Whether a list that would be [`Assumed`](crate::Certainty::Assumed) is read again, to confirm it.
    pub verify: bool,
    /// Whether each tenant has its record as the provider sent it, with secrets redacted.
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
