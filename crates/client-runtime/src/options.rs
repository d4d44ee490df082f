//! The options of a transport: time-outs, retries, rate and limits.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::connections::Connections;
use crate::middleware::Middleware;

/// How a [`Transport`](crate::Transport) behaves. `Options::default()` suits a nightly run.
///
/// # Examples
/// ```
/// use client_runtime::Options;
///
/// let patient = Options::default().max_retries(10).requests_per_minute(60);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// An attempt ends when no head, or less than 1 KiB of a body, arrives for this long; a long list may take minutes in all.
    /// An error's body is read for this long in all. Default: 30 s.
    pub idle_timeout: Duration,
    /// The number of retries after the first attempt. Default: 5.
    pub max_retries: u32,
    /// The longest back-off before the first retry; it doubles with each one. Default: 250 ms.
    pub first_backoff: Duration,
    /// The longest back-off before any retry. Default: 30 s.
    pub longest_backoff: Duration,
    /// The longest `Retry-After` to wait for; a longer one ends the call. Default: 120 s.
    pub longest_wait: Duration,
    /// The rate limit, shared by all clones of a client. Default: none.
    pub requests_per_minute: Option<NonZeroU32>,
    /// The most bytes of an error's body that are read. Default: 64 KiB.
    pub max_error_body: usize,
    /// The most bytes of a success that is read whole, after decompression. [`Call::download`](crate::Call::download) has no such
    /// limit. Default: 256 MiB.
    pub max_body: usize,
    /// The provider's error codes after which retrying is useless, whatever the status. Default: none.
    pub final_codes: Vec<String>,
    /// The `User-Agent` header. Default: the name and version of this crate.
    pub user_agent: String,
    /// The caller's own code around each request. Default: none.
    pub middleware: Option<Middleware>,
    /// The connections, shared by the clients whose options have clones of the same pool. Default: a new pool.
    pub connections: Connections,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_secs(30),
            max_retries: 5,
            first_backoff: Duration::from_millis(250),
            longest_backoff: Duration::from_secs(30),
            longest_wait: Duration::from_secs(120),
            requests_per_minute: None,
            max_error_body: 64 * 1024,
            max_body: 256 * 1024 * 1024,
            final_codes: Vec::new(),
            user_agent: concat!("client-runtime/", env!("CARGO_PKG_VERSION")).to_owned(),
            middleware: None,
            connections: Connections::default(),
        }
    }
}

impl Options {
    /// Sets how long an attempt waits while [nothing arrives](Self::idle_timeout).
    #[must_use]
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Sets the number of retries after the first attempt.
    #[must_use]
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = max_retries;
        self
    }

    /// Sets the longest back-off [before the first retry](Self::first_backoff).
    #[must_use]
    pub fn first_backoff(mut self, first_backoff: Duration) -> Self {
        self.first_backoff = first_backoff;
        self
    }

    /// Sets the longest back-off before any retry.
    #[must_use]
    pub fn longest_backoff(mut self, longest_backoff: Duration) -> Self {
        self.longest_backoff = longest_backoff;
        self
    }

    /// Sets the longest `Retry-After` to wait for.
    #[must_use]
    pub fn longest_wait(mut self, longest_wait: Duration) -> Self {
        self.longest_wait = longest_wait;
        self
    }

    /// Sets the [rate limit](Self::requests_per_minute); 0 means no limit.
    #[must_use]
    pub fn requests_per_minute(mut self, requests_per_minute: u32) -> Self {
        self.requests_per_minute = NonZeroU32::new(requests_per_minute);
        self
    }

    /// Sets the most bytes of an error's body that are read.
    #[must_use]
    pub fn max_error_body(mut self, max_error_body: usize) -> Self {
        self.max_error_body = max_error_body;
        self
    }

    /// Sets the most bytes of a success that is [read whole](Self::max_body).
    #[must_use]
    pub fn max_body(mut self, max_body: usize) -> Self {
        self.max_body = max_body;
        self
    }

    /// Sets the error codes after which [retrying is useless](Self::final_codes).
    #[must_use]
    pub fn final_codes<T: Into<String>>(mut self, codes: impl IntoIterator<Item = T>) -> Self {
        self.final_codes = codes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the `User-Agent` header.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sets the caller's own code [around each request](Self::middleware).
    #[must_use]
    pub fn middleware(mut self, middleware: Middleware) -> Self {
        self.middleware = Some(middleware);
        self
    }

    /// Sets the pool of [connections](Self::connections).
    #[must_use]
    pub fn connections(mut self, connections: Connections) -> Self {
        self.connections = connections;
        self
    }
}
