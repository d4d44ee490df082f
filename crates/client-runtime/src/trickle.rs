//! Abandons the body of a success that only trickles: it might never end, and the idle timeout would never expire.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt};
use reqwest::{Body, Response};
use tokio::time::{Instant, timeout};

use crate::body::split;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The fewest bytes that must arrive in each idle timeout.
const LEAST: usize = 1024;

/// Fewer than [`LEAST`] bytes arrived within an idle timeout.
#[derive(Debug)]
pub(crate) struct Trickle;

impl fmt::Display for Trickle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("less than 1 KiB")
    }
}

impl std::error::Error for Trickle {}

/// Returns the response with a body that fails when it trickles.
pub(crate) fn watched(response: Response, idle_timeout: Duration) -> Response {
    let (head, sent) = split(response);
    let body = Body::wrap_stream(watch(sent.bytes_stream(), idle_timeout));
    Response::from(http::Response::from_parts(head, body))
}

struct Watch<S> {
    sent: S,
    left: Duration,
    bytes: usize,
}

fn watch(
    sent: impl Stream<Item = reqwest::Result<Bytes>> + Send + Unpin + 'static,
    idle_timeout: Duration,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
    let state = Watch {
        sent,
        left: idle_timeout,
        bytes: 0,
    };
    stream::try_unfold(state, move |mut state| async move {
        // Only waiting counts: a consumer may take its time between two reads.
        let begun = Instant::now();
        let Ok(received) = timeout(state.left, state.sent.next()).await else {
            return Err(Trickle.into());
        };
        let bytes = match received {
            None => return Ok(None),
            Some(Ok(bytes)) => bytes,
            // The client's timeout for silence may expire in the same moment: one fault, one message.
            Some(Err(error)) if error.is_timeout() => return Err(Trickle.into()),
            Some(Err(error)) => return Err(error.into()),
        };
        state.bytes += bytes.len();
        state.left = state.left.saturating_sub(begun.elapsed());
        if state.bytes >= LEAST {
            (state.bytes, state.left) = (0, idle_timeout);
        }
        Ok(Some((bytes, state)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes of a body arrive, one at a time.
    async fn received(each: Duration, sizes: &[usize]) -> (usize, Option<String>) {
        let sizes = sizes.to_vec();
        let sent = stream::iter(sizes).then(move |size| async move {
            tokio::time::sleep(each).await;
            Ok(Bytes::from(vec![b' '; size]))
        });
        let mut watched = Box::pin(watch(Box::pin(sent), Duration::from_secs(10)));
        let mut count = 0;
        while let Some(bytes) = watched.next().await {
            match bytes {
                Ok(bytes) => count += bytes.len(),
                Err(error) => return (count, Some(error.to_string())),
            }
        }
        (count, None)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_is_given_up_and_a_slow_one_is_not() {
        let trickle = received(Duration::from_secs(4), &[1; 100]).await;
        assert_eq!(trickle, (2, Some("less than 1 KiB".to_owned())));
        let stalled = received(Duration::from_secs(11), &[LEAST]).await;
        assert_eq!(stalled, (0, Some("less than 1 KiB".to_owned())));
        let slow = received(Duration::from_secs(9), &[LEAST; 100]).await;
        assert_eq!(slow, (100 * LEAST, None));
    }
}
