//! The headers that carry an account's credentials.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::{Error, Secret};

/// The headers that carry an account's credentials, each marked sensitive so that no `Debug` prints it.
#[derive(Clone, Default)]
pub struct CredentialHeaders {
    headers: HeaderMap,
    secrets: Vec<Secret>,
}

impl CredentialHeaders {
    /// No credentials yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `Authorization: Bearer <token>`.
    ///
    /// # Errors
    /// The token is empty or has characters that no header can carry.
    pub fn bearer(self, token: &Secret) -> Result<Self, Error> {
        check("the bearer token", token)?;
        let value = Secret::from(format!("Bearer {}", token.expose()));
        self.insert(AUTHORIZATION, "the bearer token", &value, token)
    }

    /// Adds `Authorization: Basic <base64 of user:password>` (RFC 7617).
    ///
    /// # Errors
    /// The user is empty or has a colon in it.
    pub fn basic(self, user: &Secret, password: &Secret) -> Result<Self, Error> {
        check("the user name", user)?;
        if user.expose().contains(':') {
            return Err(unusable(
                "the user name",
                "has a colon in it, which ends it",
            ));
        }
        let pair = format!("{}:{}", user.expose(), password.expose());
        let value = Secret::from(format!("Basic {}", BASE64_STANDARD.encode(pair)));
        let mut headers = self.insert(AUTHORIZATION, "the user and password", &value, password)?;
        headers.secrets.push(value);
        Ok(headers)
    }

    /// Adds the header `name` with the secret as its value.
    ///
    /// # Errors
    /// The name is no header name, or the secret is empty or has characters that no header can carry.
    pub fn header(self, name: &str, value: &Secret) -> Result<Self, Error> {
        check(name, value)?;
        let header = HeaderName::try_from(name)
            .map_err(|_| Error::configuration(format!("`{name}` is no header name")))?;
        self.insert(header, name, value, value)
    }

    fn insert(
        mut self,
        header: HeaderName,
        what: &str,
        value: &Secret,
        secret: &Secret,
    ) -> Result<Self, Error> {
        let mut value = HeaderValue::from_str(value.expose())
            .map_err(|_| unusable(what, "has characters that no HTTP header can carry"))?;
        value.set_sensitive(true);
        self.headers.insert(header, value);
        // An empty password is allowed, and everything contains the empty text.
        if !secret.expose().is_empty() {
            self.secrets.push(secret.clone());
        }
        Ok(self)
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The text with every credential in it replaced: providers echo keys in their messages.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.expose(), record_stream::REDACTED)
        })
    }
}

impl std::fmt::Debug for CredentialHeaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.headers.keys()).finish()
    }
}

fn check(what: &str, secret: &Secret) -> Result<(), Error> {
    if secret.expose().trim().is_empty() {
        return Err(unusable(what, "is empty"));
    }
    Ok(())
}

fn unusable(what: &str, why: &str) -> Error {
    Error::configuration(format!("the credential for {what} {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_sensitive_and_debug_shows_names_only() {
        let headers = CredentialHeaders::new()
            .bearer(&Secret::from("tok-123456"))
            .unwrap()
            .header("X-Auth-ID", &Secret::from("MA_1"))
            .unwrap();
        assert!(headers.headers().values().all(HeaderValue::is_sensitive));
        assert_eq!(headers.headers()[AUTHORIZATION], "Bearer tok-123456");
        let debug = format!("{headers:?}");
        assert!(
            !debug.contains("tok-123456") && !debug.contains("MA_1"),
            "{debug}"
        );
        assert_eq!(
            headers.scrub("key tok-123456 is bad"),
            "key <redacted> is bad"
        );
    }

    #[test]
    fn basic_is_encoded_and_hidden() {
        let headers = CredentialHeaders::new()
            .basic(&Secret::from("Aladdin"), &Secret::from("open sesame"))
            .unwrap();
        assert_eq!(
            headers.headers()[AUTHORIZATION],
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(
            headers.scrub("QWxhZGRpbg open sesame"),
            "QWxhZGRpbg <redacted>"
        );
        assert!(
            CredentialHeaders::new()
                .basic(&Secret::from("a:b"), &Secret::from("c"))
                .is_err()
        );
    }

    #[test]
    fn a_line_break_or_an_empty_secret_is_refused_without_quoting_it() {
        let error = CredentialHeaders::new()
            .bearer(&Secret::from("a\r\nb: c"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the credential for the bearer token has characters that no HTTP header can carry"
        );
        assert!(
            CredentialHeaders::new()
                .header("X-Auth-ID", &Secret::from(" "))
                .is_err()
        );
    }
}
