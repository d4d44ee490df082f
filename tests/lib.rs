//! What the end-to-end tests share: accounts at a local server, and listings read to their end.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

pub mod checked;
pub mod replay;
pub mod spec;

use std::path::{Path, PathBuf};
use std::time::Duration;

use client_runtime::Options;
use futures::StreamExt;
use provider_sim::AccountHandle;
use tenancy::providers::{Layers, OmniDim, Vobiz};
use tenancy::{Account, Fault, Query, Report, Tenant};

use checked::Listing;

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
    omnidim_with(name, base_url, api_key, &hurried())
}

/// A Layers account at a server.
#[must_use]
pub fn layers(name: &str, base_url: &str, api_key: &str) -> Account {
    layers_with(name, base_url, api_key, &hurried())
}

/// A Vobiz account at a server.
#[must_use]
pub fn vobiz(name: &str, base_url: &str, auth_id: &str, auth_token: &str) -> Account {
    vobiz_with(name, base_url, auth_id, auth_token, &hurried())
}

/// A simulated provider's account as one of ours.
///
/// # Panics
/// The provider is one that these tests do not know.
#[must_use]
pub fn connect(handle: &AccountHandle, options: &Options) -> Account {
    let (name, base_url) = (handle.name(), handle.base_url());
    let credential = |key| handle.credential(key);
    match handle.provider().name() {
        "omnidim" => omnidim_with(&name, &base_url, &credential("api_key"), options),
        "layers" => layers_with(&name, &base_url, &credential("api_key"), options),
        "vobiz" => {
            let (auth_id, auth_token) = (credential("auth_id"), credential("auth_token"));
            vobiz_with(&name, &base_url, &auth_id, &auth_token, options)
        }
        _ => panic!("a provider that these tests do not know"),
    }
}

fn omnidim_with(name: &str, base_url: &str, api_key: &str, options: &Options) -> Account {
    let credentials = omnidim_client::Credentials::new(api_key);
    let client = omnidim_client::Client::connect_with(base_url, credentials, options).unwrap();
    Account::new(name, OmniDim::new(client)).unwrap()
}

fn layers_with(name: &str, base_url: &str, api_key: &str, options: &Options) -> Account {
    let credentials = layers_client::Credentials::new(api_key);
    let client = layers_client::Client::connect_with(base_url, credentials, options).unwrap();
    Account::new(name, Layers::new(client)).unwrap()
}

fn vobiz_with(
    name: &str,
    base_url: &str,
    auth_id: &str,
    auth_token: &str,
    options: &Options,
) -> Account {
    let credentials = vobiz_client::Credentials::new(auth_id, auth_token);
    let client = vobiz_client::Client::connect_with(base_url, credentials, options).unwrap();
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

/// Reads a listing to its end. Each tenant and the report are held to their schemas.
pub async fn list(accounts: Vec<Account>, query: Query) -> Outcome {
    let mut listing = Listing::new(accounts, query).unwrap();
    let mut tenants = Vec::new();
    let mut faults = Vec::new();
    while let Some(item) = listing.next().await {
        match item {
            Ok(tenant) => tenants.push(*tenant),
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
