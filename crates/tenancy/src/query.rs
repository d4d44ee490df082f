//! The options of a listing.

use std::num::NonZeroU32;

use crate::Status;

/// The options of a listing. `Query::default()` lists every tenant.
///
/// # Examples
/// ```
/// use tenancy::{Query, Status};
///
/// let suspended = Query::default().statuses([Status::Suspended]).verify(true);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Query {
    /// Sets the [statuses](Self::statuses) of the tenants to list.
    #[must_use]
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = Status>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// Sets the most tenants to list.
    #[must_use]
    pub fn limit(mut self, limit: impl Into<Option<u64>>) -> Self {
        self.limit = limit.into();
        self
    }

    /// Sets whether accounts are listed one at a time, [in the given order](Self::in_order).
    #[must_use]
    pub fn in_order(mut self, in_order: bool) -> Self {
        self.in_order = in_order;
        self
    }

    /// Sets the [number of records](Self::page_size) to request per page. 0 is the provider's default.
    #[must_use]
    pub fn page_size(mut self, page_size: u32) -> Self {
        self.page_size = NonZeroU32::new(page_size);
        self
    }

    /// Sets the most requests [of one account](Self::concurrency) in flight. 0 counts as 1.
    #[must_use]
    pub fn concurrency(mut self, concurrency: u32) -> Self {
        self.concurrency = NonZeroU32::new(concurrency).unwrap_or(NonZeroU32::MIN);
        self
    }

    /// Sets the most requests [of all accounts](Self::max_in_flight) in flight. 0 counts as 1.
    #[must_use]
    pub fn max_in_flight(mut self, max_in_flight: u32) -> Self {
        self.max_in_flight = NonZeroU32::new(max_in_flight).unwrap_or(NonZeroU32::MIN);
        self
    }

    /// Sets whether a list that would be assumed is [read again](Self::verify).
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// Sets whether each tenant has [its record](Self::raw) as the provider sent it.
    #[must_use]
    pub fn raw(mut self, raw: bool) -> Self {
        self.raw = raw;
        self
    }
}
