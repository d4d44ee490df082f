//! The clients and accounts that the subjects use: credentials say nothing but the account's name.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use client_runtime::Options;
use tenancy::providers::{Layers, OmniDim, Vobiz};
use tenancy::{Account, Query};

use crate::Failure;
use crate::arguments::Provider;

/// The name of the one account that is listed where there is only one.
pub(crate) const ACCOUNT: &str = "bench";

impl Provider {
    /// An account of it in provider-sim, without tenants.
    pub(crate) fn simulated(self, name: &str) -> provider_sim::Account {
        let provider = match self {
            Self::Omnidim => "omnidim",
            Self::Layers => "layers",
            Self::Vobiz => "vobiz",
        };
        let account = provider_sim::Account::new(provider_sim::Provider::named(provider), name);
        match self {
            Self::Omnidim | Self::Layers => account.credential("api_key", name),
            Self::Vobiz => account
                .credential("auth_id", name)
                .credential("auth_token", name),
        }
    }
}

/// An account's raw client at a server on loopback.
pub(crate) enum Client {
    Omnidim(omnidim_client::Client),
    Layers(layers_client::Client),
    Vobiz(vobiz_client::Client, String),
}

impl Client {
    pub(crate) fn new(
        provider: Provider,
        name: &str,
        address: SocketAddr,
        options: &Options,
    ) -> Result<Self, Failure> {
        let base_url = format!("http://{address}");
        Ok(match provider {
            Provider::Omnidim => {
                let credentials = omnidim_client::Credentials::new(name);
                let base_url = format!("{base_url}/api/v1");
                Self::Omnidim(omnidim_client::Client::connect_with(
                    &base_url,
                    credentials,
                    options,
                )?)
            }
            Provider::Layers => {
                let credentials = layers_client::Credentials::new(name);
                Self::Layers(layers_client::Client::connect_with(
                    &base_url,
                    credentials,
                    options,
                )?)
            }
            Provider::Vobiz => {
                let credentials = vobiz_client::Credentials::new(name, name);
                let client = vobiz_client::Client::connect_with(&base_url, credentials, options)?;
                Self::Vobiz(client, name.to_owned())
            }
        })
    }

    /// The account that tenancy lists by this client.
    pub(crate) fn account(self, name: &str) -> Result<Account, Failure> {
        Ok(match self {
            Self::Omnidim(client) => Account::new(name, OmniDim::new(client)),
            Self::Layers(client) => Account::new(name, Layers::new(client)),
            Self::Vobiz(client, auth_id) => Account::new(name, Vobiz::new(client, auth_id)?),
        }?)
    }
}

/// The query for every tenant.
pub(crate) fn query(page_size: NonZeroU32, concurrency: NonZeroU32) -> Query {
    let mut query = Query::default();
    query.page_size = Some(page_size);
    query.concurrency = concurrency;
    query
}
