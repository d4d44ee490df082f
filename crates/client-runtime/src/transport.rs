//! The one seam through which every request of a generated client goes.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use progenitor_client::OperationInfo;
use reqwest::{Request, Response};
use url::{Host, Url};

use crate::body::{self, Body};
use crate::provider_error::{ProviderError, printable};
use crate::rate_limiter::RateLimiter;
use crate::retry::{backoff, is_transient, retry_after};
use crate::traffic::{Clock, Traffic, WaitReason};
use crate::{CredentialHeaders, Error, ErrorKind, Options};

/// One account's way to its provider: the origin, the credentials, and how requests are sent, retried and paced.
///
/// Clones share the rate limiter and the counters; who shares the connections is said by [`Options::connections`].
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    base: Url,
    base_text: String,
    credentials: CredentialHeaders,
    http: reqwest::Client,
    options: Options,
    rate_limiter: RateLimiter,
    requests: AtomicU64,
    retries: AtomicU64,
    clock: Mutex<Option<Clock>>,
}

/// What the transport saw of an exchange and a response cannot carry itself; it rides in the response's extensions.
#[derive(Clone, Debug)]
struct Exchange {
    attempts: u32,
    not_json: Option<StatusCode>,
}

impl Transport {
    /// A transport to `base_url`, e.g. `https://api.vobiz.ai`, with an account's credentials.
    ///
    /// # Errors
    /// The address is no absolute `https` address (plain `http` only to loopback), carries a user name, a query or a
    /// fragment; or TLS could not be set up.
    pub fn new(
        base_url: &str,
        credentials: CredentialHeaders,
        options: &Options,
    ) -> Result<Self, Error> {
        let base = parse_base(base_url)?;
        let http = options.connections.client(&base, options)?;
        Ok(Self(Arc::new(Inner {
            base_text: base.as_str().trim_end_matches('/').to_owned(),
            base,
            credentials,
            http,
            options: options.clone(),
            rate_limiter: RateLimiter::new(options),
            requests: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            clock: Mutex::new(None),
        })))
    }

