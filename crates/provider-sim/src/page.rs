//! The 200 body of a list call: its members in order, and its records.

use std::ops::{Deref, DerefMut};

use crate::cursor::{Cursor, Start};
use crate::paging::Paging;
use crate::record::{Members, quote};

/// The body of one list call before it is sent; [`Fault::page`](crate::Fault::page) may edit it as [`Members`].
#[derive(Clone, Debug, Default)]
pub struct Page {
    members: Members,
    is_array: bool,
    total: Option<&'static str>,
    next: Option<&'static str>,
    next_is_address: bool,
    records: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) token: Option<Token>,
}

/// The token or the offset of a page's request, and the place that it leads to.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) sent: Option<String>,
    pub(crate) here: Cursor,
    pub(crate) paging: Paging,
    /// The address of the next page, up to the token.
    pub(crate) address: String,
}

impl Page {
    /// The place of the records in the JSON text of a member: the list is `[`, this, `]`.
    pub const LIST: &str = "\0";

    /// A JSON object without members.
    pub fn object() -> Self {
        Self::default()
    }

    /// A bare JSON array of the records.
    pub fn array() -> Self {
        Self {
            is_array: true,
            ..Self::default()
        }
    }

    /// Adds a member with the JSON text `json`.
    #[must_use]
    pub fn with(mut self, name: &str, json: impl ToString) -> Self {
        self.append(name, json);
        self
    }

    /// Adds the list of records in a member of this name, or at this JSON pointer in objects around it.
    #[must_use]
    pub fn with_list(self, place: &str) -> Self {
        let mut names = place.trim_start_matches('/').split('/');
        let name = names.next().unwrap_or_default();
        let list = names.rfold(format!("[{}]", Self::LIST), |inner, name| {
            format!("{{{}:{inner}}}", quote(name))
        });
        self.with(name, list)
    }

    /// Adds the total.
    #[must_use]
    pub fn with_total(mut self, name: &'static str, total: usize) -> Self {
        self.total = Some(name);
        self.with(name, total)
    }

    /// Adds what leads to the next page, a string or null.
    #[must_use]
    pub fn with_next(mut self, name: &'static str, next: Option<&str>) -> Self {
        self.next = Some(name);
        self.with(name, next.map_or_else(|| "null".to_owned(), quote))
    }

    /// Adds the address of the next page, a path with its query, or null.
    #[must_use]
    pub fn with_next_address(mut self, name: &'static str, address: Option<&str>) -> Self {
        self.next_is_address = true;
        self.with_next(name, address)
    }

    /// Adds a header of the answer.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The records as JSON texts, to be edited.
    pub fn records(&mut self) -> &mut Vec<String> {
        &mut self.records
    }

    /// Removes what leads to the next page; if `only_null`, only where it is null.
    pub(crate) fn remove_next(&mut self, only_null: bool) {
        if let Some(name) = self.next
            && (!only_null || self.get(name) == Some("null"))
        {
            self.remove(name);
        }
    }

    /// The next token is the one that was sent, or on the first page a token of the first page.
    pub(crate) fn repeat_token(&mut self) {
        let first = |token: &Token| token.here.text(token.paging);
        let repeated = |token: &Token| token.sent.clone().unwrap_or_else(|| first(token));
        self.set_token(self.token.as_ref().map(repeated));
    }

    /// The next token leads to this position or, without one, to this very page under another text.
    pub(crate) fn point_token(&mut self, offset: Option<usize>) {
        let pointed = |token: &Token| {
            let mut cursor = token.here.clone();
            match offset {
                Some(offset) => (cursor.start, cursor.again) = (Start::Offset(offset), 0),
                None => cursor.again += 1,
            }
            cursor.text(token.paging)
        };
        self.set_token(self.token.as_ref().map(pointed));
    }

    fn set_token(&mut self, token: Option<String>) {
        let address = self.token.as_ref().map(|token| token.address.clone());
        if let (Some(name), Some(token), Some(address)) = (self.next, token, address) {
            let encoded = form_urlencoded::byte_serialize(token.as_bytes());
            let next = match self.next_is_address {
                true => encoded.fold(address, |address, part| address + part),
                false => token,
            };
            self.set(name, quote(&next));
        }
    }

    /// Changes the stated total.
    pub(crate) fn change_total(&mut self, difference: i64) {
        if let Some(name) = self.total
            && let Some(total) = self.get(name).and_then(|text| text.parse::<i64>().ok())
        {
            self.set(name, total + difference);
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let list = format!("[{}]", Self::LIST);
        let text = if self.is_array {
            list
        } else {
            self.members.to_text()
        };
        match text.split_once(Self::LIST) {
            Some((before, after)) => [before, &self.records.join(","), after].concat(),
            None => text,
        }
    }
}

impl Deref for Page {
    type Target = Members;

    fn deref(&self) -> &Members {
        &self.members
    }
}

impl DerefMut for Page {
    fn deref_mut(&mut self) -> &mut Members {
        &mut self.members
    }
}
