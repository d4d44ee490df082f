//! How an answer's body is read: whole and checked, bounded, or as it arrives.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::Response;
use serde::de::IgnoredAny;

use crate::json_tree::without_repeats;

/// How the body of a success is handed to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Read whole and checked before it is handed on, so that a body cut short is asked for again.
    Whole,
    /// Handed on as it arrives. What goes wrong in the middle of it is the reader's to see.
    Streamed,
}

/// Reads the body whole and puts it back, so that a body cut short shows here and not at the caller. Says whether it is
/// one JSON document.
pub(crate) async fn whole(response: Response) -> reqwest::Result<(Response, bool)> {
    let (head, response) = split(response);
    let sent = response.bytes().await?;
    let sent = match repair_utf8(&sent) {
        Cow::Borrowed(_) => sent,
        Cow::Owned(text) => text.into(),
    };
    // A member sent twice alike leaves no doubt about what is meant. One sent twice with different values does, and stays
    // for the reader to refuse.
    let (is_json, body) = match without_repeats(&sent) {
        Ok(Some(once)) => (true, once.into()),
        Ok(None) => (true, sent),
        Err(_) => (is_json(&sent), sent),
    };
    Ok((join(head, body), is_json))
}

/// JSON is UTF-8 (RFC 8259, 8.1). Every byte that is not becomes an escape that is JSON and no text, so that only what it
/// stands in cannot be read, not the whole body, and what differed still differs.
#[must_use]
pub fn repair_utf8(sent: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(sent) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(sent.len() + 64);
    for chunk in sent.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Half of a surrogate pair. The first of two may be taken in by what stands before it (a backslash, or the
            // other half); the second is alone.
            for _ in 0..2 {
                text.push_str(&format!("\\udc{byte:02x}"));
            }
        }
    }
    Cow::Owned(text)
}

/// Reads at most `limit` bytes of an error's body and puts them back. What could not be read is left out: the status
/// says more than the body does.
pub(crate) async fn bounded(response: Response, limit: usize) -> (Response, Bytes) {
    let (head, mut response) = split(response);
    let mut kept = BytesMut::new();
    while kept.len() < limit {
        let Ok(Some(chunk)) = response.chunk().await else {
            break;
        };
        kept.extend_from_slice(&chunk[..chunk.len().min(limit - kept.len())]);
    }
    let kept = kept.freeze();
    (join(head, kept.clone()), kept)
}

/// Whether the bytes are one JSON document.
fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

fn split(mut response: Response) -> (http::response::Parts, Response) {
    let mut head = http::Response::new(()).into_parts().0;
    head.status = response.status();
    head.version = response.version();
    head.headers = std::mem::take(response.headers_mut());
    head.extensions = std::mem::take(response.extensions_mut());
    (head, response)
}

/// The response with a body that is in memory: the headers that spoke of the transfer no longer hold.
fn join(mut head: http::response::Parts, body: Bytes) -> Response {
    for name in [CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING] {
        head.headers.remove(name);
    }
    Response::from(http::Response::from_parts(head, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_is_no_utf8_costs_the_text_it_stands_in() {
        let read = |sent: &'static [u8]| repair_utf8(sent).into_owned();
        assert_eq!(read("\"ü\"".as_bytes()), "\"ü\"");
        for sent in [&b"\"a\xff\""[..], b"\"a\\\xff\"", b"\"a\\ud83d\xff\""] {
            let text = read(sent);
            assert!(is_json(text.as_bytes()), "{text:?}");
            assert!(serde_json::from_str::<String>(&text).is_err(), "{text:?}");
        }
        assert_ne!(read(b"\"\xfe\""), read(b"\"\xff\""));
        assert!(!is_json(read(b"[1,\xff]").as_bytes()), "outside of a text");
    }
}
