//! Connections that several transports share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::{Attempt, Policy};
use url::Url;

use crate::{Error, Options, tls};

/// How many redirects within the origin are followed.
const MAX_REDIRECTS: usize = 5;
/// How long a connection may take to be made, if the idle time-out is longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A pool of connections, which clones share: a thousand accounts of a provider need no thousand connections. They know no
/// credentials; each request carries its own.
///
/// Connections live in the tokio runtime in which they were made, so a pool should not outlive it.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<HashMap<Kind, Client>>>);

/// What has to be alike for two transports to share connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kind {
    encrypted: bool,
    idle_timeout: Duration,
}

impl Connections {
    /// The HTTP client for this address.
    pub(crate) fn client(&self, base: &Url, options: &Options) -> Result<Client, Error> {
        let kind = Kind {
            encrypted: base.scheme() == "https",
            idle_timeout: options.idle_timeout,
        };
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&kind) {
            return Ok(client.clone());
        }
        let client = new_client(kind)?;
        clients.insert(kind, client.clone());
        Ok(client)
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

fn new_client(kind: Kind) -> Result<Client, Error> {
    let builder = Client::builder()
        .user_agent(concat!("tenancy/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(kind.idle_timeout.min(CONNECT_TIMEOUT))
        .read_timeout(kind.idle_timeout)
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

/// Follows redirects within the origin only: reqwest takes custom headers, such as `X-Auth-Token`, along to any host.
fn within_origin(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let asked = attempt.previous().first().map(Url::origin);
    if attempt.previous().len() > MAX_REDIRECTS {
        attempt.error("too many redirects")
    } else if asked == Some(attempt.url().origin()) {
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
        let options = Options::default();
        let other = Options {
            idle_timeout: Duration::from_secs(7),
            ..Options::default()
        };
        let base = Url::parse("http://127.0.0.1:9").unwrap();
        for (options, kinds) in [(&options, 1), (&options, 1), (&other, 2)] {
            connections.clone().client(&base, options).unwrap();
            assert_eq!(connections.0.lock().unwrap().len(), kinds);
        }
        assert_eq!(format!("{connections:?}"), "Connections { .. }");
    }
}
