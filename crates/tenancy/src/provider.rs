//! The contract between a provider and the engine: the request for a page, and the page.

use std::future::Future;
use std::pin::Pin;

use client_runtime::Traffic;
use tokio::sync::mpsc;

use crate::entry::Entry;
use crate::{Error, Status};
use client_runtime::OmittedField;

/// A page that is being fetched.
pub type Fetch<'a> = Pin<Box<dyn Future<Output = Result<Page, Error>> + Send + 'a>>;

/// One account at a provider: fetches one page of its list and maps the records. The engine does the rest: order, retries
/// of pages, duplicates, completeness.
pub trait Provider: Send + Sync + 'static {
    /// The provider's name, in lower case.
    fn name(&self) -> &'static str;

    /// What the provider's list can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// Fetches one page with its records in the order sent. Records that arrive long before the page is complete may be sent
    /// to `arrivals`; the page then has the others.
    ///
    /// # Errors
    /// The page could not be fetched. A record that cannot be mapped is a [`RecordFault`](crate::RecordFault) among the
    /// records, not an error of the page.
    fn fetch<'a>(&'a self, request: &'a PageRequest, arrivals: &'a Arrivals) -> Fetch<'a>;

    /// The requests sent so far.
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
    Records(Vec<Entry>),
    /// The page broke off and starts again.
    Again,
}

impl Arrivals {
    /// Creates both ends of the way that records arrive on.
    pub(crate) fn channel() -> (Self, mpsc::Receiver<Arrival>) {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        (Self(sender), receiver)
    }

    /// Sends the records that come next, and waits while too many are waiting.
    pub async fn records(&self, records: Vec<Entry>) {
        if !records.is_empty() {
            // Without a receiver, the fetch is about to be dropped.
            let _ = self.0.send(Arrival::Records(records)).await;
        }
    }

    /// Reports that the page broke off: its records arrive again, from the first one.
    pub async fn again(&self) {
        let _ = self.0.send(Arrival::Again).await;
    }
}

/// What a provider's list can do.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    /// How the list is cut into pages.
    pub style: PagingStyle,
    /// The page size to request by default; 0 if there are no pages.
    pub default_page_size: u32,
    /// The largest page size that the provider allows, if it states one.
    pub largest_page: Option<u32>,
    /// The statuses that the provider can filter by.
    pub status_filter: &'static [&'static str],
    /// Statuses that a list without a filter may omit. Each is requested in a separate list.
    pub maybe_left_out: &'static [&'static str],
    /// Whether tenants have a status.
    pub reports_status: bool,
    /// Whether the list states the number of tenants.
    pub reports_total: bool,
    /// The rate limit in the provider's words, and the document that states it.
    pub rate_limit: Option<(&'static str, &'static str)>,
    /// The document that states all this.
    pub source: &'static str,
}

impl Capabilities {
    /// Creates the capabilities of a list without filters, totals and statuses.
    #[must_use]
    pub const fn new(style: PagingStyle, source: &'static str) -> Self {
        Self {
            style,
            default_page_size: 0,
            largest_page: None,
            status_filter: &[],
            maybe_left_out: &[],
            reports_status: false,
            reports_total: false,
            rate_limit: None,
            source,
        }
    }
}

/// How a list is cut into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagingStyle {
    /// It is one body.
    OneBody,
    /// By page number and size, newest first: a new tenant appears on the first page.
    Numbered,
    /// By an opaque cursor in each page that leads to the next one.
    Cursor,
}

/// The position of a page in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Position {
    /// The whole list.
    Whole,
    /// The page with this number, from 1.
    Number(u64),
    /// The page that a cursor leads to; `None` is the first one.
    Cursor(Option<String>),
}

/// The request for one page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageRequest {
    /// The page's position.
    pub position: Position,
    /// The page size; 0 if there are no pages.
    pub size: u32,
    /// The status to filter by: one of the provider's [`Capabilities::status_filter`].
    pub status: Option<Status>,
    /// The account's name, which its tenants carry.
    pub account: String,
    /// Whether each tenant carries its record as sent.
    pub raw: bool,
}

impl PageRequest {
    /// Returns the page's number, as clients take it.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self.position {
            Position::Number(number) => i64::try_from(number).ok(),
            Position::Whole | Position::Cursor(_) => None,
        }
    }

    /// Returns the cursor that leads to the page, unless it is the first one.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        match &self.position {
            Position::Cursor(cursor) => cursor.as_deref(),
            Position::Whole | Position::Number(_) => None,
        }
    }

    /// Returns the page size, as clients take it.
    #[must_use]
    pub fn size(&self) -> Option<i64> {
        (self.size > 0).then(|| i64::from(self.size))
    }
}

/// One page of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page {
    /// The records, in the order sent.
    pub records: Vec<Entry>,
    /// What follows the page.
    pub next: Next,
    /// The number of tenants in the list, as the page states it.
    pub total: Option<u64>,
    /// Whether a total was sent that cannot be read, or the list as null.
    pub unclear: bool,
    /// The page size that the provider used, as the page states it.
    pub size: Option<u32>,
    /// Which undeclared field says that more records follow, where the page is the last one.
    pub more: Option<String>,
    /// Which field says that the page is not all that it should be: an error beside the list, a list that was cut short.
    pub partial: Option<String>,
    /// The fields of the envelope that were not as declared, and are omitted.
    pub left_out: Vec<OmittedField>,
    /// The fields of the envelope that the provider's document does not have, as JSON pointers.
    pub unknown_fields: Vec<String>,
}

impl Page {
    /// Creates a last page of which nothing more is known.
    #[must_use]
    pub fn new(records: Vec<Entry>) -> Self {
        Self {
            records,
            next: Next::End,
            total: None,
            unclear: false,
            size: None,
            more: None,
            partial: None,
            left_out: Vec::new(),
            unknown_fields: Vec::new(),
        }
    }
}

/// What follows a page, as the page itself states it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Nothing, or the engine knows: after one body, and among numbered pages.
    End,
    /// The page does not state it, although the provider's pages do: it is the last one, or its cursor is missing.
    Unsaid,
    /// The page states it in a way that cannot be read, for this reason.
    Unreadable(String),
    /// The page that this cursor leads to.
    Cursor(String),
}
