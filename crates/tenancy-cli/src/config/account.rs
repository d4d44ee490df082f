//! One configured account: its provider, its settings and the sources of its secrets.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use client_runtime::Connections;
use tenancy::Account;
use tenancy::providers::{CredentialField, Descriptor, Settings};

use super::secrets::{self, SecretSource};
use crate::args::RequestsArguments;
use crate::exit::Failure;
use crate::output::message;

/// An account as configured.
#[derive(Clone, Debug)]
pub(crate) struct AccountConfig {
    pub(crate) name: String,
    pub(crate) provider: &'static Descriptor,
    pub(crate) location: Location,
    pub(crate) base_url: Option<String>,
    pub(crate) requests_per_minute: Option<NonZeroU32>,
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) credentials: Vec<(&'static CredentialField, SecretSource)>,
}

/// Where an account is configured.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    File { path: PathBuf, line: usize },
    Environment,
    Demo,
}

impl AccountConfig {
    /// An account without settings or credentials.
    pub(crate) fn new(
        name: impl Into<String>,
        provider: &'static Descriptor,
        location: Location,
    ) -> Self {
        Self {
            name: name.into(),
            provider,
            location,
            base_url: None,
            requests_per_minute: None,
            options: BTreeMap::new(),
            credentials: Vec::new(),
        }
    }

    /// The files that it is read from: the configuration, and those of its secrets.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let configuration = match &self.location {
            Location::File { path, .. } => Some(path),
            _ => None,
        };
        let secrets = self
            .credentials
            .iter()
            .filter_map(|(_, source)| match source {
                SecretSource::File(path) => Some(path),
                _ => None,
            });
        configuration
            .into_iter()
            .chain(secrets)
            .map(PathBuf::as_path)
    }

    /// Reads the secrets.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        settings.base_url.clone_from(&self.base_url);
        settings.options.clone_from(&self.options);
        for (field, source) in &self.credentials {
            let secret = secrets::read(field, source).map_err(|why| self.failure(why))?;
            if field.secret && !secret.is_redactable() {
                message::warning(&format!(
                    "account `{}` ({}): `{}` is too short to be hidden in messages that quote it; check whether it is complete",
                    self.name, self.location, field.key
                ));
            }
            if field.secret && self.holds(source) {
                message::warning(&format!(
                    "account `{}` ({}): the configuration holds the secret `{}` itself; use {{ env = \"{}\" }} or \
                     {{ file = \"PATH\" }} instead",
                    self.name, self.location, field.key, field.variable
                ));
            }
            settings.credentials.insert(field.key.to_owned(), secret);
        }
        Ok(settings)
    }

    /// A hash of what decides which tenants are listed: the same for two names of one account.
    pub(super) fn fingerprint(&self, settings: &Settings) -> u64 {
        let address = self.base_url.as_deref().unwrap_or(self.provider.base_url);
        let mut hasher = DefaultHasher::new();
        (self.provider.name, address.trim_end_matches('/')).hash(&mut hasher);
        for (key, secret) in &settings.credentials {
            (key, secret.expose()).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Connects. Sends no request.
    pub(super) fn connect(
        &self,
        mut settings: Settings,
        requests: &RequestsArguments,
        connections: &Connections,
    ) -> Result<Account, Failure> {
        settings.transport = requests.options();
        settings.transport.requests_per_minute = self.requests_per_minute;
        settings.transport.connections = connections.clone();
        Account::connect(&self.name, self.provider, &settings).map_err(|error| self.failure(error))
    }

    /// Whether the secret is in the configuration file itself.
    fn holds(&self, source: &SecretSource) -> bool {
        matches!(source, SecretSource::Inline(_)) && matches!(self.location, Location::File { .. })
    }

    /// A failure of this account's configuration.
    pub(crate) fn failure(&self, message: impl fmt::Display) -> Failure {
        Failure::usage(format!(
            "account `{}` ({}): {message}",
            self.name, self.location
        ))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Environment => f.write_str("from the environment"),
            Self::Demo => f.write_str("from --demo"),
        }
    }
}
