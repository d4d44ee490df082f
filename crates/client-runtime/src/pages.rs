//! Streams over the pages and the items of a list.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::link_header::linked;
use crate::{Call, Error, ErrorKind, Record, Response};

/// What says which page follows.
enum Rule<T> {
    /// The page's number, which grows by one until a page is empty.
    Number(fn(&T) -> usize),
    /// The number of items before the page, until a page is empty.
    Offset(fn(&T) -> usize),
    /// A token in the page, until there is none.
    Token(fn(&T) -> Option<String>),
    /// The identity of the page's last item, until a page is empty or says that it is the last one.
    Key {
        count: fn(&T) -> usize,
        last: fn(&T) -> Option<String>,
        more: fn(&T) -> Option<bool>,
    },
    /// Follows the address in each page, until a page has none.
    Address(fn(&T) -> Option<String>),
    /// Follows the address with this relation in each `Link` header, until a response has none.
    Link(&'static str),
}

type InFlight<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// The pages of a list, one request each. Nothing is sent before the first page is asked for.
///
/// The stream ends where the provider says so, or with an error. It does not notice what moves between two pages: an item may be
/// repeated or missing if the list changes meanwhile. For lists of tenants, the crate `tenancy` drops repeated records, reads a list
/// again that changed, and says in its report how far the list is proved to be complete.
pub struct Pages<T> {
    call: Call,
    /// The parameter that names the page; `None` if an address does.
    parameter: Option<&'static str>,
    rule: Rule<T>,
    /// The parameter's value for the next page, or the query of its address; `None` for the first page.
    position: Option<String>,
    is_done: bool,
    in_flight: Option<InFlight<T>>,
}

impl<T: DeserializeOwned + Send + 'static> Pages<T> {
    /// Pages by number, from `first` or the number that the call has.
    #[must_use]
    pub fn numbered(
        call: Call,
        parameter: &'static str,
        first: u64,
        count: fn(&T) -> usize,
    ) -> Self {
        let first = call.query(parameter).unwrap_or_else(|| first.to_string());
        Self::new(call, parameter, Rule::Number(count), Some(first))
    }

    /// Pages by offset, from 0 or the offset that the call has.
    #[must_use]
    pub fn by_offset(call: Call, parameter: &'static str, count: fn(&T) -> usize) -> Self {
        let first = call.query(parameter).unwrap_or_else(|| "0".to_owned());
        Self::new(call, parameter, Rule::Offset(count), Some(first))
    }

    /// Pages by a token, which `next` finds in the page before.
    #[must_use]
    pub fn by_token(call: Call, parameter: &'static str, next: fn(&T) -> Option<String>) -> Self {
        let first = call.query(parameter);
        Self::new(call, parameter, Rule::Token(next), first)
    }

    /// Pages by the identity of the last item of the page before, which `last` finds, until `more` finds that no items follow. If
    /// the page does not say, the list ends with an empty page.
    #[must_use]
    pub fn by_key(
        call: Call,
        parameter: &'static str,
        count: fn(&T) -> usize,
        last: fn(&T) -> Option<String>,
        more: fn(&T) -> Option<bool>,
    ) -> Self {
        let first = call.query(parameter);
        Self::new(call, parameter, Rule::Key { count, last, more }, first)
    }

    /// Pages by an address, which `next` finds in the page before.
    ///
    /// Only the address's query is used, on the call's own address: no response decides where the credentials are sent. An
    /// address with another path is an error.
    #[must_use]
    pub fn by_address(call: Call, next: fn(&T) -> Option<String>) -> Self {
        Self::new(call, None, Rule::Address(next), None)
    }

    /// Pages by the `Link` header (RFC 8288) with this relation, such as `next`. As with [`by_address`](Self::by_address), only the
    /// query of its address is used.
    #[must_use]
    pub fn by_link(call: Call, relation: &'static str) -> Self {
        Self::new(call, None, Rule::Link(relation), None)
    }

    fn new(
        call: Call,
        parameter: impl Into<Option<&'static str>>,
        rule: Rule<T>,
        position: Option<String>,
    ) -> Self {
        Self {
            call,
            parameter: parameter.into(),
            rule,
            position,
            is_done: false,
            in_flight: None,
        }
    }

    /// Begins at the page that [`continuation`](Self::continuation) named in another run.
    #[must_use]
    pub fn resume(mut self, continuation: impl Into<String>) -> Self {
        self.position = Some(continuation.into());
        self
    }

