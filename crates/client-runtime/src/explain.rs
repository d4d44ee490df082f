//! Turns a failed exchange into an [`Error`] that can be shown.

use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use record_stream::repair_utf8;
use reqwest::Response;

use crate::body;
use crate::connections::{MAX_HEADERS, MAX_REDIRECTS};
use crate::content_coding::codings;
use crate::not_json::{content_type, partial, status_line};
use crate::outcome::{cause, root_cause};
use crate::provider_error::ProviderError;
use crate::retry::{is_rate_limit, is_transient, retry_after};
use crate::size_limit::TooLarge;
use crate::transport::{Transport, is_part};
use crate::trickle::Trickle;
use crate::{Error, ErrorKind};

impl Transport {
    /// The error for a successful response whose JSON does not have the declared shape. Quotes the provider's own message from
    /// `body`, if that is short.
    #[must_use]
    pub fn undeclared(&self, operation: &str, reason: &str, body: &[u8]) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!("the response does not have the declared shape: {reason}"),
        )
        .with_provider(self.words_of_refusal(body))
        .with_body(self.kept(body))
        .during(operation)
    }

    pub(crate) fn explain_connection(&self, error: reqwest::Error) -> Error {
        let origin = self.origin();
        let idle = self.options().idle_timeout;
        let (kind, message) = if error.is_builder() {
            let length = error.url().map_or(0, |url| url.as_str().len());
            (
                ErrorKind::Configuration,
                format!(
                    "no request was sent: its address of {length} bytes, with the cursor and the filters, is too long or not valid"
                ),
            )
        } else if error.is_redirect() {
            let target = error
                .url()
                .map_or_else(|| "an unknown address".to_owned(), |url| self.address(url));
            (
                ErrorKind::Redirect,
                format!(
                    "{origin} redirects without end: {MAX_REDIRECTS} redirects were followed, the next one leads to {}",
                    self.presentable(&target)
                ),
            )
        } else if error.is_connect() {
            (
                ErrorKind::Connection,
                match self.proxy() {
                    Some(proxy) => format!(
                        "no connection to {origin} through the proxy {proxy}: {}",
                        root_cause(&error)
                    ),
                    None => format!("no connection to {origin}: {}", root_cause(&error)),
                },
            )
        } else if let Some(size) = cause::<TooLarge>(&error) {
            (
                ErrorKind::Decode,
                format!(
                    "the response from {origin} has {size}: raise `Options::max_body`, or read it as it arrives with `download`"
                ),
            )
        } else if let Some(trickle) = cause::<Trickle>(&error) {
            (
                ErrorKind::Timeout,
                format!("{origin} sent {trickle} for {} s", idle.as_secs_f64()),
            )
        } else if error.is_timeout() {
            (
                ErrorKind::Timeout,
                format!("{origin} sent nothing for {} s", idle.as_secs_f64()),
            )
        } else if error.is_body() || error.is_decode() {
            (
                ErrorKind::Interrupted,
                format!(
                    "the response from {origin} broke off: {}",
                    root_cause(&error)
                ),
            )
        } else {
            let cause = match root_cause(&error) {
                // hyper's words for both.
                cause if cause == "message head is too large" => format!(
                    "the response has more than {MAX_HEADERS} header lines, or headers of more than 400 KB"
                ),
                cause => cause,
            };
            (
                ErrorKind::Connection,
                format!("the connection to {origin} broke: {cause}"),
            )
        };
        // reqwest's own message has the address with its query.
        Error::new(kind, self.scrub(&message)).caused_by(error.without_url())
    }

    pub(crate) async fn explain_response(&self, response: Response) -> Error {
        let status = response.status();
        let headers = response.headers().clone();
        if status.is_redirection() && headers.contains_key(LOCATION) {
            return self.redirect_refused(status, &headers);
        }
        let address = self.address(response.url());
        let (limit, longest) = (self.options().max_error_body, self.options().idle_timeout);
        let (_, bytes) = body::bounded(response, limit, longest).await;
        let said = self.presented(ProviderError::read(&bytes));
        let limited = is_rate_limit(&headers, &said);
        let foreign = is_foreign(&headers, &bytes);
        let wait = retry_after(&headers, SystemTime::now());
        let error = match wait.filter(|wait| *wait > self.options().longest_wait) {
            Some(wait) => Error::new(
                ErrorKind::Status,
                format!(
                    "{}: it asks to wait {}, more than the limit of {} s",
                    status_line(status),
                    match wait {
                        Duration::MAX => "for ever".to_owned(),
                        wait => format!("{} s", wait.as_secs()),
                    },
                    self.options().longest_wait.as_secs()
                ),
            ),
            None if matches!(status.as_u16(), 404 | 405 | 410) => Error::new(
                ErrorKind::Status,
                format!("{} at {}", status_line(status), self.presentable(&address)),
            ),
            None if status == StatusCode::ACCEPTED => Error::new(
                ErrorKind::Status,
                format!("{}: the response is not ready yet", status_line(status)),
            ),
            None if is_part(status) => Error::new(ErrorKind::Status, partial(status)),
            None if foreign => Error::new(
                ErrorKind::Status,
                format!(
                    "{}, with a body that is not JSON ({})",
                    status_line(status),
                    self.presentable(&content_type(&headers))
                ),
            ),
            None => refusal(status),
        };
        error
            .foreign(foreign)
            .with_body(self.kept(&bytes))
            .with_status(status)
            .with_provider(said)
            .with_retry_after(wait)
            .transient(is_transient(status, wait, limited))
    }

    fn redirect_refused(&self, status: StatusCode, headers: &HeaderMap) -> Error {
        let target = headers
            .get(LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(|location| self.base().join(location).ok())
            .map_or_else(
                || "an unknown address".to_owned(),
                |url| url.origin().ascii_serialization(),
            );
        let target = self.presentable(&target);
        Error::new(
            ErrorKind::Redirect,
            format!(
                "{} to {target} was not followed: the credentials are for {} only",
                status_line(status),
                self.origin()
            ),
        )
        .with_status(status)
    }

    /// The provider's message in a body that came with a success status.
    pub(crate) fn words_of_refusal(&self, body: &[u8]) -> ProviderError {
        if body.len() > self.options().max_error_body {
            return ProviderError::default();
        }
        self.presented(ProviderError::read(body))
    }

    /// The text of a body that an error keeps: no more than the limit, and without the account's credentials.
    fn kept(&self, body: &[u8]) -> String {
        match body.len() > self.options().max_error_body {
            true => String::new(),
            false => self.scrub(&repair_utf8(body)),
        }
    }

    fn presented(&self, said: ProviderError) -> ProviderError {
        let present = |text: Option<String>| text.map(|text| self.presentable(&text));
        ProviderError {
            code: present(said.code),
            message: present(said.message),
            request_id: present(said.request_id),
            status: said.status,
        }
    }
}

fn refusal(status: StatusCode) -> Error {
    Error::new(ErrorKind::Status, status_line(status)).with_status(status)
}

/// Whether an error's body is not JSON. It may be cut off, so only its first byte counts. If it is compressed in a way that was not
/// requested, only its type is known.
fn is_foreign(headers: &HeaderMap, body: &[u8]) -> bool {
    if !codings(headers).is_empty() {
        return headers.contains_key(CONTENT_TYPE) && !content_type(headers).contains("json");
    }
    let body = repair_utf8(body);
    let first = body.trim_start().bytes().next();
    first.is_some_and(|byte| !matches!(byte, b'{' | b'[' | b'"' | b'n'))
}
