//! What goes wrong: which requests are answered otherwise, with what, and how the answer's bytes are sent.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive};
use std::sync::Arc;
use std::time::Duration;

use crate::{Page, Request};

/// Which requests of an account a fault is for.
///
/// Made from the account's n-th request (`3`, counted from 1), from a range of them (`1..3`, `1..=2`, `4..`, `..`), or by
/// [`When::matching`] and [`When::query`], which are the better choice where requests overlap and their order is open.
#[derive(Clone)]
pub struct When {
    test: Test,
    left: Option<u64>,
}

#[derive(Clone)]
enum Test {
    Numbers { first: u64, end: u64 },
    Matching(Arc<dyn Fn(&Request) -> bool + Send + Sync>),
}

impl When {
    /// The requests for which `test` is true. It runs while the server is locked: it must not call the [`Simulator`](crate::Simulator).
    pub fn matching(test: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self {
            test: Test::Matching(Arc::new(test)),
            left: None,
        }
    }

    /// The requests whose query has `name` with `value`.
    pub fn query(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self::matching(move |request| request.query(&name) == Some(&value))
    }

    /// Only the first `count` of them.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.left = Some(count);
        self
    }

    /// Whether it holds for this request; if so it has been used once more.
    pub(crate) fn take(&mut self, request: &Request) -> bool {
        if self.left == Some(0) {
            return false;
        }
        let holds = match &self.test {
            Test::Numbers { first, end } => (*first..*end).contains(&request.account_number),
            Test::Matching(test) => test(request),
        };
        if holds && let Some(left) = &mut self.left {
            *left -= 1;
        }
        holds
    }

    fn numbers(first: u64, end: u64) -> Self {
        Self {
            test: Test::Numbers { first, end },
            left: None,
        }
    }
}

impl From<u64> for When {
    fn from(number: u64) -> Self {
        Self::numbers(number, number + 1)
    }
}

impl From<Range<u64>> for When {
    fn from(range: Range<u64>) -> Self {
        Self::numbers(range.start, range.end)
    }
}

impl From<RangeInclusive<u64>> for When {
    fn from(range: RangeInclusive<u64>) -> Self {
        Self::numbers(*range.start(), range.end().saturating_add(1))
    }
}

impl From<RangeFrom<u64>> for When {
    fn from(range: RangeFrom<u64>) -> Self {
        Self::numbers(range.start, u64::MAX)
    }
}

impl From<RangeFull> for When {
    fn from(_: RangeFull) -> Self {
        Self::numbers(0, u64::MAX)
    }
}

impl fmt::Debug for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("When");
        if let Test::Numbers { first, end } = &self.test {
            debug.field("first", first).field("end", end);
        }
        debug.field("left", &self.left).finish_non_exhaustive()
    }
}

/// An answer that differs from the usual one, in what it says, in how its bytes are sent, or in both.
///
/// What it says comes from the function that makes it; methods add the rest:
/// `Fault::status(429).header("Retry-After", "2")`, `Fault::as_usual().chunked().cut(Place::Middle)`.
#[derive(Clone)]
pub struct Fault {
    pub(crate) answer: Answer,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) retry_at: Option<Duration>,
    pub(crate) delay: Duration,
    pub(crate) gzip: bool,
    pub(crate) framing: Framing,
    pub(crate) delivery: Delivery,
}

#[derive(Clone)]
pub(crate) enum Answer {
    AsUsual,
    Edited(Arc<dyn Fn(&mut Page) + Send + Sync>),
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

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Framing {
    /// By its length, or chunked when it is long.
    #[default]
    Fitting,
    Length,
    Chunked,
    UntilClose,
}

/// How an answer's bytes are sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) stop: Option<(Place, End)>,
    pub(crate) slow: Option<(usize, Duration)>,
}

/// Where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before its first byte, the status line included.
    Start,
    /// After half of its body.
    Middle,
    /// After this many bytes of its body as sent (compressed, if it is); after all of it, when it is shorter.
    Byte(u64),
}

/// What happens where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Close,
    Reset,
    Stall,
}

impl Fault {
    /// The usual answer, for faults of delivery alone.
    pub fn as_usual() -> Self {
        Self::new(Answer::AsUsual)
    }

    /// This status with the provider's own error body for it.
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

