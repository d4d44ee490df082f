//! What a transport has sent, and what it is waiting for.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;

/// How many requests a transport has sent, and how it stands with the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// All requests, retries included.
    pub requests: u64,
    /// Those of them that repeated one before.
    pub retries: u64,
    /// What the next request waits for; none where nothing holds it back.
    pub waiting: Option<Waiting>,
    /// What the provider's last answer said of the time; none where it said nothing.
    pub clock: Option<Clock>,
}

/// A wait before the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// How much longer.
    pub left: Duration,
    /// What for.
    pub reason: WaitReason,
}

impl Waiting {
    /// A wait of this length.
    #[must_use]
    pub const fn new(left: Duration, reason: WaitReason) -> Self {
        Self { left, reason }
    }
}

/// Why a transport waits; the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WaitReason {
    /// The provider asked for it, by `Retry-After`.
    Asked,
    /// A request failed and is about to be repeated.
    Retry,
    /// No more requests a minute are to be sent.
    RateLimit,
}

/// The time as the provider's `Date` header had it, and as this machine had it when the answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clock {
    /// The provider's time, to the second.
    pub theirs: SystemTime,
    /// This machine's time.
    pub ours: SystemTime,
}

impl Clock {
    /// Two times of one moment.
    #[must_use]
    pub const fn new(theirs: SystemTime, ours: SystemTime) -> Self {
        Self { theirs, ours }
    }

    /// What an answer says of the time.
    pub(crate) fn read(headers: &HeaderMap, ours: SystemTime) -> Option<Self> {
        let date = headers.get(DATE)?.to_str().ok()?;
        let theirs = httpdate::parse_http_date(date).ok()?;
        Some(Self { theirs, ours })
    }
}
