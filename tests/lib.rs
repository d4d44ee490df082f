//! What the end-to-end tests share: accounts at a local server, and listings read to their end.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use client_runtime::Options;
use futures::StreamExt;
use tenancy::providers::{Layers, OmniDim, Vobiz};
use tenancy::{Account, Fault, Listing, Query, Report, Tenant};

/// The workspace's root folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Options with which a test does not wait.
#[must_use]
pub fn hurried() -> Options {
    let mut options = Options::default();
    options.first_backoff = Duration::ZERO;
    options.longest_backoff = Duration::ZERO;
    options
}

/// An OmniDim account at a server.
#[must_use]
pub fn omnidim(name: &str, base_url: &str, api_key: &str) -> Account {
    let credentials = omnidim_client::Credentials::new(api_key);
    let client = omnidim_client::Client::connect_with(base_url, credentials, &hurried()).unwrap();
    Account::new(name, OmniDim::new(client)).unwrap()
}

/// A Layers account at a server.
#[must_use]
pub fn layers(name: &str, base_url: &str, api_key: &str) -> Account {
    let credentials = layers_client::Credentials::new(api_key);
    let client = layers_client::Client::connect_with(base_url, credentials, &hurried()).unwrap();
    Account::new(name, Layers::new(client)).unwrap()
}

/// A Vobiz account at a server.
#[must_use]
pub fn vobiz(name: &str, base_url: &str, auth_id: &str, auth_token: &str) -> Account {
    let credentials = vobiz_client::Credentials::new(auth_id, auth_token);
    let client = vobiz_client::Client::connect_with(base_url, credentials, &hurried()).unwrap();
    Account::new(name, Vobiz::new(client, auth_id).unwrap()).unwrap()
}

/// What a listing that was read to its end came to.
#[derive(Debug)]
pub struct Outcome {
    /// The tenants, in the order they came.
    pub tenants: Vec<Tenant>,
    /// The faults, in the order they came.
    pub faults: Vec<Fault>,
    /// The report.
    pub report: Report,
}

impl Outcome {
    /// The tenants' identities, in the order they came.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        self.tenants
            .iter()
            .map(|tenant| tenant.id.as_str())
            .collect()
    }
}

/// Reads a listing to its end.
pub async fn list(accounts: Vec<Account>, query: Query) -> Outcome {
    let mut listing = Listing::new(accounts, query).unwrap();
    let mut tenants = Vec::new();
    let mut faults = Vec::new();
    while let Some(item) = listing.next().await {
        match item {
            Ok(tenant) => tenants.push(tenant),
            Err(fault) => faults.push(fault),
        }
    }
    Outcome {
        tenants,
        faults,
        report: listing.report(),
    }
}

/// The README's library example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
