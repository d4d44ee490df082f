//! Abandons a body that is larger than what may be held in memory at once.

use std::fmt;

use bytes::Bytes;
use futures::stream::{Stream, StreamExt};
use reqwest::{Body, Response};

use crate::body::split;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A body has more bytes than this. It would have as many again, so it is not requested again.
#[derive(Debug)]
pub(crate) struct TooLarge(usize);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} bytes", self.0)
    }
}

impl std::error::Error for TooLarge {}

/// Returns the response with a body that fails after this many bytes.
pub(crate) fn limited(response: Response, limit: usize) -> Response {
    let (head, sent) = split(response);
    let body = Body::wrap_stream(limit_stream(sent.bytes_stream(), limit));
    Response::from(http::Response::from_parts(head, body))
}

fn limit_stream(
    sent: impl Stream<Item = reqwest::Result<Bytes>> + Send + 'static,
    limit: usize,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
    let mut left = limit;
    sent.map(move |received| {
        let bytes = received?;
        left = left.checked_sub(bytes.len()).ok_or(TooLarge(limit))?;
        Ok(bytes)
    })
}
