//! An account's credentials: the headers and query parameters that carry them.

use std::cmp::Reverse;
use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine};
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use reqwest::Request;

use crate::redaction::{redact, spellings};
use crate::{Error, Secret};

/// An account's credentials, as a generated client's constructors state them.
///
/// No `Debug` prints their values. [`Transport::new`](crate::Transport::new) refuses those that cannot be sent.
#[derive(Clone, Default)]
pub struct Credentials {
    headers: HeaderMap,
    query: Vec<(String, Secret)>,
    secrets: Vec<Secret>,
    refusal: Option<String>,
}

impl Credentials {
    /// No credentials yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `Authorization: Bearer <token>`.
    #[must_use]
    pub fn bearer(self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        let value = Secret::from(format!("Bearer {}", token.expose()));
        self.insert(AUTHORIZATION, "the bearer token", &value, token)
    }

    /// Adds `Authorization: Basic <base64 of user:password>` (RFC 7617). The password may be empty.
    #[must_use]
    pub fn basic(mut self, user: impl Into<Secret>, password: impl Into<Secret>) -> Self {
        let (user, password) = (user.into(), password.into());
        if is_blank(&user) {
            return self.refuse("the user name", "is empty");
        }
        if user.expose().contains(':') {
            return self.refuse("the user name", "contains a colon");
        }
        let pair = format!("{}:{}", user.expose(), password.expose());
        let encoded = Secret::from(BASE64_STANDARD.encode(pair));
        let value = Secret::from(format!("Basic {}", encoded.expose()));
        self.hide(&password);
        self.insert(AUTHORIZATION, "the user and password", &value, encoded)
    }

    /// Adds the header `name` with the secret as its value.
    #[must_use]
    pub fn header(self, name: &str, value: impl Into<Secret>) -> Self {
        let value = value.into();
        match HeaderName::try_from(name) {
            Ok(header) => self.insert(header, name, &value, value.clone()),
            Err(_) => self.refuse(name, "needs a header whose name HTTP does not allow"),
        }
    }

    /// Adds the cookie `name` with the secret as its value.
    #[must_use]
    pub fn cookie(self, name: &str, value: impl Into<Secret>) -> Self {
        let value = value.into();
        let others = self.headers.get(COOKIE).and_then(|all| all.to_str().ok());
        let others = others.map(|all| format!("{all}; ")).unwrap_or_default();
        let cookie = Secret::from(format!("{others}{name}={}", value.expose()));
        self.insert(COOKIE, name, &cookie, value)
    }

    /// Adds the query parameter `name` with the secret as its value.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<Secret>) -> Self {
        let value = value.into();
        if is_blank(&value) {
            return self.refuse(name, "is empty");
        }
        self.hide(&value);
        self.query.push((name.to_owned(), value));
        self
    }

    /// Has a secret replaced in texts.
    fn hide(&mut self, secret: &Secret) {
        if secret.is_redactable() {
            self.secrets.extend(spellings(secret));
        }
        // One may be part of another.
        self.secrets
            .sort_by_key(|secret| Reverse(secret.expose().len()));
    }

    fn insert(mut self, header: HeaderName, what: &str, value: &Secret, secret: Secret) -> Self {
        if is_blank(&secret) {
            return self.refuse(what, "is empty");
        }
        let Ok(mut value) = HeaderValue::from_str(value.expose()) else {
            return self.refuse(what, "has characters that an HTTP header cannot contain");
        };
        value.set_sensitive(true);
        self.headers.insert(header, value);
        self.hide(&secret);
        self
    }

    /// The first reason stays: it names the credential that has to be mended first.
    fn refuse(mut self, what: &str, why: &str) -> Self {
        self.refusal
            .get_or_insert_with(|| format!("the credential for {what} {why}"));
        self
    }

    /// # Errors
    /// A credential is empty, or cannot be sent where it belongs.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.refusal {
            Some(reason) => Err(Error::configuration(reason.clone())),
            None => Ok(()),
        }
    }

    /// Puts the credentials on a request.
    pub(crate) fn apply(&self, request: &mut Request) {
        request.headers_mut().extend(self.headers.clone());
        for (name, secret) in &self.query {
            let mut query = request.url_mut().query_pairs_mut();
            query.append_pair(name, secret.expose());
        }
    }

    /// Whether a parameter of a query, `name=value`, has the name of a credential.
    pub(crate) fn has_parameter(&self, parameter: &str) -> bool {
        let mut pairs = url::form_urlencoded::parse(parameter.as_bytes());
        let pair = pairs.next();
        pair.is_some_and(|(name, _)| self.query.iter().any(|(own, _)| *own == name))
    }

    /// The text with every credential in it replaced, unless it is too short: providers echo keys in their messages.
    pub(crate) fn scrub(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            redact(&text, secret.expose())
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.keys().map(HeaderName::as_str);
        let query = self.query.iter().map(|(name, _)| name.as_str());
        f.debug_set().entries(headers.chain(query)).finish()
    }
}

