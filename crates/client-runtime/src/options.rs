//! The options of a transport: time-outs, retries, rate and limits.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::connections::Connections;

/// How a [`Transport`](crate::Transport) behaves. `Options::default()` suits a nightly run.
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
            connections: Connections::default(),
        }
    }
}
