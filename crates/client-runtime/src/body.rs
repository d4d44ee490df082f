//! Reads a response body: checked as a whole, bounded, or as it arrives.

use std::borrow::Cow;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Response, ResponseBuilderExt};
use serde::de::IgnoredAny;

use record_stream::{quote_non_finite, repair_utf8, without_repeats};

/// How the caller gets the body of a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Read whole and checked first, so that a body cut short is requested again.
    Whole,
    /// As it arrives. The reader must detect a body cut short.
    Streamed,
    /// As it arrives, also if it may be only a part of the body.
    Partial,
}

/// Reads the whole body and puts it back. Returns whether it is one JSON document.
pub(crate) async fn whole(response: Response) -> reqwest::Result<(Response, bool)> {
    let (head, response) = split(response);
    let sent = response.bytes().await?;
    let sent = match repair_utf8(&sent) {
        // Without the byte-order mark, if there was one.
        Cow::Borrowed(text) => sent.slice_ref(text.as_bytes()),
        Cow::Owned(text) => text.into(),
    };
    // A field sent twice with the same value is unambiguous. One with different values stays, for the reader to refuse.
    let (is_json, body) = match without_repeats(&sent) {
        Ok(Some(once)) => (true, once.into()),
        Ok(None) => (true, sent),
        Err(_) if is_json(&sent) => (true, sent),
        Err(_) => match quoted(&sent) {
            Some(quoted) => (true, quoted),
            None => (false, sent),
        },
    };
    Ok((join(head, body), is_json))
}

/// Reads at most `limit` bytes of an error's body, for at most `longest`, and puts them back. A read error is ignored: the
/// status matters more.
pub(crate) async fn bounded(
    response: Response,
    limit: usize,
    longest: Duration,
) -> (Response, Bytes) {
    let (head, mut response) = split(response);
    let mut kept = BytesMut::new();
    let reading = async {
        while kept.len() < limit
            && let Ok(Some(chunk)) = response.chunk().await
        {
            kept.extend_from_slice(&chunk[..chunk.len().min(limit - kept.len())]);
        }
    };
    // What arrived in time is enough.
    let _ = tokio::time::timeout(longest, reading).await;
    let kept = kept.freeze();
    (join(head, kept.clone()), kept)
}

/// Whether the bytes are one JSON document.
fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// The document with its `NaN`s in quotes, if that makes it JSON.
fn quoted(sent: &[u8]) -> Option<Bytes> {
    let quoted = quote_non_finite(std::str::from_utf8(sent).ok()?)?;
    is_json(quoted.as_bytes()).then(|| quoted.into())
}

pub(crate) fn split(mut response: Response) -> (http::response::Parts, Response) {
    // reqwest keeps the address in an extension, which only this builder can set.
    let head = http::Response::builder().url(response.url().clone());
    let mut head = head.body(()).unwrap_or_default().into_parts().0;
    head.status = response.status();
    head.version = response.version();
    head.headers = std::mem::take(response.headers_mut());
    head.extensions
        .extend(std::mem::take(response.extensions_mut()));
    (head, response)
}

/// The response with a body in memory, without the headers about its transfer.
fn join(mut head: http::response::Parts, body: Bytes) -> Response {
    for name in [CONTENT_LENGTH, TRANSFER_ENCODING] {
        head.headers.remove(name);
    }
    Response::from(http::Response::from_parts(head, body))
}