fn is_blank(secret: &Secret) -> bool {
    secret.expose().trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_sensitive_and_debug_shows_names_only() {
        let credentials = Credentials::new()
            .bearer("tok-123456")
            .header("X-Auth-ID", "MA_1")
            .query("key", "q-123456");
        credentials.check().unwrap();
        assert!(credentials.headers.values().all(HeaderValue::is_sensitive));
        assert_eq!(credentials.headers[AUTHORIZATION], "Bearer tok-123456");
        assert_eq!(
            format!("{credentials:?}"),
            r#"{"authorization", "x-auth-id", "key"}"#
        );
        assert_eq!(
            credentials.scrub("key tok-123456 or q-123456 is bad"),
            "key <redacted> or <redacted> is bad"
        );
    }

    #[test]
    fn a_credential_that_is_part_of_another_tells_nothing_of_it() {
        let credentials = Credentials::new()
            .header("X-Auth-ID", "MA_1")
            .header("X-Auth-Token", "MA_1-s3cret");
        assert_eq!(
            credentials.scrub("MA_1-s3cret of MA_1"),
            "<redacted> of <redacted>"
        );
    }

    #[test]
    fn a_credential_in_an_address_is_hidden_as_it_is_encoded_there() {
        let credentials = Credentials::new().query("key", "a/b c+d");
        assert_eq!(
            credentials.scrub("?key=a%2Fb+c%2Bd is a/b c+d"),
            "?key=<redacted> is <redacted>"
        );
    }

    #[test]
    fn a_credential_of_few_letters_leaves_texts_readable() {
        let credentials = Credentials::new().basic("user", "x").query("key", "abc");
        assert_eq!(credentials.scrub("an extra abc"), "an extra abc");
    }

    #[test]
    fn basic_is_encoded_and_hidden() {
        let credentials = Credentials::new().basic("Aladdin", "open sesame");
        assert_eq!(
            credentials.headers[AUTHORIZATION],
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(
            credentials.scrub("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== open sesame"),
            "Basic <redacted> <redacted>"
        );
        Credentials::new().basic("user", "").check().unwrap();
        Credentials::new().basic("a:b", "c").check().unwrap_err();
    }

    #[test]
    fn cookies_share_one_header() {
        let credentials = Credentials::new().cookie("sid", "s").cookie("csrf", "c");
        assert_eq!(credentials.headers[COOKIE], "sid=s; csrf=c");
    }

    #[test]
    fn a_line_break_or_an_empty_secret_is_refused_without_quoting_it() {
        let error = Credentials::new().bearer("a\r\nb: c").check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the credential for the bearer token has characters that an HTTP header cannot contain"
        );
        for blank in [
            Credentials::new().header("X-Auth-ID", " "),
            Credentials::new().query("key", ""),
            Credentials::new().cookie("sid", ""),
        ] {
            assert!(blank.check().is_err());
        }
    }
}
