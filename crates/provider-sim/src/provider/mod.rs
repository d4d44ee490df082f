//! The three endpoints: which request is for which of them, what it is answered, and each provider's error bodies.

mod layers;
mod omnidim;
mod vobiz;

use crate::account::Settings;
use crate::population::Population;
use crate::{Page, Request, Which};

/// Where a request's path leads.
pub(crate) enum Route {
    /// A provider's list; at Vobiz of the account in the path.
    List {
        provider: Which,
        auth_id: Option<String>,
    },
    /// Nowhere.
    Unknown,
}

impl Route {
    /// The casing and the closing slash matter; the paths of the three providers do not overlap.
    pub(crate) fn of(path: &str) -> Self {
        if path == omnidim::PATH {
            return Self::List {
                provider: Which::OmniDim,
                auth_id: None,
            };
        }
        if path == layers::PATH {
            return Self::List {
                provider: Which::Layers,
                auth_id: None,
            };
        }
        if let Some(auth_id) = vobiz::auth_id_of(path) {
            return Self::List {
                provider: Which::Vobiz,
                auth_id: Some(auth_id),
            };
        }
        Self::Unknown
    }
}

/// A call that fails by the provider's own rules.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Option<&'static str>,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            code: None,
            message: default_message(status).to_owned(),
        }
    }

    pub(crate) fn with_code(mut self, code: Option<&'static str>) -> Self {
        self.code = code;
        self
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: 422,
            code: None,
            message: message.into(),
        }
    }

    /// The provider's error body for it.
    pub(crate) fn body(&self, provider: Which, settings: &Settings, number: u64) -> String {
        match provider {
            Which::OmniDim => omnidim::error(self),
            Which::Layers => layers::error(self, number),
            Which::Vobiz if settings.sdk_errors => vobiz::sdk_error(self, number),
            Which::Vobiz => vobiz::error(self, number),
        }
    }
}

/// Answers a list call of an account.
pub(crate) fn list(
    settings: &Settings,
    population: &Population,
    route: &Route,
    request: &Request,
    own_id: Option<&str>,
) -> Result<Page, Refusal> {
    if settings.forbidden {
        return Err(Refusal::new(403));
    }
    match route {
        Route::Unknown => Err(Refusal::new(404)),
        Route::List {
            provider: Which::OmniDim,
            ..
        } => Ok(omnidim::list(population)),
        Route::List {
            provider: Which::Layers,
            ..
        } => layers::list(settings, population, request),
        Route::List {
            provider: Which::Vobiz,
            auth_id,
        } if auth_id.as_deref() != own_id => Err(Refusal::new(403)),
        Route::List {
            provider: Which::Vobiz,
            ..
        } => vobiz::list(settings, population, request),
    }
}

fn default_message(status: u16) -> &'static str {
    match status {
        400 => "Bad request",
        401 => "Missing or invalid credentials",
        403 => "Not allowed for these credentials",
        404 => "Not found",
        405 => "Method not allowed",
        422 => "Invalid parameter",
        429 => "Too many requests",
        503 => "Service unavailable",
        _ => "Internal error",
    }
}
