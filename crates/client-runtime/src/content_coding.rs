//! Decodes gzip, the only content coding that is requested.

use std::fmt;
use std::io::{self, Write};
use std::mem;

use bytes::{Buf, Bytes};
use flate2::write::GzDecoder;
use futures::stream::{self, Stream, StreamExt};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use reqwest::{Body, Response};

use crate::body::split;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The most decoded bytes per compressed byte. Lists of records stay below 100.
const MAX_EXPANSION: u64 = 250;
/// The most zeros after a member.
const MAX_PADDING: usize = 1024 * 1024;
/// The number of decoded bytes from which the expansion is checked.
const CHECKED_FROM: u64 = 4 * 1024 * 1024;

/// A compressed body expands too far. It would expand too far again, so it is not requested again.
#[derive(Debug)]
pub(crate) struct Bomb;

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it expands to more than {MAX_EXPANSION} times its compressed size"
        )
    }
}

impl std::error::Error for Bomb {}

/// The content codings of a body, in lower case and without `identity`; empty if there are none.
pub(crate) fn codings(headers: &HeaderMap) -> String {
    let codings = headers.get_all(CONTENT_ENCODING).into_iter();
    let codings: Vec<_> = codings
        .flat_map(|value| value.to_str().unwrap_or("unreadable").split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !matches!(&coding[..], "" | "identity"))
        .collect();
    codings.join(", ")
}

/// Returns the response with its body decoded as it arrives, if the body is gzip. Any other coding is left as it is.
pub(crate) fn decoded(response: Response) -> Response {
    if !matches!(&codings(response.headers())[..], "gzip" | "x-gzip") {
        return response;
    }
    let (mut head, sent) = split(response);
    head.headers.remove(CONTENT_ENCODING);
    head.headers.remove(CONTENT_LENGTH);
    let body = Body::wrap_stream(gunzipped(sent.bytes_stream()));
    Response::from(http::Response::from_parts(head, body))
}

struct Gunzip<S> {
    sent: S,
    /// The bytes that have arrived and are not decoded yet.
    pending: Bytes,
    decoder: GzDecoder<Vec<u8>>,
    /// The number of zeros after a member that has ended; `None` within a member.
    padding: Option<usize>,
    bytes_in: u64,
    bytes_out: u64,
}

/// Decodes a body in pieces of about 32 KiB, however far a compressed byte expands.
fn gunzipped(
    sent: impl Stream<Item = reqwest::Result<Bytes>> + Send + Unpin + 'static,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
    let state = Gunzip {
        sent,
        pending: Bytes::new(),
        decoder: GzDecoder::new(Vec::new()),
        padding: None,
        bytes_in: 0,
        bytes_out: 0,
    };
    stream::try_unfold(state, async |mut state| {
        let piece = state.next().await?;
        Ok(piece.map(|piece| (piece, state)))
    })
}

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Gunzip<S> {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if self.pending.is_empty() {
                match self.sent.next().await {
                    Some(bytes) => self.pending = bytes?,
                    None => return self.end(),
                }
            }
            self.decode()?;
            if let Some(piece) = self.decoded()? {
                return Ok(Some(piece));
            }
        }
    }

    /// Decodes some of the pending bytes. A body may have several members, and zeros after the last one, which gzip ignores too.
    fn decode(&mut self) -> io::Result<()> {
        if let Some(padding) = &mut self.padding {
            let zeros = self.pending.iter().take_while(|byte| **byte == 0).count();
            self.pending.advance(zeros);
            *padding += zeros;
            if *padding > MAX_PADDING {
                return Err(io::Error::other(
                    "zeros without end follow the compressed body",
                ));
            }
            if self.pending.is_empty() {
                return Ok(());
            }
            self.padding = None;
        }
        let taken = self.decoder.write(&self.pending)?;
        self.pending.advance(taken);
        self.bytes_in += taken as u64;
        if taken == 0 && !self.pending.is_empty() {
            self.decoder.try_finish()?;
            let decoded = mem::take(self.decoder.get_mut());
            self.decoder = GzDecoder::new(decoded);
            self.padding = Some(0);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Option<Bytes>, Error> {
        // A response without a body may have the header too.
        let is_cut =
            self.bytes_in > 0 && self.padding.is_none() && self.decoder.try_finish().is_err();
        // What was decoded of a body that is cut short comes before the error.
        match self.decoded()? {
            None if is_cut => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            piece => Ok(piece),
        }
    }

    /// The decoded bytes, if there are any.
    fn decoded(&mut self) -> Result<Option<Bytes>, Error> {
        let piece = mem::take(self.decoder.get_mut());
        self.bytes_out += piece.len() as u64;
        if self.bytes_out > CHECKED_FROM && self.bytes_out / MAX_EXPANSION > self.bytes_in {
            return Err(Bomb.into());
        }
        Ok((!piece.is_empty()).then(|| piece.into()))
    }
}
