//! Sends every request of a generated client.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{Method, StatusCode};
use reqwest::{Request, Response};
use tracing::field::Empty;
use tracing::{Instrument, Span};
use url::Url;

use crate::base_url::parse_base;
use crate::body::{self, Body};
use crate::connections::{self, ClientKind};
use crate::content_coding::decoded;
use crate::middleware::Failure;
use crate::outcome::Outcome;
use crate::provider_error::ProviderError;
use crate::proxy;
use crate::rate_limiter::RateLimiter;
use crate::retry;
use crate::size_limit::limited;
use crate::text::printable;
use crate::traffic::{Clock, Traffic, WaitReason};
use crate::trickle::watched;
use crate::{Credentials, Error, ErrorKind, Options};

/// An account's access to its provider: the origin, the credentials, retries and the rate limit.
///
/// Clones share the rate limit and the counters. [`Options::connections`] decides who shares connections.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    base: Url,
    base_text: String,
    credentials: Credentials,
    proxy: Option<String>,
    http: reqwest::Client,
    options: Options,
    rate_limiter: RateLimiter,
    traffic: Mutex<Traffic>,
}

impl Transport {
    /// Creates a transport to `base_url`, for example `https://api.example.com`, with an account's credentials.
    ///
    /// # Errors
    /// - The address is not an absolute `https` address (plain `http` is allowed to loopback only), or has a user name, a query or
    ///   a fragment.
    /// - A credential is empty or cannot be sent.
    /// - The environment's proxy is malformed.
    /// - TLS could not be set up.
    pub fn new(base_url: &str, credentials: Credentials, options: &Options) -> Result<Self, Error> {
        credentials.check()?;
        let base = parse_base(base_url)?;
        let encrypted = base.scheme() == "https";
        let proxy = match encrypted {
            true => proxy::of(base.as_str(), |name| std::env::var(name).ok())?,
            false => None,
        };
        let http = options.connections.client(ClientKind {
            encrypted,
            idle_timeout: options.idle_timeout,
            user_agent: options.user_agent.clone(),
        })?;
        Ok(Self(Arc::new(Inner {
            base_text: base.as_str().trim_end_matches('/').to_owned(),
            base,
            credentials,
            proxy,
            http,
            options: options.clone(),
            rate_limiter: RateLimiter::new(options),
            traffic: Mutex::default(),
        })))
    }

