//! The 200 body of a list call: its members in order, its records, and its text in pieces.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::cursor::{Cursor, Start};
use crate::record::{Members, quote};

/// The body of one list call before it is sent; [`Fault::page`](crate::Fault::page) may edit it as [`Members`].
#[derive(Clone, Debug, Default)]
pub struct Page {
    members: Members,
    pub(crate) headers: Vec<(String, String)>,
    is_array: bool,
    total: Option<&'static str>,
    next: Option<&'static str>,
    records: Records,
    pub(crate) token_place: Option<TokenPlace>,
}

#[derive(Clone)]
enum Records {
    Lazy(usize, Arc<dyn Fn(usize) -> String + Send + Sync>),
    Texts(Vec<String>),
}

/// Where a page of a list with tokens lies: the token that was sent, and the place that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct TokenPlace {
    pub(crate) sent: Option<String>,
    pub(crate) here: Cursor,
}

/// Pieces of a long body have about this size.
const PIECE: usize = 64 * 1024;

impl Page {
    /// Where this text stands in the JSON of a member, the records are written: `[LIST]` is the list.
    pub const LIST: &str = "\0";

    /// A JSON object without members.
    pub fn object() -> Self {
        Self::default()
    }

    /// A bare JSON array of the records.
    pub fn array() -> Self {
        let is_array = true;
        Self {
            is_array,
            ..Self::default()
        }
    }

    /// Adds a member with the JSON text `json`.
    #[must_use]
    pub fn with(mut self, name: &str, json: impl ToString) -> Self {
        self.append(name, json);
        self
    }

    /// Adds the list of records.
    #[must_use]
    pub fn with_list(self, name: &str) -> Self {
        self.with(name, format!("[{}]", Self::LIST))
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

    /// Adds a header of the answer.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Gives the page `len` records, each written when it is sent.
    pub(crate) fn fill(
        &mut self,
        len: usize,
        record: impl Fn(usize) -> String + Send + Sync + 'static,
    ) {
        self.records = Records::Lazy(len, Arc::new(record));
    }

    /// The records of this body as JSON texts, to be edited.
    pub fn records(&mut self) -> &mut Vec<String> {
        if let Records::Lazy(len, record) = &self.records {
            self.records = Records::Texts((0..*len).map(|at| record(at)).collect());
        }
        match &mut self.records {
            Records::Texts(texts) => texts,
            Records::Lazy(..) => unreachable!("replaced above"),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.records {
            Records::Lazy(len, _) => *len,
            Records::Texts(texts) => texts.len(),
        }
    }

    /// Removes what leads to the next page, if `only_null` only where it is null.
    pub(crate) fn remove_next(&mut self, only_null: bool) {
        if let Some(name) = self.next
            && (!only_null || self.get(name) == Some("null"))
        {
            self.remove(name);
        }
    }

    /// The next token is the one that was sent, or on the first page a token of the first page.
    pub(crate) fn repeat_token(&mut self) {
        if let Some(place) = &self.token_place {
            let token = place.sent.clone();
            self.set_token(&token.unwrap_or_else(|| place.here.encode()));
        }
    }

    /// The next token leads to this position or, without one, to this very page under another text.
    pub(crate) fn point_token(&mut self, offset: Option<usize>) {
        if let Some(TokenPlace { here, .. }) = &self.token_place {
            let mut token = here.clone();
            match offset {
                Some(offset) => (token.start, token.again) = (Start::Offset(offset), 0),
                None => token.again += 1,
            }
            self.set_token(&token.encode());
        }
    }

    fn set_token(&mut self, token: &str) {
        if let Some(name) = self.next {
            self.set(name, quote(token));
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

    /// The body's text in pieces, each record written when its piece is asked for.
    pub(crate) fn into_pieces(self) -> impl Iterator<Item = Vec<u8>> + Send + 'static {
        let whole = match self.is_array {
            true => format!("[{}]", Self::LIST),
            false => self.members.to_text(),
        };
        let (before, after) = whole.split_once(Self::LIST).unwrap_or((&whole, ""));
        let has_list = before.len() < whole.len();
        let (before, after) = (before.to_owned(), after.to_owned());
        let count = if has_list { self.len() } else { 0 };
        let mut next = 0;
        std::iter::from_fn(move || {
            let mut piece = String::new();
            while piece.len() < PIECE && next < count + 2 {
                match next {
                    0 => piece.push_str(&before),
                    at if at <= count => {
                        piece.push_str(if at > 1 { "," } else { "" });
                        self.records.write(at - 1, &mut piece);
                    }
                    _ => piece.push_str(&after),
                }
                next += 1;
            }
            (!piece.is_empty()).then(|| piece.into_bytes())
        })
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

impl Records {
    fn write(&self, at: usize, text: &mut String) {
        match self {
            Self::Lazy(_, record) => text.push_str(&record(at)),
            Self::Texts(texts) => text.push_str(&texts[at]),
        }
    }
}

impl Default for Records {
    fn default() -> Self {
        Self::Texts(Vec::new())
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lazy(len, _) => write!(formatter, "{len} records"),
            Self::Texts(texts) => formatter.debug_list().entries(texts).finish(),
        }
    }
}
