//! One page of a list, as a provider's mapping reads it.

use client_runtime::OmittedField;

use crate::records::Records;

/// One page of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page {
    /// The records, in the provider's order.
    pub records: Records,
    /// What follows the page.
    pub next: Next,
    /// The number of tenants in the list, as the page states it.
    pub total: Option<u64>,
    /// Whether a total was sent that cannot be read.
    pub unclear: bool,
    /// The least number of tenants in the list by undeclared fields, such as a number of pages.
    pub at_least: Option<u64>,
    /// What the page has that can be read in more than one way, such as a list that is null. Such a list is at most assumed.
    pub ambiguous: Option<String>,
    /// Whether the page may lack records that it could have: see [`Capabilities::maybe_cut`](crate::Capabilities::maybe_cut).
    pub maybe_cut: bool,
    /// The page size that the provider used, as the page states it.
    pub size: Option<u32>,
    /// The page's place in the list, as the page states it.
    pub place: Place,
    /// What suggests that more records follow, although the page may be the last one by its declared fields.
    pub more: Option<String>,
    /// What shows that the page is incomplete: an error beside the list, or a truncated list.
    pub partial: Option<String>,
    /// The fields of the envelope that are omitted because their values did not fit the provider's document.
    pub omitted: Vec<OmittedField>,
    /// The fields of the envelope that the provider's document does not declare, as JSON pointers.
    pub unknown_fields: Vec<String>,
    /// Whether the provider refused the page, which may be beyond the end of the list.
    pub(crate) refused: bool,
}

impl Page {
    /// Creates a page of these records that states nothing else.
    #[must_use]
    pub fn new(records: impl Into<Records>) -> Self {
        Self {
            records: records.into(),
            next: Next::Unsaid,
            total: None,
            unclear: false,
            at_least: None,
            ambiguous: None,
            maybe_cut: false,
            size: None,
            place: Place::default(),
            more: None,
            partial: None,
            omitted: Vec::new(),
            unknown_fields: Vec::new(),
            refused: false,
        }
    }
}

/// A page's place in its list, as the page states it. A place that contradicts the request, or the pages before it, counts
/// against the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The page's number, as the provider counts.
    pub number: Option<u64>,
    /// The number of records before the page.
    pub start: Option<u64>,
    /// The number of records before the page's last one.
    pub end: Option<u64>,
    /// The number of records before the page, or of pages: documents differ.
    pub offset: Option<u64>,
}

impl Place {
    /// Whether the number of records that the page's place implies is none of `counts`. An empty page often states the place of a
    /// single record.
    pub(crate) fn contradicts(self, counts: [u64; 3]) -> bool {
        let (Some(start), Some(end)) = (self.start, self.end) else {
            return false;
        };
        let stated = end.saturating_add(1).saturating_sub(start).max(1);
        counts.iter().all(|count| stated != (*count).max(1))
    }
}

/// What follows a page, as the page itself states it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Nothing.
    End,
    /// More records, after the last one of the page.
    More,
    /// The page that this cursor or address leads to.
    Link(String),
    /// The page at this address, whose host has not been compared with the account's yet.
    Address(String),
    /// Not stated. One body and ranks need no statement.
    Unsaid,
    /// Stated, but unreadable, for this reason.
    Unreadable(String),
}
