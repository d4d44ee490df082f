//! Checks a base address, because credentials are sent to it.

use url::{Host, Url};

use crate::Error;
use crate::text::printable;

pub(crate) fn parse_base(base_url: &str) -> Result<Url, Error> {
    let refuse = |why: &str| {
        Err(Error::configuration(format!(
            "the base address {why}; it looks like https://api.example.com"
        )))
    };
    let Ok(url) = Url::parse(base_url) else {
        // What follows a user name or a query may be a secret.
        return match base_url.contains(['@', '?', '#']) {
            true => refuse("cannot be read"),
            false => refuse(&format!("`{}` cannot be read", printable(base_url))),
        };
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("contains a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("contains a query or a fragment");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse(&format!(
            "`{}` is plain http, which would expose the credentials",
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
