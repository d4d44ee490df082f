//! The requests that a transport has sent, and what it waits for.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;

/// The requests that a transport has sent, and the state of its connection to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// All requests, retries and redirects included.
    pub requests: u64,
    /// The retries among them.
    pub retries: u64,
    /// What the next request waits for, if anything.
    pub waiting: Option<Waiting>,
    /// The time by the provider's last response, if it had one.
    pub clock: Option<Clock>,
}

/// A wait before the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// The time left.
    pub left: Duration,
    /// The reason.
    pub reason: WaitReason,
}

impl Waiting {
    /// A wait of this length.
    #[must_use]
    pub const fn new(left: Duration, reason: WaitReason) -> Self {
        Self { left, reason }
    }
}

/// Why a transport waits, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WaitReason {
    /// The provider asked for it, with `Retry-After` or `X-RateLimit-Reset`.
    Asked,
    /// A failed request is about to be retried.
    Retry,
    /// The rate limit.
    RateLimit,
}

/// The time by the provider's `Date` header, and by this machine when the response came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clock {
    /// The provider's time, to the second.
    pub theirs: SystemTime,
    /// This machine's time.
    pub ours: SystemTime,
}

impl Clock {
    /// A pair of times at the same moment.
    #[must_use]
    pub const fn new(theirs: SystemTime, ours: SystemTime) -> Self {
        Self { theirs, ours }
    }

    /// Reads a response's `Date`.
    pub(crate) fn read(headers: &HeaderMap, ours: SystemTime) -> Option<Self> {
        let date = headers.get(DATE)?.to_str().ok()?;
        let theirs = httpdate::parse_http_date(date).ok()?;
        Some(Self { theirs, ours })
    }
}
