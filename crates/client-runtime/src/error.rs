//! The error type of generated clients.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde::de::DeserializeOwned;

use crate::Secret;
use crate::provider_error::ProviderError;

type Cause = Box<dyn StdError + Send + Sync + 'static>;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is wrong: a base address, a credential, TLS. No request was sent.
    ///
    /// *Troubleshooting:* the message names the setting; correct it.
    Configuration,
    /// Connecting to the provider failed, or the connection broke before a response.
    ///
    /// *Troubleshooting:* check the base address, name resolution, the proxy and the firewall.
    Connection,
    /// No byte arrived for [`Options::idle_timeout`](crate::Options::idle_timeout).
    ///
    /// *Troubleshooting:* the provider is slow or stalled. Try again later, or raise the time-out.
    Timeout,
    /// The response body ended too early.
    ///
    /// *Troubleshooting:* the connection was cut. Try again; if it persists, a proxy may limit the size of bodies.
    Interrupted,
    /// The provider responded with an error status.
    ///
    /// *Troubleshooting:* the message quotes the provider; give the request id to its support.
    Status,
    /// The response is a redirect to another origin. It is never followed, because the credentials would go with it.
    ///
    /// *Troubleshooting:* the base address is out of date, or a proxy intercepts the traffic.
    Redirect,
    /// The response was a success, but its body is not what the provider's document declares.
    ///
    /// *Troubleshooting:* a page that is not JSON comes from a proxy or a wrong base address; otherwise the provider's
    /// API has changed, and its client must be regenerated.
    Decode,
    /// The caller's own [`Middleware`](crate::Middleware) failed.
    ///
    /// *Troubleshooting:* the error's source is the middleware's own error.
    Middleware,
}

/// A failed call: the operation, what happened, and the provider's own message.
///
/// The message never holds a credential, a body or an address with its query. The cause stays reachable through
/// [`source`](StdError::source).
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    kind: ErrorKind,
    message: String,
    operation: Option<String>,
    status: Option<StatusCode>,
    provider: ProviderError,
    retry_after: Option<Duration>,
    attempts: u32,
    foreign: bool,
    transient: bool,
    empty: bool,
    /// The response's body, without the account's credentials.
    body: Option<Secret>,
    cause: Option<Cause>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            operation: None,
            status: None,
            provider: ProviderError::default(),
            retry_after: None,
            attempts: 0,
            foreign: false,
            transient: false,
            empty: false,
            body: None,
            cause: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    pub(crate) fn during(mut self, operation: &str) -> Self {
        self.0.operation = Some(operation.to_owned());
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_provider(mut self, provider: ProviderError) -> Self {
        self.0.provider = provider;
        self
    }

    /// Marks the error as not the provider's, if it is not.
    pub(crate) fn foreign(mut self, foreign: bool) -> Self {
        self.0.foreign = foreign;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Marks the status as one after which the same call may succeed.
    pub(crate) fn transient(mut self, transient: bool) -> Self {
        self.0.transient = transient;
        self
    }

    /// Marks the response as a success without a body.
    pub(crate) fn empty(mut self) -> Self {
        self.0.empty = true;
        self
    }

    /// Keeps the response's body, which may hold secrets.
    pub(crate) fn with_body(mut self, body: String) -> Self {
        self.0.body = Some(body.into());
        self
    }

    pub(crate) fn after_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation of the provider's document that failed, e.g. `listAccounts`.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The status of the response, if there was one. Of a refusal in a response with a success status, it is the one that the
    /// refusal states or amounts to.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The provider's own error code, e.g. `FORBIDDEN_SCOPE`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.provider.code.as_deref()
    }

    /// The provider's own message, on one line and bounded.
    #[must_use]
    pub fn provider_message(&self) -> Option<&str> {
        self.0.provider.message.as_deref()
    }

    /// The id under which the provider's support finds the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.provider.request_id.as_deref()
    }

    /// What the response's body says, as one of the types that the document declares for errors. `None` if there is no such
    /// body, or if it has another shape or more than [`Options::max_error_body`](crate::Options::max_error_body) bytes.
    ///
    /// The account's credentials in it are redacted. No `Display` or `Debug` of the error shows it.
    ///
    /// ```
    /// # fn explain(error: client_runtime::Error) {
    /// #[derive(serde::Deserialize)]
    /// struct Problem {
    ///     title: String,
    /// }
    /// if let Some(problem) = error.body::<Problem>() {
    ///     println!("{}", problem.title);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn body<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.0.body.as_ref()?.expose()).ok()
    }

    /// How long the provider asked to wait before the next attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many requests were sent for this call.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The credentials are not accepted (401).
    ///
    /// *Troubleshooting:* the key is wrong, expired or revoked, or belongs to another environment than the base address.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.0.status == Some(StatusCode::UNAUTHORIZED)
    }

    /// The credentials are accepted, but lack a permission (a 403 of the provider's that does not ask to wait).
    ///
    /// *Troubleshooting:* the key needs another scope, or the account another role.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.0.status == Some(StatusCode::FORBIDDEN) && !self.is_transient() && !self.0.foreign
    }

    /// The body of the error is not JSON: a firewall or a proxy responded, not the provider.
    ///
    /// *Troubleshooting:* check the base address, and whether this network may reach the provider.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.0.foreign
    }

    /// The provider still limits the rate of requests (429, or a 403 that asks to wait) after all retries.
    ///
    /// *Troubleshooting:* lower `requests_per_minute`, or run when fewer jobs share the key.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        match self.0.status {
            Some(StatusCode::FORBIDDEN) => self.is_transient(),
            status => status == Some(StatusCode::TOO_MANY_REQUESTS),
        }
    }

    /// The response was a success without a body, such as 204.
    ///
    /// *Troubleshooting:* some servers respond so beyond the last page of a list; otherwise try again.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.empty
    }

    /// The same call may succeed later.
    ///
    /// *Troubleshooting:* try again; see the provider's status page.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::Interrupted => true,
            ErrorKind::Status => self.0.transient,
            _ => false,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)?;
        match (&self.0.provider.code, &self.0.provider.message) {
            (Some(code), Some(message)) => write!(f, ": {code}: {message}")?,
            (Some(text), None) | (None, Some(text)) => write!(f, ": {text}")?,
            (None, None) => {}
        }
        if let Some(id) = &self.0.provider.request_id {
            write!(f, " (request id {id})")?;
        }
        if self.0.attempts > 1 {
            write!(f, " (after {} attempts)", self.0.attempts)?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}
