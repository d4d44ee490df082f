//! What a provider's module implements, and all that the engine knows of a provider.

use std::future::Future;
use std::pin::Pin;

use client_runtime::Traffic;
use tokio::sync::mpsc;

use crate::records::Entry;
use crate::{Error, Status};
use client_runtime::OmittedField;

/// A page on its way.
pub type Fetch<'a> = Pin<Box<dyn Future<Output = Result<Page, Error>> + Send + 'a>>;

/// One account at a provider: what its list can do, how to fetch one page of it and map the page's records. Everything
/// else (order, retries of pages, duplicates, completeness) is the engine's.
pub trait Provider: Send + Sync + 'static {
    /// The provider's name, e.g. `vobiz`.
    fn name(&self) -> &'static str;

    /// What the provider's list can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// Fetches one page and gives its records, in the order sent. Records that arrive long before the page is whole may be
    /// handed on through `arrivals`; the page then has those that are left.
    ///
    /// # Errors
    /// The page could not be had. A record that cannot be mapped is no error of the page: it is a [`RecordFault`](crate::RecordFault) in
    /// its place.
    fn fetch<'a>(&'a self, request: &'a PageRequest, arrivals: &'a Arrivals) -> Fetch<'a>;

    /// How many requests were sent so far.
    fn traffic(&self) -> Traffic;
}

/// How many batches of records may wait to be taken before a fetch pauses.
const MOST_WAITING: usize = 8;

/// Takes the records of a page that is not whole yet.
#[derive(Clone, Debug)]
pub struct Arrivals(mpsc::Sender<Arrival>);

/// What has arrived of a page that is not whole yet.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// The records that come next.
    Records(Vec<Entry>),
    /// The page broke off, and comes from its beginning.
    Again,
}

impl Arrivals {
    /// A way for records to arrive, and where they do.
    pub(crate) fn channel() -> (Self, mpsc::Receiver<Arrival>) {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        (Self(sender), receiver)
    }

    /// Sends the records that come next, and waits while too many are waiting to be taken.
    pub async fn records(&self, records: Vec<Entry>) {
        if !records.is_empty() {
            // Without a receiver, the fetch is about to be dropped.
            let _ = self.0.send(Arrival::Records(records)).await;
        }
    }

    /// The page broke off. Its records come again, from the first one.
    pub async fn again(&self) {
        let _ = self.0.send(Arrival::Again).await;
    }
}

/// What a provider's list can do.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    /// How the list is cut into pages.
    pub style: PagingStyle,
    /// How many records a page has when nothing else is asked for; 0 where there are no pages.
    pub default_page_size: u32,
    /// The largest page that the provider allows, where it is known.
    pub largest_page: Option<u32>,
    /// The statuses that the provider can filter by itself.
    pub status_filter: &'static [&'static str],
    /// Statuses that a list without a filter may leave out. They are asked for in a list of their own.
    pub maybe_left_out: &'static [&'static str],
    /// Whether the provider reports a status at all.
    pub reports_status: bool,
    /// Whether the provider tells how many tenants there are.
    pub tells_total: bool,
    /// How many requests the provider takes, in its own words, and where it says so; none where it does not say.
    pub rate_limit: Option<(&'static str, &'static str)>,
    /// The document that says so.
    pub source: &'static str,
}

impl Capabilities {
    /// A list without filters, totals or statuses, in pages of the given style.
    #[must_use]
    pub const fn new(style: PagingStyle, source: &'static str) -> Self {
        Self {
            style,
            default_page_size: 0,
            largest_page: None,
            status_filter: &[],
            maybe_left_out: &[],
            reports_status: false,
            tells_total: false,
            rate_limit: None,
            source,
        }
    }
}

/// How a list is cut into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagingStyle {
    /// Not at all: one body holds everything.
    OneBody,
    /// By page number and size, newest first: what is created comes in at the head.
    Numbered,
    /// By an opaque cursor in each page that leads to the next.
    Cursor,
}

/// Where a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Position {
    /// The whole list.
    Whole,
    /// A page by its number, from 1.
    Number(u64),
    /// The page that a cursor leads to; none leads to the first one.
    Cursor(Option<String>),
}

/// The request for one page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageRequest {
    /// Where the page is.
    pub position: Position,
    /// How many records to ask for; 0 where there are no pages.
    pub size: u32,
    /// The status to filter by: one of the provider's [`Capabilities::status_filter`].
    pub status: Option<Status>,
    /// The account's name, for the tenants.
    pub account: String,
    /// Whether each tenant carries the record as it was sent.
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
    /// What follows.
    pub next: Next,
    /// How many records the provider says there are in all.
    pub total: Option<u64>,
    /// The page size that the provider says it used.
    pub size: Option<u32>,
    /// What the page itself comes without, because it did not have it in the declared shape.
    pub left_out: Vec<OmittedField>,
    /// The fields around the records that the provider's document does not know, as JSON pointers into the page.
    pub unknown_fields: Vec<String>,
}

impl Page {
    /// A page after which nothing follows, of which nothing more is known.
    #[must_use]
    pub fn new(records: Vec<Entry>) -> Self {
        Self {
            records,
            next: Next::End,
            total: None,
            size: None,
            left_out: Vec::new(),
            unknown_fields: Vec::new(),
        }
    }
}

/// What follows a page, as far as the page itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Nothing, or it lies with the engine to know: pages by number, one body.
    End,
    /// The page does not say, although the provider's pages do: the last one may be without a cursor, or a cursor may be
    /// missing.
    Unsaid,
    /// The page says it in a way that cannot be read: what is wrong.
    Unreadable(String),
    /// The page that this cursor leads to.
    Cursor(String),
}
