//! The providers as a configuration knows them: their names and the credentials that each takes.

use tenancy::providers::{Layers, OmniDim, Vobiz};

/// A provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    OmniDim,
    Layers,
    Vobiz,
}

/// One of a provider's credentials.
#[derive(Debug)]
pub(crate) struct Credential {
    /// Its key in the configuration.
    pub(crate) key: &'static str,
    /// The variable that it is read from where there is no configuration.
    pub(crate) variable: &'static str,
    /// Whether it must not be seen by others.
    pub(crate) secret: bool,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::OmniDim, Self::Layers, Self::Vobiz];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OmniDim => OmniDim::NAME,
            Self::Layers => Layers::NAME,
            Self::Vobiz => Vobiz::NAME,
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::name).to_vec()
    }

    /// The credentials, in the order in which the provider's client takes them.
    pub(crate) fn credentials(self) -> &'static [Credential] {
        match self {
            Self::OmniDim => &[Credential {
                key: "api_key",
                variable: "OMNIDIM_API_KEY",
                secret: true,
            }],
            Self::Layers => &[Credential {
                key: "api_key",
                variable: "LAYERS_API_KEY",
                secret: true,
            }],
            Self::Vobiz => &[
                Credential {
                    key: "auth_id",
                    variable: "VOBIZ_AUTH_ID",
                    secret: false,
                },
                Credential {
                    key: "auth_token",
                    variable: "VOBIZ_AUTH_TOKEN",
                    secret: true,
                },
            ],
        }
    }
}
