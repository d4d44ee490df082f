//! The outcome of one attempt.

use std::fmt;

use reqwest::Response;

use crate::provider_error::ProviderError;
use crate::text::printable;

/// The outcome of one attempt.
pub(crate) enum Outcome {
    /// A success.
    Answered(Response),
    /// A success status whose body is not JSON: a proxy's page, or a body cut short.
    NotJson(Response),
    /// An error status, with the provider's own words.
    Refused {
        response: Response,
        said: ProviderError,
    },
    /// No response, or an incomplete one.
    Failed(reqwest::Error),
    /// The middleware failed.
    Stopped(Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(response) => write!(f, "{}", response.status().as_u16()),
            Self::NotJson(response) => write!(f, "{} that is no JSON", response.status().as_u16()),
            Self::Refused { response, said } => {
                write!(f, "{}", response.status().as_u16())?;
                said.code
                    .as_ref()
                    .map_or(Ok(()), |code| write!(f, " {code}"))
            }
            Self::Failed(error) => write!(f, "{}", root_cause(error)),
            Self::Stopped(error) => write!(
                f,
                "the middleware failed: {}",
                printable(&error.to_string())
            ),
        }
    }
}

/// The cause of this type, if there is one.
pub(crate) fn cause<T: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    let mut error: &dyn std::error::Error = error;
    while !error.is::<T>() {
        error = error.source()?;
    }
    error.downcast_ref()
}

/// The innermost cause: "Connection refused" says more than "error sending request".
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    printable(&cause.to_string())
}