    /// The address that paths are appended to, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_text
    }

    /// The number of requests that all clones have sent, and what the next request waits for.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic {
            waiting: self.0.rate_limiter.waiting(),
            ..*self.counters()
        }
    }

    fn counters(&self) -> MutexGuard<'_, Traffic> {
        let counters = self.0.traffic.lock();
        counters.unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the credentials to a request.
    ///
    /// # Errors
    /// The request goes to another origin than the configured one.
    pub(crate) fn prepare(&self, request: &mut Request) -> Result<(), Error> {
        if request.url().origin() != self.0.base.origin() {
            return Err(Error::configuration(format!(
                "a request to {} was refused: the credentials are for {}",
                request.url().origin().ascii_serialization(),
                self.origin(),
            )));
        }
        self.0.credentials.apply(request);
        Ok(())
    }

    /// Sends a request, retries it if that may help, and returns a success.
    ///
    /// # Errors
    /// The last attempt had no response, an error status, or a complete body that is not JSON although JSON is required.
    pub(crate) async fn execute(
        &self,
        request: Request,
        operation: &str,
        max_retries: u32,
        body: Body,
    ) -> Result<Response, Error> {
        let span = tracing::debug_span!(
            "request",
            operation,
            method = %request.method(),
            url = self.presentable(&self.loggable(request.url())),
            attempts = Empty,
            status = Empty,
        );
        let attempts = self.attempts(request, max_retries, body);
        attempts.instrument(span).await
    }

    async fn attempts(
        &self,
        request: Request,
        max_retries: u32,
        body: Body,
    ) -> Result<Response, Error> {
        let repeatable = request.method().is_idempotent();
        let mut attempt = 1;
        loop {
            // A streamed body cannot be cloned: it is sent once.
            let Some(copy) = request.try_clone().filter(|_| repeatable) else {
                let outcome = self.attempt(request, body, attempt).await;
                return self.conclude(outcome, attempt).await;
            };
            let outcome = self.attempt(copy, body, attempt).await;
            let decision = retry::decide(&outcome, attempt, max_retries, &self.0.options);
            if let Some(asked) = decision.hold {
                self.hold(asked);
            }
            let Some(wait) = decision.retry_after else {
                return self.conclude(outcome, attempt).await;
            };
            tracing::debug!(attempt, ?wait, "retrying");
            self.0.rate_limiter.wait(wait, WaitReason::Retry).await;
            attempt += 1;
        }
    }

    /// Sends a request once, and reads as much of the response as the decision to retry needs.
    async fn attempt(&self, request: Request, body: Body, attempt: u32) -> Outcome {
        self.0.rate_limiter.turn().await;
        self.counters().requests += 1;
        if attempt > 1 {
            self.count_retry();
        }
        let method = request.method().clone();
        let started = tokio::time::Instant::now();
        let (answer, redirects) = {
            let middleware = self.0.options.middleware.as_ref();
            connections::execute(&self.0.http, middleware, request).await
        };
        self.counters().requests += redirects;
        if let Ok(response) = &answer
            && let Some(clock) = Clock::read(response.headers(), SystemTime::now())
        {
            self.counters().clock = Some(clock);
        }
        let outcome = match answer {
            Err(Failure::Http(error)) => Outcome::Failed(error),
            Err(Failure::Middleware(error)) => Outcome::Stopped(error),
            Ok(response) => self.read(method, decoded(response), body).await,
        };
        tracing::debug!(
            attempt,
            outcome = %self.presentable(&outcome.to_string()),
            elapsed = ?started.elapsed(),
            "attempt"
        );
        outcome
    }

    /// Reads the body of an error, or of a success that must be JSON.
    async fn read(&self, method: Method, response: Response, body: Body) -> Outcome {
        let status = response.status();
        let is_accepted_part = body == Body::Partial && is_part(status);
        if !is_answer(&method, status) && !is_accepted_part {
            let options = &self.0.options;
            let (limit, longest) = (options.max_error_body, options.idle_timeout);
            let (response, bytes) = body::bounded(response, limit, longest).await;
            let said = ProviderError::read(&bytes);
            return Outcome::Refused { response, said };
        }
        let response = watched(response, self.0.options.idle_timeout);
        if body != Body::Whole || status == StatusCode::NO_CONTENT {
            return Outcome::Answered(response);
        }
        match body::whole(limited(response, self.0.options.max_body)).await {
            Err(error) => Outcome::Failed(error),
            Ok((response, true)) => Outcome::Answered(response),
            Ok((response, false)) => Outcome::NotJson(response),
        }
    }

    async fn conclude(&self, outcome: Outcome, attempts: u32) -> Result<Response, Error> {
        let span = Span::current();
        span.record("attempts", attempts);
        if let Outcome::Answered(response)
        | Outcome::NotJson(response)
        | Outcome::Refused { response, .. } = &outcome
        {
            span.record("status", response.status().as_u16());
        }
        let error = match outcome {
            Outcome::Answered(response) => return Ok(response),
            Outcome::NotJson(response) => {
                let is_empty = response.content_length() == Some(0);
                self.not_json(response.status(), response.headers(), is_empty)
            }
            Outcome::Refused { response, .. } => self.explain_response(response).await,
            Outcome::Failed(error) => self.explain_connection(error),
            Outcome::Stopped(error) => {
                let message = self.presentable(&format!("the middleware failed: {error}"));
                Error::new(ErrorKind::Middleware, message).caused_by(error)
            }
        };
        Err(error.after_attempts(attempts))
    }

    /// Makes a text from the provider safe to show: one line, bounded, without the account's credentials.
    #[must_use]
    pub fn presentable(&self, text: &str) -> String {
        // Before it is cut off: half a credential would not be found.
        printable(&self.scrub(text))
    }

    /// Removes the account's credentials from a text: providers echo keys in their messages.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.0.credentials.scrub(text)
    }

    /// Whether a parameter of a query, `name=value`, is a credential.
    pub(crate) fn is_credential(&self, parameter: &str) -> bool {
        self.0.credentials.has_parameter(parameter)
    }

    /// An address of the provider without what may be secret: the base address's path, and the query.
    pub(crate) fn address(&self, url: &Url) -> String {
        let base = self.0.base.path().trim_end_matches('/');
        let path = match url.path().strip_prefix(base) {
            Some(path) if !base.is_empty() => format!("/…{path}"),
            _ => url.path().to_owned(),
        };
        format!("{}{path}", url.origin().ascii_serialization())
    }

    /// The address with its parameters. Of their values only numbers are shown: a cursor or a filter may be a secret.
    fn loggable(&self, url: &Url) -> String {
        let parameters = url.query_pairs();
        let parameters: Vec<_> = parameters
            .map(|(name, value)| match value.parse::<u32>() {
                Ok(number) => format!("{name}={number}"),
                Err(_) => format!("{name}=…"),
            })
            .collect();
        let separator = if parameters.is_empty() { "" } else { "?" };
        format!("{}{separator}{}", self.address(url), parameters.join("&"))
    }

    pub(crate) fn base(&self) -> &Url {
        &self.0.base
    }

    pub(crate) fn origin(&self) -> String {
        self.0.base.origin().ascii_serialization()
    }

    /// The proxy between here and the origin.
    pub(crate) fn proxy(&self) -> Option<&str> {
        self.0.proxy.as_deref()
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Lets all requests of the account wait, as the provider asks.
    pub(crate) fn hold(&self, asked: Duration) {
        self.0.rate_limiter.hold(asked);
    }

    /// Counts a repeated request.
    pub(crate) fn count_retry(&self) {
        self.counters().retries += 1;
    }
}

/// Whether a response with this status is what was asked for. A GET that succeeds in another way than with 200 may hold
/// something else: a part of it (206), a version of it that a proxy changed (203), the promise of it (202).
fn is_answer(method: &Method, status: StatusCode) -> bool {
    match status {
        StatusCode::OK | StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => true,
        _ => *method != Method::GET && status.is_success(),
    }
}

/// Whether a success with this status may hold only a part of what was asked for, or a version of it that a proxy changed.
pub(crate) fn is_part(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::NON_AUTHORITATIVE_INFORMATION | StatusCode::PARTIAL_CONTENT
    )
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
