//! Writes one answer to a stream, whole or broken off by its fault.

use std::io::{self, Write as _};
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::delivery::{Delivery, End, Framing, Place};

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delivery: Delivery,
}

/// A body longer than this is sent in pieces of this size.
const PIECE: usize = 64 * 1024;

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.into(),
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
        let Delivery {
            gzip,
            framing,
            stop,
            slow,
        } = self.delivery;
        if let Some((Place::Start, end)) = stop {
            return end.happen(stream).await;
        }
        if gzip {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&self.body)?;
            self.body = encoder.finish()?;
            self.headers
                .push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        }
        let is_long = self.body.len() > 4 * PIECE;
        let framing = match framing.unwrap_or(if is_long {
            Framing::Chunked
        } else {
            Framing::Length
        }) {
            Framing::Chunked if !knows_chunks => Framing::UntilClose,
            framing => framing,
        };
        let keep_alive = keep_alive && framing != Framing::UntilClose && stop.is_none();
        stream
            .write_all(self.head(framing, keep_alive).as_bytes())
            .await?;
        let whole = self.body.len();
        let sent = match stop {
            Some((Place::Middle, _)) => whole / 2,
            Some((Place::Byte(bytes), _)) => whole.min(bytes.try_into().unwrap_or(whole)),
            _ => whole,
        };
        write_body(stream, &self.body[..sent], framing, slow).await?;
        if let Some((_, end)) = stop {
            return end.happen(stream).await;
        }
        if framing == Framing::Chunked {
            stream.write_all(b"0\r\n\r\n").await?;
        }
        stream.flush().await?;
        Ok(keep_alive)
    }

    /// The status line and the headers.
    fn head(&mut self, framing: Framing, keep_alive: bool) -> String {
        let mut add = |name: &str, value: String| self.headers.push((name.to_owned(), value));
        add("Date", httpdate::fmt_http_date(SystemTime::now()));
        match framing {
            Framing::Length => add("Content-Length", self.body.len().to_string()),
            Framing::Chunked => add("Transfer-Encoding", "chunked".to_owned()),
            Framing::UntilClose => {}
        }
        if !keep_alive && self.delivery.stop.is_none() {
            add("Connection", "close".to_owned());
        }
        let status = StatusCode::from_u16(self.status).ok();
        let reason = status.and_then(|status| status.canonical_reason());
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason.unwrap_or("Other"));
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head + "\r\n"
    }
}

/// Writes a body in pieces, with pauses where the answer is a slow one.
async fn write_body(
    stream: &mut TcpStream,
    body: &[u8],
    framing: Framing,
    slow: Option<(usize, Duration)>,
) -> io::Result<()> {
    let (size, pause) = slow.unwrap_or((PIECE, Duration::ZERO));
    for piece in body.chunks(size) {
        if pause > Duration::ZERO {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = client_left(stream) => return Err(io::ErrorKind::ConnectionAborted.into()),
            }
        }
        if framing == Framing::Chunked {
            let length = format!("{:x}\r\n", piece.len());
            let chunk = [length.as_bytes(), piece, b"\r\n"].concat();
            stream.write_all(&chunk).await?;
        } else {
            stream.write_all(piece).await?;
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

/// Returns when the client has closed its side; what it sends meanwhile stays in the socket.
pub(crate) async fn client_left(stream: &TcpStream) {
    if matches!(stream.peek(&mut [0]).await, Ok(1..)) {
        std::future::pending().await
    }
}
