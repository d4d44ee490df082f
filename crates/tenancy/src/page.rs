//! One page of a list, as a provider's mapping reads it.

use client_runtime::OmittedField;

use crate::entry::Entry;

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
    /// The page's place in the list, as the page states it.
    pub place: Place,
    /// Which undeclared field says that more records follow, where the page is the last one.
    pub more: Option<String>,
    /// Which field says that the page is not all that it should be: an error beside the list, a list that was cut short.
    pub partial: Option<String>,
    /// The fields of the envelope that were not as declared, and are omitted.
    pub omitted: Vec<OmittedField>,
    /// The fields of the envelope that the provider's document does not have, as JSON pointers.
    pub unknown_fields: Vec<String>,
}

impl Page {
    /// Creates a page of which nothing more is known.
    #[must_use]
    pub fn new(records: Vec<Entry>) -> Self {
        Self {
            records,
            next: Next::Unsaid,
            total: None,
            unclear: false,
            size: None,
            place: Place::default(),
            more: None,
            partial: None,
            omitted: Vec::new(),
            unknown_fields: Vec::new(),
        }
    }
}

/// A page's place in its list, as the page states it. A place that contradicts the request, or the pages before it, is a doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The page's number, as the provider counts.
    pub number: Option<u64>,
    /// The number of records before the page.
    pub start: Option<u64>,
    /// The number of records before the page's last one.
    pub end: Option<u64>,
}

impl Place {
    /// Whether a page with so many records states another number. A single record, or none, is often stated as 0 to 0.
    pub(crate) fn contradicts(self, records: u64) -> bool {
        match (self.start, self.end) {
            (Some(start), Some(end)) if records > 1 => end.checked_sub(start) != Some(records - 1),
            _ => false,
        }
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
    /// The page at this address, before its host was compared with the account's.
    Address(String),
    /// The page does not state it. One body and ranks need no statement.
    Unsaid,
    /// The page states it in a way that cannot be read, for this reason.
    Unreadable(String),
}
