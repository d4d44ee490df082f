//! Reads one request from a stream.

use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// A request's head, its body read and dropped.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) keep_alive: bool,
    /// HTTP/1.0 knows no chunks.
    pub(crate) knows_chunks: bool,
}

const MAX_HEADERS: usize = 100;

/// Reads the next request; `None` when the client has closed between two of them. `buffer` keeps what was read beyond it.
pub(crate) async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Head>> {
    loop {
        if let Some((head, length)) = parse(buffer)?
            && length <= buffer.len()
        {
            buffer.drain(..length);
            return Ok(Some(head));
        }
        if stream.read_buf(buffer).await? == 0 {
            return match buffer.is_empty() {
                true => Ok(None),
                false => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
    }
}

/// The head, and the length of the request, once the head is there whole.
fn parse(buffer: &[u8]) -> io::Result<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let parsed = request
        .parse(buffer)
        .map_err(|error| invalid(&error.to_string()))?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = request.headers.iter();
    let headers: Vec<_> = headers
        .map(|header| (header.name.to_owned(), text(header.value)))
        .collect();
    let value = |name: &str| {
        let found = headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_ascii_lowercase())
    };
    let body = value("content-length").unwrap_or_else(|| "0".to_owned());
    let body: usize = body
        .parse()
        .map_err(|_| invalid("Content-Length is no number"))?;
    let http_1_1 = request.version == Some(1);
    let head = Head {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        keep_alive: match value("connection").as_deref() {
            Some("close") => false,
            Some("keep-alive") => true,
            _ => http_1_1,
        },
        knows_chunks: http_1_1,
        headers,
    };
    Ok(Some((head, length.saturating_add(body))))
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
