//! Reads a body as it arrives, and requests it again if it is interrupted.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::body::Body;
use crate::not_json::{partial, status_line};
use crate::retry::{backoff, is_final, is_transient, retry_after};
use crate::transport::is_part;
use crate::{Call, Error, ErrorKind};

/// A body that is read while it arrives. When it breaks off, it is requested again, as often as the transport's options allow.
///
/// ```no_run
/// # use client_runtime::{Call, Chunk, Error};
/// # async fn read(call: Call) -> Result<(), Error> {
/// let mut body = Vec::new();
/// let mut download = call.download();
/// loop {
///     match download.chunk().await? {
///         Chunk::Bytes(bytes) => body.extend_from_slice(&bytes),
///         // The body broke off, and starts again.
///         Chunk::Again => body.clear(),
///         Chunk::End => break,
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Download {
    call: Call,
    response: Option<reqwest::Response>,
    /// What has arrived and was not returned yet.
    arrived: Bytes,
    /// Whether nothing of the body has arrived.
    is_empty: bool,
    repeats: u32,
    body: Body,
    /// When the body is requested again.
    again_at: Option<Instant>,
    /// When the call's time is up.
    deadline: Option<Instant>,
}

/// The most bytes that are returned at once. The records of more would not fit into a processor's cache.
const LARGEST_CHUNK: usize = 32 * 1024;

/// A piece of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// The next bytes, 32 KiB at most.
    Bytes(Bytes),
    /// The body broke off. It was requested again, and starts from its beginning.
    Again,
    /// The end of the body, as far as the connection shows.
    End,
}

impl Download {
    pub(crate) fn new(call: Call) -> Self {
        Self {
            call,
            response: None,
            arrived: Bytes::new(),
            is_empty: true,
            repeats: 0,
            body: Body::Streamed,
            again_at: None,
            deadline: None,
        }
    }

    /// Accepts a response that may be only a part of the body (203, 206), which is an error otherwise. [`Download::part`] tells
    /// whether it is.
    pub fn accept_parts(&mut self) {
        self.body = Body::Partial;
    }

    /// Describes the response if it may be only a part of the body.
    #[must_use]
    pub fn part(&self) -> Option<String> {
        let status = self.response.as_ref()?.status();
        is_part(status).then(|| partial(status))
    }

    /// The operation, as errors name it.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.call.operation()
    }

    /// The next piece of the body.
    ///
    /// Cancel safe: dropping the future loses no bytes; a request in flight is sent again.
    ///
    /// # Errors
    /// The request was refused, or the body broke off, after all retries.
    pub async fn chunk(&mut self) -> Result<Chunk, Error> {
        let Some(limit) = self.call.timeout() else {
            return self.next_chunk().await;
        };
        let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + limit);
        let in_time = timeout_at(deadline, self.next_chunk()).await;
        in_time.unwrap_or_else(|_| Err(self.call.took_too_long(limit)))
    }

    async fn next_chunk(&mut self) -> Result<Chunk, Error> {
        loop {
            if let Some(instant) = self.again_at {
                sleep_until(instant).await;
                self.again_at = None;
                return Ok(Chunk::Again);
            }
            if !self.arrived.is_empty() {
                let length = self.arrived.len().min(LARGEST_CHUNK);
                return Ok(Chunk::Bytes(self.arrived.split_to(length)));
            }
            let response = match &mut self.response {
                Some(response) => response,
                None => {
                    let response = self.call.respond(self.body).await?;
                    self.response.insert(response)
                }
            };
            match response.chunk().await {
                Ok(Some(bytes)) => {
                    self.is_empty &= bytes.is_empty();
                    self.arrived = bytes;
                }
                Ok(None) => return Ok(Chunk::End),
                Err(error) => {
                    let ends_here = is_final(&error);
                    let failure = self.call.transport().explain_connection(error);
                    if ends_here {
                        return Err(failure.during(self.call.operation()));
                    }
                    self.plan_retry(failure, None)?;
                }
            }
        }
    }

    /// The headers of the response whose body is being read.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response.as_ref().map(reqwest::Response::headers)
    }

    /// Reports that the bytes so far are not JSON, or end too early. The next chunk is [`Chunk::Again`].
    ///
    /// # Errors
    /// All retries are used up.
    pub fn not_json(&mut self) -> Result<(), Error> {
        match &self.response {
            Some(response) => {
                let transport = self.call.transport();
                let failure =
                    transport.not_json(response.status(), response.headers(), self.is_empty);
                self.plan_retry(failure, None)
            }
            None => Ok(()),
        }
    }

    /// Reports that the complete body, of a response with a success status, is a document without what was asked for. If it is a
    /// refusal after which the same request may succeed later, such as a rate limit, the next chunk is [`Chunk::Again`], and this
    /// returns true.
    ///
    /// # Errors
    /// The body is such a refusal, and all retries are used up.
    pub fn try_later(&mut self, body: &[u8]) -> Result<bool, Error> {
        let Some(response) = &self.response else {
            return Ok(false);
        };
        let transport = self.call.transport();
        let said = transport.words_of_refusal(body);
        let asked = retry_after(response.headers(), SystemTime::now());
        let status = match said.amounts_to() {
            None if asked.is_some() => StatusCode::SERVICE_UNAVAILABLE,
            Some(status) if is_transient(status, asked, false) => status,
            _ => return Ok(false),
        };
        let longest = transport.options().longest_wait;
        let is_final =
            said.is_final(transport.options()) || asked.is_some_and(|wait| wait > longest);
        let message = format!(
            "{}, but the body is a refusal",
            status_line(response.status())
        );
        let failure = Error::new(ErrorKind::Status, message)
            .with_status(status)
            .with_provider(said)
            .with_retry_after(asked)
            .transient(true);
        if is_final {
            return Err(failure.during(self.call.operation()));
        }
        transport.hold(asked.unwrap_or_default());
        self.plan_retry(failure, asked).map(|()| true)
    }

    fn plan_retry(&mut self, failure: Error, asked: Option<Duration>) -> Result<(), Error> {
        self.response = None;
        self.arrived.clear();
        self.is_empty = true;
        let operation = self.call.operation();
        let transport = self.call.transport();
        let options = transport.options();
        if self.repeats >= self.call.max_retries() {
            return Err(failure.during(operation).after_attempts(self.repeats + 1));
        }
        let wait = backoff(options, self.repeats, asked);
        self.repeats += 1;
        transport.count_retry();
        tracing::debug!(
            operation,
            reason = %failure,
            attempt = self.repeats,
            ?wait,
            "asking again"
        );
        self.again_at = Some(Instant::now() + wait);
        Ok(())
    }
}

/// Shows no response: its address holds cursors and filters, and its headers may hold keys.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("call", &self.call)
            .field("repeats", &self.repeats)
            .finish_non_exhaustive()
    }
}