    /// The address that paths are appended to, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_text
    }

    /// The HTTP client underneath. It knows no credentials: those are put on by [`Transport::prepare`].
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// How many requests were sent so far, by all clones, and what the next one waits for.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.0.requests.load(Ordering::Relaxed),
            retries: self.0.retries.load(Ordering::Relaxed),
            waiting: self.0.rate_limiter.waiting(),
            clock: *self.clock(),
        }
    }

    fn clock(&self) -> MutexGuard<'_, Option<Clock>> {
        self.0
            .clock
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Puts the credentials on a request.
    ///
    /// # Errors
    /// The request goes to another origin than the configured one: the credentials are not for it.
    pub fn prepare(&self, request: &mut Request) -> Result<(), Error> {
        if request.url().origin() != self.0.base.origin() {
            return Err(Error::configuration(format!(
                "a request to {} was refused: the credentials are for {}",
                request.url().origin().ascii_serialization(),
                self.0.base.origin().ascii_serialization(),
            )));
        }
        request
            .headers_mut()
            .extend(self.0.credentials.headers().clone());
        Ok(())
    }

    /// Sends a request, waits and retries where that may help, and gives the last answer.
    ///
    /// # Errors
    /// No answer came, after all retries. A status that is no success is not an error here: the generated client makes
    /// it one, and [`Transport::explain`] reads it.
    pub async fn execute(
        &self,
        request: Request,
        operation: &OperationInfo,
        body: Body,
    ) -> reqwest::Result<Response> {
        let repeatable = request.method().is_idempotent();
        let mut attempt = 1;
        loop {
            // A request whose body is a stream cannot be cloned: it is sent once.
            let Some(copy) = request.try_clone().filter(|_| repeatable) else {
                return self
                    .attempt(request, operation, body, attempt)
                    .await
                    .into_result(attempt);
            };
            let outcome = self.attempt(copy, operation, body, attempt).await;
            let Some(wait) = self.wait_before_retry(&outcome, attempt) else {
                return outcome.into_result(attempt);
            };
            tracing::debug!(
                operation = operation.operation_id,
                attempt,
                ?wait,
                "retrying"
            );
            self.0.rate_limiter.wait(wait, WaitReason::Retry).await;
            attempt += 1;
        }
    }

    /// Sends a request once and reads of the answer what the decision about a retry needs.
    async fn attempt(
        &self,
        request: Request,
        operation: &OperationInfo,
        body: Body,
        attempt: u32,
    ) -> Outcome {
        self.0.rate_limiter.turn().await;
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        if attempt > 1 {
            self.0.retries.fetch_add(1, Ordering::Relaxed);
        }
        let method = request.method().clone();
        let wants_json = request
            .headers()
            .get(ACCEPT)
            .is_some_and(|accept| accept == "application/json");
        let started = tokio::time::Instant::now();
        let answer = self.0.http.execute(request).await;
        if let Ok(response) = &answer
            && let Some(clock) = Clock::read(response.headers(), SystemTime::now())
        {
            *self.clock() = Some(clock);
        }
        let outcome = match answer {
            Err(error) => Outcome::Failed(error),
            Ok(response) if !response.status().is_success() => {
                let (response, bytes) =
                    body::bounded(response, self.0.options.max_error_body).await;
                Outcome::Refused {
                    response,
                    code: ProviderError::read(&bytes).code,
                }
            }
            Ok(response) if body == Body::Streamed || !wants_json => Outcome::Answered(response),
            Ok(response) => match body::whole(response).await {
                Err(error) => Outcome::Failed(error),
                Ok((response, true)) => Outcome::Answered(response),
                Ok((response, false)) => Outcome::NotJson(response),
            },
        };
        tracing::debug!(
            operation = operation.operation_id,
            %method,
            attempt,
            outcome = %self.presentable(&outcome.to_string()),
            elapsed = ?started.elapsed(),
            "request"
        );
        outcome
    }

    /// How long to wait before the next attempt, or nothing where none would help.
    fn wait_before_retry(&self, outcome: &Outcome, attempt: u32) -> Option<Duration> {
        let options = &self.0.options;
        let asked = match outcome {
            Outcome::Answered(_) => return None,
            Outcome::Failed(error) if error.is_builder() || error.is_redirect() => return None,
            Outcome::Failed(_) | Outcome::NotJson(_) => None,
            Outcome::Refused { response, code } => {
                let is_final = code
                    .as_ref()
                    .is_some_and(|code| options.final_codes.contains(code));
                if is_final || !is_transient(response.status()) {
                    return None;
                }
                retry_after(response.headers(), SystemTime::now())
            }
        };
        if asked.is_some_and(|wait| wait > options.longest_wait) {
            return None;
        }
        if let Some(wait) = asked {
            self.0.rate_limiter.hold(wait);
        }
        (attempt <= options.max_retries).then(|| backoff(options, attempt - 1, asked))
    }

    /// A text from the provider as it may be shown: on one line, bounded, without the account's credentials.
    #[must_use]
    pub fn presentable(&self, text: &str) -> String {
        self.0.credentials.scrub(&printable(text))
    }

    /// Turns what a generated client's call failed with into an [`Error`] that can be shown: the provider's own code,
    /// message and request id are read, and no credential, body or query is in it.
    ///
    /// Show this, never progenitor's error itself: that one prints whole bodies, secrets of records included.
    pub async fn explain<E>(&self, operation: &str, error: progenitor_client::Error<E>) -> Error {
        use progenitor_client::Error as Call;
        let explained = match error {
            Call::CommunicationError(error)
            | Call::ResponseBodyError(error)
            | Call::InvalidUpgrade(error) => self.explain_connection(error),
            Call::UnexpectedResponse(response) => self.explain_response(response).await,
            Call::ErrorResponse(value) => refusal(value.status())
                .with_retry_after(retry_after(value.headers(), SystemTime::now())),
            Call::InvalidResponsePayload(body, error) => {
                let reason = printable(&record_stream::without_values(&error));
                return self.undeclared(operation, &reason, &body);
            }
            Call::InvalidRequest(message) | Call::Custom(message) => {
                Error::configuration(self.presentable(&message))
            }
        };
        explained.during(operation)
    }

    /// An answer that is a success and JSON, and not of the declared shape. The provider's own words are read from `body`, if
    /// it is short.
    #[must_use]
    pub fn undeclared(&self, operation: &str, reason: &str, body: &[u8]) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!("the answer does not have the declared shape: {reason}"),
        )
        .with_provider(self.words_of_refusal(body))
        .during(operation)
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Counts a request that is about to be sent, and repeats one whose body broke off.
    pub(crate) fn count_retry(&self) {
        self.0.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn explain_connection(&self, error: reqwest::Error) -> Error {
        let origin = self.0.base.origin().ascii_serialization();
        let idle = self.0.options.idle_timeout;
        let (kind, message) = if error.is_connect() {
            (
                ErrorKind::Connection,
                format!("no connection to {origin}: {}", root_cause(&error)),
            )
        } else if error.is_timeout() {
            (
                ErrorKind::Timeout,
                format!("{origin} sent nothing for {} s", idle.as_secs_f64()),
            )
        } else if error.is_body() || error.is_decode() {
            (
                ErrorKind::Interrupted,
                format!("the answer of {origin} broke off: {}", root_cause(&error)),
            )
        } else {
            (
                ErrorKind::Connection,
                format!("the connection to {origin} broke: {}", root_cause(&error)),
            )
        };
        // The address in reqwest's own message has the query in it.
        Error::new(kind, self.0.credentials.scrub(&message)).caused_by(error.without_url())
    }

    async fn explain_response(&self, response: Response) -> Error {
        let status = response.status();
        let headers = response.headers().clone();
        let exchange = response.extensions().get::<Exchange>().cloned();
        let attempts = exchange.as_ref().map_or(0, |exchange| exchange.attempts);
        if let Some(status) = exchange.and_then(|exchange| exchange.not_json) {
            return not_json(status, &headers).after_attempts(attempts);
        }
        if status.is_redirection() {
            return self
                .redirect_refused(status, &headers)
                .after_attempts(attempts);
        }
        let (_, bytes) = body::bounded(response, self.0.options.max_error_body).await;
        let said = self.scrubbed(ProviderError::read(&bytes));
        let wait = retry_after(&headers, SystemTime::now());
        let error = match wait.filter(|wait| *wait > self.0.options.longest_wait) {
            Some(wait) => Error::new(
                ErrorKind::Status,
                format!(
                    "{} and a request to wait {} s, longer than the {} s that are waited at most",
                    status_line(status),
                    wait.as_secs(),
                    self.0.options.longest_wait.as_secs()
                ),
            ),
            None => refusal(status),
        };
        error
            .with_status(status)
            .with_provider(said)
            .with_retry_after(wait)
            .after_attempts(attempts)
    }

    fn redirect_refused(&self, status: StatusCode, headers: &HeaderMap) -> Error {
        let target = headers
            .get(LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(|location| self.0.base.join(location).ok())
            .map_or_else(
                || "an unknown address".to_owned(),
                |url| url.origin().ascii_serialization(),
            );
        Error::new(
            ErrorKind::Redirect,
            format!(
                "{} to {target} was not followed: the credentials are for {} only",
                status_line(status),
                self.0.base.origin().ascii_serialization()
            ),
        )
        .with_status(status)
    }

    /// What the provider says in a success that is none: a short body with an `error` in it.
    fn words_of_refusal(&self, body: &[u8]) -> ProviderError {
        if body.len() > self.0.options.max_error_body {
            return ProviderError::default();
        }
        self.scrubbed(ProviderError::read_refusal(body))
    }

    fn scrubbed(&self, said: ProviderError) -> ProviderError {
        let scrub = |text: Option<String>| text.map(|text| self.0.credentials.scrub(&text));
        ProviderError {
            code: scrub(said.code),
            message: scrub(said.message),
            request_id: scrub(said.request_id),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.0.base_text)
            .field("credentials", &self.0.credentials)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}

/// What one attempt came to.
enum Outcome {
    /// A success.
    Answered(Response),
    /// A success by its status, whose body is no JSON: a proxy's page, or a body cut short that nothing else betrays.
    NotJson(Response),
    /// A status that is no success, and the provider's own code.
    Refused {
        response: Response,
        code: Option<String>,
    },
    /// No answer, or not all of it.
    Failed(reqwest::Error),
}

impl Outcome {
    fn into_result(self, attempts: u32) -> reqwest::Result<Response> {
        let (mut response, not_json) = match self {
            Self::Failed(error) => return Err(error),
            Self::Answered(response) | Self::Refused { response, .. } => (response, None),
            // The generated client would take a success by its status and lose status and headers when it fails to
            // decode. As a 502 it keeps them, and `explain` finds the true status in the exchange.
            Self::NotJson(response) => {
                let status = response.status();
                (with_status(response, StatusCode::BAD_GATEWAY), Some(status))
            }
        };
        response
            .extensions_mut()
            .insert(Exchange { attempts, not_json });
        Ok(response)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(response) => write!(f, "{}", response.status().as_u16()),
            Self::NotJson(response) => write!(f, "{} that is no JSON", response.status().as_u16()),
            Self::Refused { response, code } => {
                write!(f, "{}", response.status().as_u16())?;
                code.as_ref().map_or(Ok(()), |code| write!(f, " {code}"))
            }
            Self::Failed(error) => write!(f, "{}", root_cause(error)),
        }
    }
}

fn with_status(response: Response, status: StatusCode) -> Response {
    let (mut head, body) = http::Response::<reqwest::Body>::from(response).into_parts();
    head.status = status;
    Response::from(http::Response::from_parts(head, body))
}

fn refusal(status: StatusCode) -> Error {
    Error::new(ErrorKind::Status, status_line(status)).with_status(status)
}

fn status_line(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

pub(crate) fn not_json(status: StatusCode, headers: &HeaderMap) -> Error {
    let declared = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .map_or_else(|| "of no declared type".to_owned(), printable);
    // What calls itself JSON and is none was cut short; anything else is a page of somebody else's.
    let kind = if declared.contains("json") {
        ErrorKind::Interrupted
    } else {
        ErrorKind::Decode
    };
    Error::new(
        kind,
        format!(
            "{} with a body that is no whole JSON document ({declared})",
            status_line(status)
        ),
    )
    .with_status(status)
}

/// The innermost cause: "Connection refused" says more than "error sending request".
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    printable(&cause.to_string())
}

fn parse_base(base_url: &str) -> Result<Url, Error> {
    let refuse = |why: &str| {
        Err(Error::configuration(format!(
            "the base address {why}; it looks like https://api.example.com"
        )))
    };
    let Ok(url) = Url::parse(base_url) else {
        return refuse(&format!("`{}` cannot be read", printable(base_url)));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("has a user name or password in it");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment in it");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse(&format!(
            "`{}` is plain http, which would show the credentials to everybody on the way",
            url.origin().ascii_serialization()
        )),
        other => refuse(&format!("has the scheme `{other}`")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
