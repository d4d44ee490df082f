//! Streams over the pages and the items of a list.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;
use serde::de::DeserializeOwned;

use crate::{Call, Error, ErrorKind, Response};

/// What says which page follows.
enum Rule<T> {
    /// The page's number, which grows by one until a page is empty.
    Number(fn(&T) -> usize),
    /// The number of items before the page, until a page is empty.
    Offset(fn(&T) -> usize),
    /// A token in the page, until there is none.
    Token(fn(&T) -> Option<String>),
}

type InFlight<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Error>> + Send>>;

/// The pages of a list, one request each. Nothing is sent before the first page is asked for.
///
/// The stream ends where the provider says so, or with an error. It does not notice what moves between two pages: the crate
/// `tenancy` proves that a list is complete, drops repeated records and reads a list again that changed.
pub struct Pages<T> {
    call: Call,
    parameter: &'static str,
    rule: Rule<T>,
    /// The parameter's value for the next page; `None` for the first page by token.
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

    fn new(call: Call, parameter: &'static str, rule: Rule<T>, position: Option<String>) -> Self {
        Self {
            call,
            parameter,
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
    fn advance(&mut self, page: &T) -> Result<(), Error> {
        let moved = |by: usize, position: &Option<String>| {
            let number = position.as_ref()?.parse::<u64>().ok()?;
            Some(number.checked_add(by as u64)?.to_string())
        };
        let next = match self.rule {
            Rule::Number(count) if count(page) > 0 => moved(1, &self.position),
            Rule::Offset(count) if count(page) > 0 => moved(count(page), &self.position),
            Rule::Token(next) => next(page).filter(|token| !token.is_empty()),
            _ => None,
        };
        if next.is_some() && next == self.position {
            let message = format!(
                "the list repeats a page: its next `{}` is the one that was requested",
                self.parameter
            );
            return Err(Error::new(ErrorKind::Decode, message).during(self.call.operation()));
        }
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
                call.set_query(this.parameter, this.position.as_ref());
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