    /// 429 with `Retry-After` as the HTTP date that lies `wait` after the answer, rounded up to a whole second.
    pub fn rate_limited_until(wait: Duration) -> Self {
        let mut fault = Self::status(429);
        fault.retry_at = Some(wait);
        fault
    }

    /// This status with the provider's own error body for it, which names `code`.
    pub fn status_with_code(status: u16, code: &'static str) -> Self {
        Self::new(Answer::Status {
            status,
            code: Some(code),
        })
    }

    /// A page of a proxy: HTML with status 200.
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

    /// OmniDim's error with status 200 (seen on another operation): `{"success":false,"error":…}`.
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

    /// The usual body, changed by `edit`. A request that would have failed fails as usual. `edit` runs while the server is
    /// locked: it must not call the [`Simulator`](crate::Simulator).
    pub fn page(edit: impl Fn(&mut Page) + Send + Sync + 'static) -> Self {
        Self::new(Answer::Edited(Arc::new(edit)))
    }

    /// No records. At Layers the next cursor leads to this very page, under another text, so a client that goes on loses nothing;
    /// elsewhere the totals stay.
    pub fn empty_page() -> Self {
        Self::page(Page::empty_with_next)
    }

    /// Layers: `nextCursor` is absent though the list goes on.
    pub fn without_next_cursor() -> Self {
        Self::page(|page| page.remove("nextCursor"))
    }

    /// Layers: `nextCursor` is the very cursor that was sent.
    pub fn repeated_cursor() -> Self {
        Self::page(Page::repeat_cursor)
    }

    /// Layers: `nextCursor` leads to the n-th match, e.g. back to one already seen, which makes a cycle.
    pub fn next_cursor_to(offset: usize) -> Self {
        Self::page(move |page| page.next_cursor_to(offset))
    }

    /// Vobiz' `total` or OmniDim's `total_organizations` is off by `difference`.
    pub fn total_off_by(difference: i64) -> Self {
        Self::page(move |page| {
            for name in ["total", "total_organizations"] {
                if let Some(total) = page.get(name).and_then(|total| total.parse::<i64>().ok()) {
                    page.set(name, total + difference);
                }
            }
        })
    }

    /// Every record of the page comes twice.
    pub fn duplicated_records() -> Self {
        Self::page(Page::duplicate_records)
    }

    /// JSON objects print one key twice: the body its last, each record its first.
    pub fn duplicated_keys() -> Self {
        Self::page(Page::duplicate_keys)
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The answer waits this much longer than the account's latency.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The body is compressed with gzip, whatever the client accepts.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }

    /// The body is sent with `Content-Length`, however long it is.
    #[must_use]
    pub fn with_length(mut self) -> Self {
        self.framing = Framing::Length;
        self
    }

    /// The body is chunked.
    #[must_use]
    pub fn chunked(mut self) -> Self {
        self.framing = Framing::Chunked;
        self
    }

    /// The body ends where the connection does.
    #[must_use]
    pub fn until_close(mut self) -> Self {
        self.framing = Framing::UntilClose;
        self
    }

    /// The connection is closed in an orderly way at `place`: with `Content-Length` bytes are missing, chunked the final chunk is,
    /// and until-close nothing but the JSON tells that there should be more.
    #[must_use]
    pub fn cut(self, place: Place) -> Self {
        self.stop(place, End::Close)
    }

    /// The connection is reset (TCP RST) at `place`.
    #[must_use]
    pub fn reset(self, place: Place) -> Self {
        self.stop(place, End::Reset)
    }

    /// No byte comes after `place`, until the client leaves.
    #[must_use]
    pub fn stall(self, place: Place) -> Self {
        self.stop(place, End::Stall)
    }

    /// The body comes in parts of `bytes`, with a pause of `every` before each.
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
            delay: Duration::ZERO,
            gzip: false,
            framing: Framing::default(),
            delivery: Delivery::default(),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = match &self.answer {
            Answer::AsUsual => "as usual".to_owned(),
            Answer::Edited(_) => "edited page".to_owned(),
            Answer::Status { status, .. } | Answer::Literal { status, .. } => status.to_string(),
        };
        formatter
            .debug_struct("Fault")
            .field("answer", &answer)
            .field("headers", &self.headers)
            .field("framing", &self.framing)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}
