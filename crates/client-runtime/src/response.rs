//! A decoded response, with its status and headers.

use std::fmt;
use std::ops::Deref;

use http::{HeaderMap, StatusCode};

/// A successful response: what its body holds, with the status and the headers. It dereferences to the body.
#[derive(Clone)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    body: T,
}

impl<T> Response<T> {
    pub(crate) fn new(received: &reqwest::Response, body: T) -> Self {
        Self {
            status: received.status(),
            headers: received.headers().clone(),
            body,
        }
    }

    pub(crate) fn try_map<U, E>(
        self,
        read: impl FnOnce(T, StatusCode) -> Result<U, E>,
    ) -> Result<Response<U>, E> {
        Ok(Response {
            body: read(self.body, self.status)?,
            status: self.status,
            headers: self.headers,
        })
    }

    /// The status, which is a success.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What the body holds.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.body
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

/// Shows no headers: providers send cookies and keys in them.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
