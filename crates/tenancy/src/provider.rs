//! The contract between a provider and the engine: what a list can do, and the fetching of its pages.

use std::future::Future;
use std::pin::Pin;

use client_runtime::Traffic;
use tokio::sync::mpsc;

use crate::Error;
use crate::page::Page;
use crate::paging::{PageRequest, Paging};
use crate::records::Records;

/// A page that is being fetched.
pub type Fetch<'a> = Pin<Box<dyn Future<Output = Result<Page, Error>> + Send + 'a>>;

/// One account at a provider: fetches one page of its list and maps the records. The engine orders pages, reads them again,
/// drops duplicates and judges completeness.
pub trait Provider: Send + Sync + 'static {
    /// The provider's name, in lower case.
    fn name(&self) -> &'static str;

    /// What the provider's list can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// Fetches one page with its records in the provider's order. Records that arrive long before the page is complete may be
    /// sent to `arrivals`; the returned page then has only the remaining records.
    ///
    /// # Errors
    /// The page could not be fetched. A record that cannot be mapped is a [`QuarantinedRecord`](crate::QuarantinedRecord) among the
    /// records, not an error of the page.
    fn fetch<'a>(&'a self, request: &'a PageRequest, arrivals: &'a Arrivals) -> Fetch<'a>;

    /// The number of requests sent so far.
    fn traffic(&self) -> Traffic;
}

/// How many batches of records may wait before a fetch pauses.
const MOST_WAITING: usize = 1;

/// Takes the records of a page that is still arriving.
#[derive(Clone, Debug)]
pub struct Arrivals(mpsc::Sender<Arrival>);

/// What has arrived of a page.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// More records.
    Records(Records),
    /// The page broke off and starts again.
    Again,
}

impl Arrivals {
    /// Creates a sender and a receiver of the records of one page.
    pub(crate) fn channel() -> (Self, mpsc::Receiver<Arrival>) {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        (Self(sender), receiver)
    }

    /// Sends the next records, and waits while the receiver has too many.
    pub async fn records(&self, records: impl Into<Records>) {
        let records = records.into();
        if !records.is_empty() {
            // Without a receiver, the fetch is about to be dropped.
            let _ = self.0.send(Arrival::Records(records)).await;
        }
    }

    /// Reports that the page broke off: its records will arrive again, from the first one.
    pub async fn again(&self) {
        let _ = self.0.send(Arrival::Again).await;
    }
}

/// What a provider's list can do.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    /// How the list is divided into pages.
    pub paging: Paging,
    /// The page size to request by default; 0 if there are no pages.
    pub default_page_size: u32,
    /// The largest page size that the provider allows, if it states one.
    pub largest_page: Option<u32>,
    /// The statuses that the provider can filter by.
    pub status_filter: &'static [&'static str],
    /// Statuses that a list without a filter may omit. Each is requested in a separate list; without a filter for it, the list is
    /// at most [`Assumed`](crate::Certainty::Assumed).
    pub maybe_left_out: &'static [&'static str],
    /// Whether a tenant's status is known only from the filter that finds the tenant. The list is then read once with each
    /// filter, in the order of [`status_filter`](Self::status_filter), and last without a filter.
    pub status_from_filter: bool,
    /// Whether no document says that a page has all the records that it could have. The end of a list in one body is then only
    /// implied, and a list by rank without a total ends with an empty page.
    pub maybe_cut: bool,
    /// Whether an account that may not list gets an empty list instead of an error. An empty list is then at most
    /// [`Assumed`](crate::Certainty::Assumed).
    pub empty_if_not_allowed: bool,
    /// Whether tenants have a status.
    pub reports_status: bool,
    /// Whether the list states the number of tenants.
    pub reports_total: bool,
    /// The provider's rate limit in words, and the document that states it.
    pub rate_limit: Option<(&'static str, &'static str)>,
    /// The document that states these capabilities.
    pub source: &'static str,
}

impl Capabilities {
    /// Creates the capabilities of a list without filters, totals and statuses.
    #[must_use]
    pub const fn new(paging: Paging, source: &'static str) -> Self {
        Self {
            paging,
            default_page_size: 0,
            largest_page: None,
            status_filter: &[],
            maybe_left_out: &[],
            status_from_filter: false,
            maybe_cut: false,
            empty_if_not_allowed: false,
            reports_status: false,
            reports_total: false,
            rate_limit: None,
            source,
        }
    }

    /// Returns the statuses that a list may omit and no filter selects.
    pub fn unlisted(&self) -> impl Iterator<Item = &'static str> {
        let omitted = self.maybe_left_out.iter().copied();
        omitted.filter(|status| !self.status_filter.contains(status))
    }
}
