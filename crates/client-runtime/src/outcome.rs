//! The outcome of one attempt.

use std::fmt;

use http::StatusCode;
use reqwest::Response;

use crate::text::printable;

/// Facts about an exchange that a response cannot hold; they travel in its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) attempts: u32,
    pub(crate) not_json: Option<StatusCode>,
}

/// The outcome of one attempt.
pub(crate) enum Outcome {
    /// A success.
    Answered(Response),
    /// A success status whose body is not JSON: a proxy's page, or a body cut short.
    NotJson(Response),
    /// An error status, with the provider's own code.
    Refused {
        response: Response,
        code: Option<String>,
    },
    /// No response, or an incomplete one.
    Failed(reqwest::Error),
}

impl Outcome {
    pub(crate) fn into_result(self, attempts: u32) -> reqwest::Result<Response> {
        let (mut response, not_json) = match self {
            Self::Failed(error) => return Err(error),
            Self::Answered(response) | Self::Refused { response, .. } => (response, None),
            // A generated client that fails to decode a success loses status and headers. It keeps those of a 502;
            // `explain` finds the true status in the exchange.
            Self::NotJson(response) => {
                let status = response.status();
                (with_status(response, StatusCode::BAD_GATEWAY), Some(status))
            }
        };
        response
            .extensions_mut()
            .insert(Exchange { attempts, not_json });
        Ok(response)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(response) => write!(f, "{}", response.status().as_u16()),
            Self::NotJson(response) => write!(f, "{} that is no JSON", response.status().as_u16()),
            Self::Refused { response, code } => {
                write!(f, "{}", response.status().as_u16())?;
                code.as_ref().map_or(Ok(()), |code| write!(f, " {code}"))
            }
            Self::Failed(error) => write!(f, "{}", root_cause(error)),
        }
    }
}

fn with_status(response: Response, status: StatusCode) -> Response {
    let (mut head, body) = http::Response::<reqwest::Body>::from(response).into_parts();
    head.status = status;
    Response::from(http::Response::from_parts(head, body))
}

/// The innermost cause: "Connection refused" says more than "error sending request".
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    printable(&cause.to_string())
}
