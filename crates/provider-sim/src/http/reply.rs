//! Writes one answer to a stream, whole or broken as its fault asks.

use std::io::{self, Write as _};
use std::time::SystemTime;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::delivery::{Delivery, End, Framing, Place};
use crate::page::Page;

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) gzip: bool,
    pub(crate) framing: Framing,
    pub(crate) delivery: Delivery,
}

/// What an answer says.
pub(crate) enum Body {
    Bytes(Vec<u8>),
    Page(Page),
}

type Pieces = Box<dyn Iterator<Item = Vec<u8>> + Send>;

/// A page of more records than this is sent while it is generated.
const LONG: usize = 1000;

impl Body {
    fn is_long(&self) -> bool {
        matches!(self, Self::Page(page) if page.len() > LONG)
    }

    fn into_pieces(self) -> Pieces {
        match self {
            Self::Bytes(bytes) => Box::new(std::iter::once(bytes)),
            Self::Page(page) => Box::new(page.into_pieces()),
        }
    }
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: Body) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body,
            gzip: false,
            framing: Framing::Fitting,
            delivery: Delivery::default(),
        }
    }

    /// Writes the answer; true when the connection can serve the next request.
    pub(crate) async fn send(
        mut self,
        stream: &mut TcpStream,
        keep_alive: bool,
        knows_chunks: bool,
    ) -> io::Result<bool> {
        let stop = self.delivery.stop;
        if let Some((Place::Start, end)) = stop {
            return end.happen(stream).await;
        }
        let framing = self.framing(knows_chunks);
        let keep_alive = keep_alive && framing != Framing::UntilClose && stop.is_none();
        let mut head = self.head(framing, keep_alive);
        let slow = self.delivery.slow;
        let mut pieces = self.body.into_pieces();
        if self.gzip {
            pieces = Box::new(Gzip::new(pieces));
        }
        let mut limit = match stop {
            Some((Place::Byte(bytes), _)) => bytes,
            _ => u64::MAX,
        };
        if framing == Framing::Length || matches!(stop, Some((Place::Middle, _))) {
            let whole: Vec<u8> = pieces.flatten().collect();
            if framing == Framing::Length {
                head.push_str(&format!("Content-Length: {}\r\n", whole.len()));
            }
            if matches!(stop, Some((Place::Middle, _))) {
                limit = whole.len() as u64 / 2;
            }
            pieces = Box::new(std::iter::once(whole));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        write_body(stream, pieces, limit, framing, slow).await?;
        if let Some((_, end)) = stop {
            return end.happen(stream).await;
        }
        if framing == Framing::Chunked {
            stream.write_all(b"0\r\n\r\n").await?;
        }
        stream.flush().await?;
        Ok(keep_alive)
    }

    fn framing(&self, knows_chunks: bool) -> Framing {
        let framing = match self.framing {
            Framing::Fitting if self.body.is_long() => Framing::Chunked,
            Framing::Fitting => Framing::Length,
            asked => asked,
        };
        if framing == Framing::Chunked && !knows_chunks {
            Framing::UntilClose
        } else {
            framing
        }
    }

    /// The status line and headers but for the length and the empty line.
    fn head(&mut self, framing: Framing, keep_alive: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        self.headers.push((
            "Date".to_owned(),
            httpdate::fmt_http_date(SystemTime::now()),
        ));
        if self.gzip {
            self.headers
                .push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        }
        if framing == Framing::Chunked {
            self.headers
                .push(("Transfer-Encoding".to_owned(), "chunked".to_owned()));
        }
        if !keep_alive && self.delivery.stop.is_none() {
            self.headers
                .push(("Connection".to_owned(), "close".to_owned()));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head
    }
}

/// Writes at most `limit` bytes of the body, in small parts with pauses where the answer is a slow one.
async fn write_body(
    stream: &mut TcpStream,
    pieces: Pieces,
    limit: u64,
    framing: Framing,
    slow: Option<(usize, std::time::Duration)>,
) -> io::Result<()> {
    let mut left = limit;
    for piece in pieces {
        let allowed = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let piece = &piece[..allowed];
        left -= allowed as u64;
        let (part, pause) = slow.map_or((usize::MAX, None), |(part, pause)| (part, Some(pause)));
        for bytes in piece.chunks(part) {
            if let Some(pause) = pause {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = client_left(stream) => return Err(io::ErrorKind::ConnectionAborted.into()),
                }
            }
            if framing == Framing::Chunked {
                stream
                    .write_all(format!("{:x}\r\n", bytes.len()).as_bytes())
                    .await?;
                stream.write_all(bytes).await?;
                stream.write_all(b"\r\n").await?;
            } else {
                stream.write_all(bytes).await?;
            }
        }
        if left == 0 {
            break;
        }
    }
    Ok(())
}

impl End {
    /// Never leaves a connection that could be used again.
    async fn happen(self, stream: &mut TcpStream) -> io::Result<bool> {
        match self {
            Self::Close => stream.shutdown().await?,
            Self::Reset => stream.set_zero_linger()?,
            Self::Stall => client_left(stream).await,
        }
        Ok(false)
    }
}

/// Compresses piece by piece.
struct Gzip {
    pieces: Pieces,
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Gzip {
    fn new(pieces: Pieces) -> Self {
        Self {
            pieces,
            encoder: Some(GzEncoder::new(Vec::new(), Compression::fast())),
        }
    }
}

impl Iterator for Gzip {
    type Item = Vec<u8>;

    /// Writing to a `Vec` cannot fail, so an error here ends the body and nothing else.
    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let encoder = self.encoder.as_mut()?;
            match self.pieces.next() {
                Some(piece) => {
                    encoder.write_all(&piece).ok()?;
                    let compressed = std::mem::take(encoder.get_mut());
                    if !compressed.is_empty() {
                        return Some(compressed);
                    }
                }
                None => return self.encoder.take()?.finish().ok(),
            }
        }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Other",
    }
}

/// Ends when the client has closed its side; what it sends meanwhile stays in the socket.
pub(crate) async fn client_left(stream: &TcpStream) {
    if matches!(stream.peek(&mut [0]).await, Ok(1..)) {
        std::future::pending().await
    }
}
