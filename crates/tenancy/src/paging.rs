//! The families of paging, and the request for one page of a list.

use crate::Status;

/// How a list is divided into pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Paging {
    /// Not at all: the list is one body.
    OneBody,
    /// By place in the list. A page that is not full ends the list.
    Ranks {
        /// How a request names the place.
        by: RankBy,
        /// The order of the list, as the provider's document states it.
        order: StatedOrder,
    },
    /// By a link in each page that leads to the next one: a cursor, or an address.
    Links,
    /// By the identity of the last record of the page before.
    Keyset {
        /// The order of the list, as the provider's document states it.
        order: StatedOrder,
    },
}

/// How a request names a place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RankBy {
    /// By the page's number.
    Number {
        /// The number of the first page: 0 or 1.
        first: u64,
    },
    /// By the number of records before the page.
    Offset {
        /// The largest number that the provider takes, if it states one.
        largest: Option<u64>,
    },
}

/// The order of a list, as the provider's document states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatedOrder {
    /// By time of creation: a new tenant appears on the first page.
    NewestFirst,
    /// By time of creation: a new tenant appears on the last page.
    OldestFirst,
    /// Not stated, or by something that may change, such as a name.
    Unstated,
}

impl Paging {
    /// Returns the position of the list's first page.
    #[must_use]
    pub const fn first_page(self) -> Position {
        match self {
            Self::OneBody => Position::Whole,
            Self::Ranks { by, .. } => match by {
                RankBy::Number { first } => Position::Number(first),
                RankBy::Offset { .. } => Position::Offset(0),
            },
            Self::Links => Position::Link(None),
            Self::Keyset { .. } => Position::After(None),
        }
    }
}

/// The position of a page in its list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Position {
    /// The whole list.
    Whole,
    /// The page with this number.
    Number(u64),
    /// The page after this many records.
    Offset(u64),
    /// The page that a cursor or an address leads to; `None` is the first one.
    Link(Option<String>),
    /// The page after the record of this identity; `None` is the first one.
    After(Option<String>),
}

/// The request for one page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageRequest {
    /// The page's position.
    pub position: Position,
    /// The page size; 0 if there are no pages.
    pub size: u32,
    /// The status to filter by: one of the provider's [`status_filter`](crate::Capabilities::status_filter).
    pub status: Option<Status>,
    /// The account's name, which its tenants carry.
    pub account: String,
    /// Whether each tenant carries its record as the provider sent it.
    pub raw: bool,
}

impl PageRequest {
    /// Returns the page's number, as clients take it.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        match self.position {
            Position::Number(number) => i64::try_from(number).ok(),
            _ => None,
        }
    }

    /// Returns the number of records before the page, as clients take it.
    #[must_use]
    pub fn offset(&self) -> Option<i64> {
        match self.position {
            Position::Offset(offset) => i64::try_from(offset).ok(),
            _ => None,
        }
    }

    /// Returns the cursor that leads to the page, unless it is the first one.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        match &self.position {
            Position::Link(link) => link.as_deref(),
            _ => None,
        }
    }

    /// Returns a query parameter of the address that leads to the page, decoded, unless it is the first page.
    ///
    /// A link is followed by its parameters and never by its address, so that no answer decides where credentials are sent.
    #[must_use]
    pub fn link_parameter(&self, name: &str) -> Option<String> {
        link_parameter(self.cursor()?, name)
    }

    /// Returns the identity of the record before the page, unless it is the first page.
    #[must_use]
    pub fn after(&self) -> Option<&str> {
        match &self.position {
            Position::After(identity) => identity.as_deref(),
            _ => None,
        }
    }

    /// Returns the page size, as clients take it.
    #[must_use]
    pub fn size(&self) -> Option<i64> {
        (self.size > 0).then(|| i64::from(self.size))
    }
}

/// A query parameter of an address, decoded.
pub(crate) fn link_parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let (query, _) = query.split_once('#').unwrap_or((query, ""));
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == name)?;
    Some(value.into_owned())
}
