//! The demo: simulated providers on this machine's loopback, and their accounts.

use client_runtime::Secret;
use provider_sim::{AccountHandle, Simulator};
use tenancy::providers;

use super::account::{AccountConfig, Location};
use super::secrets::SecretSource;
use crate::exit::Failure;

/// The running simulator. It stops when dropped.
#[derive(Debug)]
pub(super) struct Demo(Simulator);

impl Demo {
    pub(super) fn start() -> Result<Self, Failure> {
        let simulator = Simulator::demo().map_err(|error| {
            Failure::machine(format!("cannot start the demo's server: {error}"))
        })?;
        Ok(Self(simulator))
    }

    /// The accounts at the providers of this build.
    pub(super) fn configs(&self) -> Vec<AccountConfig> {
        self.0.accounts().iter().filter_map(config).collect()
    }
}

fn config(account: &AccountHandle) -> Option<AccountConfig> {
    let provider = providers::find(account.provider().name())?;
    let credentials = account.credentials();
    let source = |key| {
        let (_, value) = credentials.iter().find(|(known, _)| *known == key)?;
        Some(SecretSource::Inline(Secret::from(value.as_str())))
    };
    Some(AccountConfig {
        base_url: Some(account.base_url()),
        credentials: provider
            .credentials
            .iter()
            .filter_map(|field| Some((field, source(field.key)?)))
            .collect(),
        ..AccountConfig::new(account.name(), provider, Location::Demo)
    })
}
