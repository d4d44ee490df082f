//! Checks a base address, because credentials are sent to it.

use url::{Host, ParseError, Url};

use crate::Error;

pub(crate) fn parse_base(base_url: &str) -> Result<Url, Error> {
    let refuse = |why: &str| {
        Err(Error::configuration(format!(
            "the base address {why}; it looks like https://api.example.com"
        )))
    };
    // Quotes none of it: it may be a secret in the wrong place.
    let url = match Url::parse(base_url) {
        Ok(url) => url,
        Err(ParseError::RelativeUrlWithoutBase) => return refuse("does not begin with https://"),
        Err(error) => return refuse(&format!("cannot be read ({error})")),
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
        _ => refuse("does not begin with https://"),
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
