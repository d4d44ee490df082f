//! The paging families: how a provider cuts its list into pages, and what an envelope may say of one.

/// How a list is cut into pages, and by which query parameters a client asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// The whole list in one body.
    OneBody,
    /// A page number and a page size.
    Numbers {
        /// The parameter of the page number.
        page: &'static str,
        /// The number of the first page: 0 or 1.
        first: usize,
        /// The page size.
        size: PageSize,
    },
    /// The position of the first record and a page size.
    Offset {
        /// The parameter of the position, from 0.
        offset: &'static str,
        /// The page size.
        size: PageSize,
    },
    /// An opaque token that leads to the next page.
    Token {
        /// The parameter of the token.
        token: &'static str,
        /// The page size.
        size: PageSize,
    },
    /// The identity of the last record of the page before.
    Keyset {
        /// The parameter of the identity.
        after: &'static str,
        /// The page size.
        size: PageSize,
    },
}

impl Paging {
    /// The parameter that says which page is wanted, and the page size. One body is a page without limit.
    pub fn parameters(&self) -> (&'static str, PageSize) {
        match *self {
            Self::Numbers { page, size, .. } => (page, size),
            Self::Offset { offset, size } => (offset, size),
            Self::Token { token, size } => (token, size),
            Self::Keyset { after, size } => (after, size),
            Self::OneBody => {
                let size = PageSize {
                    parameter: "",
                    default: usize::MAX,
                    max: None,
                };
                ("", size)
            }
        }
    }
}

/// The page size that a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize {
    /// Its parameter.
    pub parameter: &'static str,
    /// The size where the client states none.
    pub default: usize,
    /// The largest that is accepted; above it the request is refused.
    pub max: Option<usize>,
}

/// The order in which a provider lists its tenants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A new tenant is listed first.
    NewestFirst,
    /// A new tenant is listed last.
    OldestFirst,
}

/// The direction in which a request reads a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From its beginning, in its order.
    Forwards,
    /// From its end, in the opposite order.
    Backwards,
    /// In its order, but the page after a record is the one that ends before it.
    Swapped,
}

/// What a provider's envelope may state of a page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listed {
    /// How many records match: the tenants, and the parent where the list begins with it.
    pub total: usize,
    /// The position of the page's first record among them.
    pub offset: usize,
    /// How many records the page has.
    pub records: usize,
    /// The page's number.
    pub page: usize,
    /// The page size.
    pub size: usize,
    /// The value of the paging parameter that leads to the next page; `None` at the end of the list.
    pub next: Option<String>,
    /// The identity of the record that the previous page ends before; `None` at the beginning of the list.
    pub previous: Option<String>,
    /// The path and query of the next page; `None` at the end of the list.
    pub next_path: Option<String>,
}
