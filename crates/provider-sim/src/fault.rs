//! Answers that differ from the normal one, in content or in delivery.

use std::sync::Arc;
use std::time::Duration;

use crate::delivery::{Delivery, End, Framing, Place};
use crate::page::Page;

/// An answer that differs from the usual one, in what it says, in how its bytes are sent, or in both.
///
/// What it says comes from the function that makes it; methods add the rest:
/// `Fault::status(429).header("Retry-After", "2")`, `Fault::as_usual().chunked().cut(Place::Middle)`.
#[derive(Clone)]
pub struct Fault {
    pub(crate) answer: Answer,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) retry_at: Option<Duration>,
    pub(crate) delivery: Delivery,
}

#[derive(Clone)]
pub(crate) enum Answer {
    Usual(Arc<dyn Fn(&mut Page) + Send + Sync>),
    Status {
        status: u16,
        code: Option<&'static str>,
    },
    Literal {
        status: u16,
        content_type: String,
        body: Vec<u8>,
    },
}

impl Fault {
    /// The usual answer, for faults of delivery alone.
    pub fn as_usual() -> Self {
        Self::page(|_| {})
    }

    /// This status with the provider's error body for it.
    pub fn status(status: u16) -> Self {
        Self::new(Answer::Status { status, code: None })
    }

    /// This status and exactly this body.
    pub fn literal(status: u16, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Answer::Literal {
            status,
            content_type: content_type.into(),
            body: body.into(),
        })
    }

    /// 429 with `Retry-After` in seconds.
    pub fn rate_limited(seconds: u64) -> Self {
        Self::status(429).header("Retry-After", seconds.to_string())
    }

    /// 429 with `Retry-After` as the HTTP date that lies `wait` after that of `Date`, in whole seconds.
    pub fn rate_limited_until(wait: Duration) -> Self {
        let mut fault = Self::status(429);
        fault.retry_at = Some(wait);
        fault
    }

    /// This status with the provider's error body for it, which names `code`.
    pub fn status_with_code(status: u16, code: &'static str) -> Self {
        Self::new(Answer::Status {
            status,
            code: Some(code),
        })
    }

    /// The page of a proxy: HTML with status 200.
    pub fn html() -> Self {
        Self::literal(
            200,
            "text/html; charset=utf-8",
            "<!doctype html><html><body><h1>Please wait…</h1></body></html>",
        )
    }

    /// Status 200 and a body of no bytes.
    pub fn empty_body() -> Self {
        Self::literal(200, "application/json", "")
    }

    /// An error with status 200: `{"success":false,"error":…}`.
    pub fn unsuccessful() -> Self {
        Self::literal(
            200,
            "application/json",
            r#"{"success":false,"error":"Internal processing error"}"#,
        )
    }

    /// A redirect (301, 302, 303, 307, 308) to `location`.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::literal(status, "text/plain", "").header("Location", location)
    }

    /// The usual body, changed by `edit`; a request that is refused is refused as usual. `edit` runs while the server is
    /// locked: it must not call the [`Simulator`](crate::Simulator).
    pub fn page(edit: impl Fn(&mut Page) + Send + Sync + 'static) -> Self {
        Self::new(Answer::Usual(Arc::new(edit)))
    }

    /// No records. A next token leads to this very page under another text, so that a client that follows it loses nothing;
    /// totals stay.
    pub fn empty_page() -> Self {
        Self::page(|page| {
            page.records().clear();
            page.point_token(None);
        })
    }

    /// The member that leads to the next page is absent in the middle of the list.
    pub fn without_next_cursor() -> Self {
        Self::page(|page| page.remove_next(false))
    }

    /// The next token is the very token that was sent.
    pub fn repeated_cursor() -> Self {
        Self::page(Page::repeat_token)
    }

    /// The next token leads to the tenant at this position, for example to one already seen, which makes a cycle.
    pub fn next_cursor_to(offset: usize) -> Self {
        Self::page(move |page| page.point_token(Some(offset)))
    }

    /// The stated total is off by `difference`.
    pub fn total_off_by(difference: i64) -> Self {
        Self::page(move |page| page.change_total(difference))
    }

    /// Every record of the page is sent twice.
    pub fn duplicated_records() -> Self {
        Self::page(|page| {
            let twice = |text: String| [text.clone(), text];
            let records = std::mem::take(page.records());
            *page.records() = records.into_iter().flat_map(twice).collect();
        })
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The body is compressed with gzip, whatever the client accepts.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.delivery.gzip = true;
        self
    }

    /// The body is sent with `Content-Length`, however long it is.
    #[must_use]
    pub fn with_length(mut self) -> Self {
        self.delivery.framing = Some(Framing::Length);
        self
    }

    /// The body is chunked.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.delivery.framing = Some(Framing::Chunked);
        self
    }

    /// The body ends where the connection does.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.delivery.framing = Some(Framing::UntilClose);
        self
    }

    /// The connection is closed at `place`. With `Content-Length`, bytes are missing; chunked, the final chunk; until-close, only
    /// the JSON shows that the body is cut.
    #[must_use]
    pub fn cut(self, place: Place) -> Self {
        self.stop(place, End::Close)
    }

    /// The connection is reset (TCP RST) at `place`.
    #[must_use]
    pub fn reset(self, place: Place) -> Self {
        self.stop(place, End::Reset)
    }

    /// Nothing is sent after `place`; the connection stays open until the client closes it.
    #[must_use]
    pub fn stall(self, place: Place) -> Self {
        self.stop(place, End::Stall)
    }

    /// The body is sent in parts of `bytes`, with a pause of `every` before each.
    #[must_use]
    pub fn slow(mut self, bytes: usize, every: Duration) -> Self {
        self.delivery.slow = Some((bytes.max(1), every));
        self
    }

    fn stop(mut self, place: Place, end: End) -> Self {
        self.delivery.stop = Some((place, end));
        self
    }

    fn new(answer: Answer) -> Self {
        Self {
            answer,
            headers: Vec::new(),
            retry_at: None,
            delivery: Delivery::default(),
        }
    }
}
