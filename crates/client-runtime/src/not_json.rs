//! The error for a success whose body is not JSON.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use crate::content_coding::codings;
use crate::transport::{Transport, is_part};
use crate::{Error, ErrorKind};

impl Transport {
    /// The error for a success whose body is not JSON.
    pub(crate) fn not_json(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        is_empty: bool,
    ) -> Error {
        if is_empty {
            let message = format!("{}, but the body is empty", status_line(status));
            let error = Error::new(ErrorKind::Interrupted, message).with_status(status);
            return error.empty();
        }
        if is_part(status) {
            return Error::new(ErrorKind::Status, partial(status)).with_status(status);
        }
        let codings = self.presentable(&codings(headers));
        if !codings.is_empty() {
            return Error::new(
            ErrorKind::Decode,
            format!(
                "{}, but the body is compressed as `{codings}`: only gzip was requested, and can be read",
                status_line(status)
            ),
        )
        .with_status(status);
        }
        let declared = self.presentable(&content_type(headers));
        if let Some(charset) = foreign_charset(&declared) {
            let message = format!(
                "{}, but the body is text in `{charset}`: only UTF-8 can be read",
                status_line(status)
            );
            return Error::new(ErrorKind::Decode, message).with_status(status);
        }
        // Declared as JSON, it was cut short, perhaps by its length; otherwise it is a proxy's page.
        let (kind, length) = match (declared.contains("json"), headers.get(CONTENT_LENGTH)) {
            (true, Some(length)) => (
                ErrorKind::Interrupted,
                format!("; Content-Length {}", length.to_str().unwrap_or_default()),
            ),
            (true, None) => (ErrorKind::Interrupted, String::new()),
            (false, _) => (ErrorKind::Decode, String::new()),
        };
        Error::new(
            kind,
            format!(
                "{}, but the body is not a complete JSON document ({declared}{length})",
                status_line(status)
            ),
        )
        .with_status(status)
    }
}

/// Describes a success that may be only a part of what was asked for.
pub(crate) fn partial(status: StatusCode) -> String {
    let status_line = status_line(status);
    match status {
        StatusCode::PARTIAL_CONTENT => {
            format!("{status_line}: only a part of the response was sent")
        }
        _ => format!("{status_line}: a proxy may have changed the response"),
    }
}

/// The charset of a content type, if it is one whose JSON cannot be read as UTF-8.
fn foreign_charset(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let (_, charset) = lower.split_once("charset=")?;
    let charset = charset.split(';').next().unwrap_or_default();
    let charset = charset.trim().trim_matches('"');
    let is_wide = ["utf-16", "utf-32", "ucs-"]
        .iter()
        .any(|wide| charset.starts_with(wide));
    is_wide.then(|| charset.to_owned())
}

pub(crate) fn status_line(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

pub(crate) fn content_type(headers: &HeaderMap) -> String {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .map_or_else(|| "without a content type".to_owned(), str::to_owned)
}
