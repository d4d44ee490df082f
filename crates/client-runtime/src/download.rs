//! Reads a body as it arrives, and requests it again if it is interrupted.

use std::future::poll_fn;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use progenitor_client::{ByteStream, ResponseValue};
use tokio::time::{Instant, sleep_until};

use crate::retry::backoff;
use crate::{Error, Transport};

/// A body that is read while it arrives. When it breaks off, it is requested again, as often as the transport's options allow.
///
/// ```no_run
/// # use client_runtime::{Chunk, Download, Error, Transport};
/// # use progenitor_client::{ByteStream, ResponseValue};
/// # async fn list() -> Result<ResponseValue<ByteStream>, progenitor_client::Error<()>> { unimplemented!() }
/// # async fn read(transport: Transport) -> Result<(), Error> {
/// let mut body = Vec::new();
/// let mut download = Download::new(transport, "listThings", list);
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
pub struct Download<A> {
    transport: Transport,
    operation: &'static str,
    ask: A,
    answer: Option<Answer>,
    repeats: u32,
    /// When the body is requested again.
    again_at: Option<Instant>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: ByteStream,
}

/// A piece of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// The next bytes.
    Bytes(Bytes),
    /// The body broke off. It was requested again, and starts from its beginning.
    Again,
    /// The end of the body, as far as the connection shows.
    End,
}

impl<A, F, E> Download<A>
where
    A: FnMut() -> F,
    F: Future<Output = Result<ResponseValue<ByteStream>, progenitor_client::Error<E>>>,
{
    /// The body that `ask` requests: a generated client's method whose name ends in `_stream`. Sends nothing before the first
    /// call of [`chunk`](Self::chunk).
    pub fn new(transport: Transport, operation: &'static str, ask: A) -> Self {
        Self {
            transport,
            operation,
            ask,
            answer: None,
            repeats: 0,
            again_at: None,
        }
    }

    /// The next piece of the body.
    ///
    /// Cancel safe: dropping the future loses no bytes; a request in flight is sent again.
    ///
    /// # Errors
    /// The request was refused, or the body broke off, after all retries.
    pub async fn chunk(&mut self) -> Result<Chunk, Error> {
        loop {
            if let Some(instant) = self.again_at {
                sleep_until(instant).await;
                self.again_at = None;
                return Ok(Chunk::Again);
            }
            let answer = match &mut self.answer {
                Some(answer) => answer,
                None => {
                    let answer = self.ask().await?;
                    self.answer.insert(answer)
                }
            };
            match poll_fn(|context| answer.body.as_mut().poll_next(context)).await {
                Some(Ok(bytes)) => return Ok(Chunk::Bytes(bytes)),
                None => return Ok(Chunk::End),
                Some(Err(error)) => {
                    let failure = self.transport.explain_connection(error);
                    self.plan_retry(failure)?;
                }
            }
        }
    }

    /// The headers of the answer whose body is being read.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.answer.as_ref().map(|answer| &answer.headers)
    }

    /// Reports that the bytes so far are not JSON, or end too early. The next chunk is [`Chunk::Again`].
    ///
    /// # Errors
    /// All retries are used up.
    pub fn not_json(&mut self) -> Result<(), Error> {
        match &self.answer {
            Some(answer) => {
                let failure = crate::explain::not_json(answer.status, &answer.headers);
                self.plan_retry(failure)
            }
            None => Ok(()),
        }
    }

    async fn ask(&mut self) -> Result<Answer, Error> {
        match (self.ask)().await {
            Ok(answer) => Ok(Answer {
                status: answer.status(),
                headers: answer.headers().clone(),
                body: answer.into_inner(),
            }),
            Err(error) => Err(self.transport.explain(self.operation, error).await),
        }
    }

    fn plan_retry(&mut self, failure: Error) -> Result<(), Error> {
        self.answer = None;
        let options = self.transport.options();
        if self.repeats >= options.max_retries {
            return Err(failure
                .during(self.operation)
                .after_attempts(self.repeats + 1));
        }
        let wait = backoff(options, self.repeats, None);
        self.repeats += 1;
        self.transport.count_retry();
        tracing::debug!(
            operation = self.operation,
            reason = %failure,
            attempt = self.repeats,
            ?wait,
            "asking again"
        );
        self.again_at = Some(Instant::now() + wait);
        Ok(())
    }
}
