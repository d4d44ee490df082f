//! The three providers, and what reads a body of each.

use std::sync::LazyLock;

use tenancy::Normaliser;
use tenancy::providers::{Layers, OmniDim, Vobiz};

/// Setting up a client's TLS takes longer than reading a body.
static CLIENTS: LazyLock<(OmniDim, Layers, Vobiz)> = LazyLock::new(|| {
    let ready = "a client of the default address can be set up";
    let omnidim = omnidim_client::Credentials::new("key");
    let layers = layers_client::Credentials::new("key");
    let vobiz = vobiz_client::Credentials::new("MA_1", "token");
    (
        OmniDim::new(omnidim_client::Client::connect(omnidim).expect(ready)),
        Layers::new(layers_client::Client::connect(layers).expect(ready)),
        Vobiz::new(vobiz_client::Client::connect(vobiz).expect(ready), "MA_1").expect(ready),
    )
});

/// A provider, as far as its bodies are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// All organizations in one body.
    OmniDim,
    /// Organizations in pages by cursor.
    Layers,
    /// Sub-accounts in pages by number.
    Vobiz,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OmniDim, Self::Layers, Self::Vobiz];

    /// Reads a body of it; each tenant carries its record as sent.
    #[must_use]
    pub fn normaliser(self) -> Normaliser {
        let (omnidim, layers, vobiz) = &*CLIENTS;
        match self {
            Self::OmniDim => omnidim.normaliser("account", true),
            Self::Layers => layers.normaliser("account", true),
            Self::Vobiz => vobiz.normaliser("account", true),
        }
    }

    /// The member of a body that holds the records.
    #[must_use]
    pub fn records(self) -> &'static str {
        match self {
            Self::OmniDim => "organizations",
            Self::Layers => "items",
            Self::Vobiz => "sub_accounts",
        }
    }

    /// A record of which nothing is known but its identity.
    #[must_use]
    pub fn record(self, id: u32) -> String {
        match self {
            Self::OmniDim => format!(r#"{{"id":{id}}}"#),
            Self::Layers => format!(r#"{{"id":"org_{id}"}}"#),
            Self::Vobiz => format!(r#"{{"auth_id":"SA_{id}"}}"#),
        }
    }

    /// The identity of the tenant that such a record becomes.
    #[must_use]
    pub fn id(self, id: u32) -> String {
        match self {
            Self::OmniDim => id.to_string(),
            Self::Layers => format!("org_{id}"),
            Self::Vobiz => format!("SA_{id}"),
        }
    }
}
