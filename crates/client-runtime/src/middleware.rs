//! The caller's own code around each request.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::{Client, Request, Response};

type BoxError = Box<dyn StdError + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<Response, BoxError>> + Send>>;

/// The caller's own code around each request: it signs or traces the request, answers it from a cache, or sends it through another
/// client, such as one of `reqwest-middleware` or a tower service.
///
/// It runs for each attempt, within the rate limit, and a response of it is treated as the provider's. It sees the request with its
/// credentials: log neither headers nor addresses. If it does not call [`Next::run`], redirects are its own affair.
///
/// ```
/// use client_runtime::{Middleware, Options};
///
/// let options = Options::default().middleware(Middleware::new(|mut request, next| async move {
///     let id = format!("{:x}", fastrand::u64(..));
///     request.headers_mut().insert("x-request-id", id.parse()?);
///     Ok(next.run(request).await?)
/// }));
/// ```
#[derive(Clone)]
pub struct Middleware(Arc<dyn Fn(Request, Next) -> Answer + Send + Sync>);

impl Middleware {
    /// Runs `handle` for each request. An error of `handle` that is not a [`reqwest::Error`] ends the call.
    #[must_use]
    pub fn new<F, A>(handle: F) -> Self
    where
        F: Fn(Request, Next) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response, BoxError>> + Send + 'static,
    {
        Self(Arc::new(move |request, next| {
            Box::pin(handle(request, next))
        }))
    }

    pub(crate) async fn run(&self, request: Request, http: &Client) -> Result<Response, Failure> {
        let answer = (self.0)(request, Next(http.clone())).await;
        answer.map_err(|error| match error.downcast::<reqwest::Error>() {
            Ok(error) => Failure::Http(*error),
            Err(error) => Failure::Middleware(error),
        })
    }
}

impl fmt::Debug for Middleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Middleware").finish_non_exhaustive()
    }
}

/// Sends a request of a [`Middleware`].
#[derive(Clone, Debug)]
pub struct Next(Client);

impl Next {
    /// Sends the request once. Redirects are followed within its origin.
    ///
    /// # Errors
    /// There was no response.
    pub async fn run(&self, request: Request) -> reqwest::Result<Response> {
        self.0.execute(request).await
    }
}

/// Why a request has no response.
#[derive(Debug)]
pub(crate) enum Failure {
    Http(reqwest::Error),
    Middleware(BoxError),
}
