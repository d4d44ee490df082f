//! What the end-to-end tests share: accounts at a local server, and listings read to their end.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

pub mod checked;
pub mod clean;
pub mod providers;
pub mod replay;
pub mod spec;

use std::path::{Path, PathBuf};
use std::time::Duration;

use client_runtime::Options;
use futures::StreamExt;
use provider_sim::{Account as SimAccount, AccountHandle, Paging, Provider, Status};
use serde_json::Value;
use tenancy::providers::{CredentialField, Descriptor, Settings, find};
use tenancy::{Account, Incomplete, ListingError, Query, Report, Tenant};

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

/// Connects to a provider's account at a server. Each of its secrets is `secret`, each other credential is the example.
///
/// # Panics
/// The settings are not valid.
#[must_use]
pub fn account(provider: &Descriptor, name: &str, base_url: &str, secret: &str) -> Account {
    let value =
        |field: &CredentialField| if field.secret { secret } else { field.example }.to_owned();
    let credentials = provider
        .credentials
        .iter()
        .map(|field| (field.key, value(field)));
    let mut settings = Settings::new(credentials);
    settings.base_url = Some(base_url.to_owned());
    settings.transport = hurried();
    Account::connect(name, provider, &settings).unwrap()
}

/// The provider of this name.
///
/// # Panics
/// There is none.
#[must_use]
pub fn provider(name: &str) -> &'static Descriptor {
    find(name).unwrap()
}

/// Puts a value at a JSON pointer into objects, which are made where they are missing.
pub fn put_at(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for name in pointer.split('/').skip(1) {
        place = &mut place[name];
    }
    *place = value;
}

/// A simulated account at a provider whose pages have numbers.
#[must_use]
pub fn numbered(name: &str) -> SimAccount {
    simulated(name, |paging| matches!(paging, Paging::Numbers { .. }))
}

/// A simulated account at a provider whose pages have cursors.
#[must_use]
pub fn linked(name: &str) -> SimAccount {
    simulated(name, |paging| matches!(paging, Paging::Token { .. }))
}

/// A simulated account at a provider whose list is one body.
#[must_use]
pub fn one_body(name: &str) -> SimAccount {
    simulated(name, |paging| matches!(paging, Paging::OneBody))
}

/// Whether a query's parameter is a filter by status: `status`, `Status`, `filter[status]`, `enabled`.
#[must_use]
pub fn filters_by_status(parameter: &str) -> bool {
    parameter.to_lowercase().contains("status") || parameter == "enabled"
}

/// A simulated account at each provider, under the provider's name.
pub fn each() -> impl Iterator<Item = SimAccount> {
    let account = |provider: &Provider| SimAccount::new(*provider, provider.name());
    Provider::ALL.iter().map(account)
}

fn simulated(name: &str, is_it: fn(&Paging) -> bool) -> SimAccount {
    let provider = Provider::ALL
        .iter()
        .find(|provider| is_it(&provider.paging()));
    SimAccount::new(*provider.unwrap(), name)
}

/// Connects to a simulated account.
///
/// # Panics
/// Its provider is in no feature of this build.
#[must_use]
pub fn connect(handle: &AccountHandle, options: &Options) -> Account {
    let mut settings = Settings::new(handle.credentials());
    settings.base_url = Some(handle.base_url());
    settings.transport = options.clone();
    let provider = provider(handle.provider().name());
    Account::connect(handle.name(), provider, &settings).unwrap()
}

/// The identities of a simulated account's tenants, in listing order. Where each status has a list of its own, they are grouped by
/// status.
///
/// # Panics
/// Its provider is in no feature of this build.
#[must_use]
pub fn listed_ids(handle: &AccountHandle) -> Vec<String> {
    let can = provider(handle.provider().name()).capabilities;
    let mut ids = handle.ids();
    let omits = |word| can.maybe_left_out.contains(word);
    if can.status_from_filter || can.status_filter.iter().all(omits) {
        let list_of = |id: &String| {
            let word = match handle.population(|population| population.status(id)) {
                Some(Status::Active) => "active",
                Some(Status::Suspended) => "suspended",
                Some(Status::Archived) => "archived",
                _ => return can.status_filter.len(),
            };
            let mut words = can.status_filter.iter();
            words
                .position(|known| *known == word)
                .unwrap_or(can.status_filter.len())
        };
        ids.sort_by_cached_key(list_of);
    }
    ids
}

/// The example bodies of a provider in a folder of its specs, by name.
///
/// # Panics
/// They cannot be read.
#[must_use]
pub fn examples(provider: &str, folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("specs").join(provider).join(folder);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return Vec::new();
    };
    let mut examples: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect();
    examples.sort();
    examples
}

/// What a listing that was read to its end came to.
#[derive(Debug)]
pub struct Outcome {
    /// The tenants, in the order they came.
    pub tenants: Vec<Tenant>,
    /// The errors, in the order they came.
    pub errors: Vec<ListingError>,
    /// The error that ended the listing.
    pub incomplete: Option<Incomplete>,
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
    to_the_end(Listing::new(accounts, query).unwrap()).await
}

/// The same for the rest of an earlier listing.
pub async fn resume(accounts: Vec<Account>, query: Query, earlier: Report) -> Outcome {
    to_the_end(Listing::resume(accounts, query, earlier).unwrap()).await
}

async fn to_the_end(mut listing: Listing) -> Outcome {
    let mut tenants = Vec::new();
    let mut errors = Vec::new();
    let mut incomplete = None;
    while let Some(item) = listing.next().await {
        assert!(incomplete.is_none(), "{item:?} after {incomplete:?}");
        match item {
            Ok(tenant) => tenants.push(*tenant),
            Err(mut error) => {
                errors.append(&mut error.errors);
                incomplete = Some(error);
            }
        }
        errors.extend(listing.take_errors());
    }
    let report = listing.report();
    assert!(!report.complete || incomplete.is_none(), "{incomplete:?}");
    assert!(errors.is_empty() || incomplete.is_some(), "{errors:?}");
    Outcome {
        tenants,
        errors,
        incomplete,
        report,
    }
}

/// The README's library example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The program of the page on providers outside this workspace, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../docs/own-provider.md")]
pub struct OwnProvider;
