//! Connections that several transports share.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Request, Response};

use url::Url;

use crate::error::Error;
use crate::middleware::{Failure, Middleware};
use crate::tls;

/// The most redirects that are followed, within the origin.
pub(crate) const MAX_REDIRECTS: usize = 5;
/// The most header lines in a response. hyper's own limit is 100, which servers with debug or policy headers exceed.
pub(crate) const MAX_HEADERS: usize = 1024;
/// The connect timeout, if the idle timeout is longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

tokio::task_local! {
    /// The number of redirects that were followed for the request that the task sends.
    static REDIRECTS: Cell<u64>;
}

/// Sends a request, through the middleware if there is one, and counts the redirects that were followed.
pub(crate) async fn execute(
    http: &Client,
    middleware: Option<&Middleware>,
    request: Request,
) -> (Result<Response, Failure>, u64) {
    let counted = async {
        let answer = match middleware {
            Some(middleware) => middleware.run(request, http).await,
            None => http.execute(request).await.map_err(Failure::Http),
        };
        (answer, REDIRECTS.with(Cell::get))
    };
    REDIRECTS.scope(Cell::new(0), counted).await
}

/// A pool of connections, which clones share: a thousand accounts of one provider need not open a thousand. They hold
/// no credentials; each request carries its own.
///
/// Connections live in the tokio runtime in which they were made, so a pool should not outlive it.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<HashMap<ClientKind, Client>>>);

/// What two transports must have in common to share connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientKind {
    pub(crate) encrypted: bool,
    pub(crate) idle_timeout: Duration,
    pub(crate) user_agent: String,
}

impl Connections {
    /// The HTTP client of this kind.
    pub(crate) fn client(&self, kind: ClientKind) -> Result<Client, Error> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&kind) {
            return Ok(client.clone());
        }
        let client = new_client(&kind)?;
        clients.insert(kind, client.clone());
        Ok(client)
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

fn new_client(kind: &ClientKind) -> Result<Client, Error> {
    let builder = Client::builder()
        .user_agent(&kind.user_agent)
        .default_headers(HeaderMap::from_iter([(
            ACCEPT_ENCODING,
            HeaderValue::from_static("gzip"),
        )]))
        .connect_timeout(kind.idle_timeout.min(CONNECT_TIMEOUT))
        .read_timeout(kind.idle_timeout)
        .http1_max_headers(MAX_HEADERS)
        .redirect(Policy::custom(within_origin))
        .referer(false);
    let builder = if kind.encrypted {
        builder.tls_backend_preconfigured(tls::platform()?)
    } else {
        // A proxy would see the credentials of a plain http request, and could not reach our loopback anyway.
        builder.tls_backend_preconfigured(tls::none()?).no_proxy()
    };
    builder.build().map_err(|error| {
        Error::configuration("the HTTP client could not be set up").caused_by(error)
    })
}

/// Follows redirects within the origin only: reqwest sends custom headers, such as `X-Auth-Token`, on to any host.
fn within_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let asked = attempt.previous().first().map(Url::origin);
    if attempt.previous().len() > MAX_REDIRECTS {
        attempt.error("too many redirects")
    } else if asked == Some(attempt.url().origin()) {
        let count = |redirects: &Cell<u64>| redirects.set(redirects.get() + 1);
        let _ = REDIRECTS.try_with(count);
        attempt.follow()
    } else {
        attempt.stop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_shared_and_what_is_not_is_not() {
        let connections = Connections::default();
        let kind = |seconds, user_agent: &str| ClientKind {
            encrypted: false,
            idle_timeout: Duration::from_secs(seconds),
            user_agent: user_agent.to_owned(),
        };
        for (kind, kinds) in [
            (kind(30, "a"), 1),
            (kind(30, "a"), 1),
            (kind(7, "a"), 2),
            (kind(7, "b"), 3),
        ] {
            connections.clone().client(kind).unwrap();
            assert_eq!(connections.0.lock().unwrap().len(), kinds);
        }
        assert_eq!(format!("{connections:?}"), "Connections { .. }");
    }
}
