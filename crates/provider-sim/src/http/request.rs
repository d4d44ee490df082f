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

const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 1024 * 1024;
const MAX_HEADERS: usize = 100;

/// Reads the next request; `None` when the client has closed between two of them. `buffer` keeps what was read beyond it.
pub(crate) async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Head>> {
    let (head, length, body) = loop {
        if let Some(parsed) = parse(buffer)? {
            break parsed;
        }
        if buffer.len() > MAX_HEAD {
            return Err(invalid("the head is too long"));
        }
        if stream.read_buf(buffer).await? == 0 {
            return if buffer.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
    };
    if body > MAX_BODY {
        return Err(invalid("the body is too long"));
    }
    while buffer.len() < length + body {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    buffer.drain(..length + body);
    Ok(Some(head))
}

/// The head, its length and the length of its body, once it is there whole.
fn parse(buffer: &[u8]) -> io::Result<Option<(Head, usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = request
        .parse(buffer)
        .map_err(|error| invalid(&error.to_string()))?
    else {
        return Ok(None);
    };
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|header| {
            (
                header.name.to_owned(),
                String::from_utf8_lossy(header.value).into_owned(),
            )
        })
        .collect();
    let value = |name: &str| {
        headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    };
    if value("transfer-encoding").is_some() {
        return Err(invalid("chunked requests are not served"));
    }
    let body = match value("content-length") {
        Some(text) => text
            .parse()
            .map_err(|_| invalid("Content-Length is no number"))?,
        None => 0,
    };
    let http_1_1 = request.version == Some(1);
    let keep_alive = match value("connection") {
        Some(word) if word.eq_ignore_ascii_case("close") => false,
        Some(word) if word.eq_ignore_ascii_case("keep-alive") => true,
        _ => http_1_1,
    };
    let head = Head {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        keep_alive,
        knows_chunks: http_1_1,
        headers,
    };
    Ok(Some((head, length, body)))
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