    /// The position of the next page, also after an error; `None` before the first page of a list by tokens, and after the end.
    #[must_use]
    pub fn continuation(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// The next page; `None` after the end or an error.
    ///
    /// # Errors
    /// The page could not be read, or its position repeats the one before.
    pub async fn next(&mut self) -> Option<Result<Response<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Moves to the page after `page`.
    fn advance(&mut self, page: &Response<T>) -> Result<(), Error> {
        let moved = |by: usize| {
            let number = self.position.as_ref()?.parse::<u64>().ok()?;
            Some(number.checked_add(by as u64)?.to_string())
        };
        let query = |address: Option<String>| match address.filter(|text| !text.is_empty()) {
            Some(address) => self.call.query_of(&address).map(Some),
            None => Ok(None),
        };
        let next = match self.rule {
            Rule::Number(count) if count(page) > 0 => Ok(moved(1)),
            Rule::Offset(count) if count(page) > 0 => Ok(moved(count(page))),
            Rule::Number(_) | Rule::Offset(_) => Ok(None),
            Rule::Token(next) => Ok(next(page).filter(|token| !token.is_empty())),
            Rule::Key { count, last, more } => match (count(page), more(page)) {
                (_, Some(false)) | (0, None) => Ok(None),
                (0, Some(true)) => Err("it is empty, although more items follow".to_owned()),
                _ => last(page)
                    .map(Some)
                    .ok_or_else(|| "its last item has no identity".to_owned()),
            },
            Rule::Address(next) => query(next(page)),
            Rule::Link(relation) => query(linked(page.headers(), relation)),
        };
        let next = next.and_then(|next| match &next {
            Some(_) if next == self.position => Err("it names itself as the next one".to_owned()),
            _ => Ok(next),
        });
        let next = next.map_err(|reason| {
            let message = format!("no page can be requested after this one: {reason}");
            Error::new(ErrorKind::Decode, message).during(self.call.operation())
        })?;
        self.is_done = next.is_none();
        self.position = next;
        Ok(())
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for Pages<T> {
    type Item = Result<Response<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.is_done {
            return Poll::Ready(None);
        }
        let in_flight = match &mut this.in_flight {
            Some(in_flight) => in_flight,
            None => {
                let mut call = this.call.clone();
                match (this.parameter, &this.position) {
                    (Some(parameter), position) => call.set_query(parameter, position.as_ref()),
                    (None, Some(query)) => call.set_whole_query(query),
                    (None, None) => {}
                }
                this.in_flight.insert(Box::pin(call.receive_json()))
            }
        };
        let received = ready!(in_flight.as_mut().poll(context));
        this.in_flight = None;
        let page = received.and_then(|page| this.advance(&page).map(|()| page));
        this.is_done |= page.is_err();
        Poll::Ready(Some(page))
    }
}

impl<T> Unpin for Pages<T> {}

/// Shows no position: it may be a secret.
impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}

/// The items of a list, page by page. Nothing is sent before the first item is asked for.
///
/// It says as little about completeness as [`Pages`].
#[derive(Debug)]
pub struct Items<T, R> {
    pages: Pages<T>,
    split: fn(&mut T) -> Vec<R>,
    page: std::vec::IntoIter<R>,
    /// The position of the page whose items are being taken.
    position: Option<String>,
}

impl<T: DeserializeOwned + Send + 'static, R> Items<T, R> {
    /// The items that `split` takes out of each page.
    #[must_use]
    pub fn new(pages: Pages<T>, split: fn(&mut T) -> Vec<R>) -> Self {
        Self {
            position: pages.position.clone(),
            pages,
            split,
            page: Vec::new().into_iter(),
        }
    }

    /// Begins at the page that [`continuation`](Self::continuation) named in another run.
    #[must_use]
    pub fn resume(self, continuation: impl Into<String>) -> Self {
        Self::new(self.pages.resume(continuation), self.split)
    }

    /// The position of the page with the next item: until every item of a page was taken, that page's own.
    #[must_use]
    pub fn continuation(&self) -> Option<&str> {
        match self.page.len() {
            0 => self.pages.continuation(),
            _ => self.position.as_deref(),
        }
    }

    /// The next item; `None` after the end or an error.
    ///
    /// # Errors
    /// The page with the item could not be read.
    pub async fn next(&mut self) -> Option<Result<R, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: DeserializeOwned + Send + 'static, R> Stream for Items<T, R> {
    type Item = Result<R, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let position = this.pages.position.clone();
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    this.position = position;
                    this.page = (this.split)(&mut page.into_inner()).into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T, R> Unpin for Items<T, R> {}

/// The text or the number in a field of a record, whether the record could be decoded or not.
#[must_use]
pub fn identity<T>(record: &Record<T>, field: &str) -> Option<String> {
    let fields: HashMap<String, &RawValue> = serde_json::from_str(record.raw().get()).ok()?;
    match serde_json::from_str(fields.get(field)?.get()).ok()? {
        Value::String(text) => Some(text),
        Value::Number(_) => Some(fields.get(field)?.get().to_owned()),
        _ => None,
    }
}
