//! Checks and names the proxy that the environment sets for `https`.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::Error;

/// The variables that reqwest reads for `https`.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy for requests to this origin, without its credentials.
///
/// # Errors
/// A variable is not the address of a proxy. reqwest would ignore it, and connect directly.
pub(crate) fn of(
    origin: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, Error> {
    let Ok(origin) = origin.parse::<Uri>() else {
        return Ok(None);
    };
    for name in VARIABLES {
        let value = variable(name).unwrap_or_default();
        let proxy = Matcher::builder().all(value.clone()).build();
        if !value.is_empty() && proxy.intercept(&origin).is_none() {
            // Not quoted: it may hold a password.
            return Err(Error::configuration(format!(
                "{name} is not the address of a proxy; it looks like http://proxy.example.com:3128"
            )));
        }
    }
    let proxy = Matcher::from_system().intercept(&origin);
    Ok(proxy.map(|proxy| proxy.uri().to_string().trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_proxy_is_refused_and_not_quoted() {
        let check = |value: &str| {
            of("https://api.example.com", |name| {
                (name == "https_proxy").then(|| value.to_owned())
            })
        };
        for value in ["", "http://proxy:3128", "proxy:3128", "http://u:p@proxy:1"] {
            assert!(check(value).is_ok(), "{value}");
        }
        for value in ["http//u:hidden@proxy:3128", " http://proxy", "ftp://proxy"] {
            let error = check(value).unwrap_err().to_string();
            assert!(error.starts_with("https_proxy is not"), "{error}");
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
