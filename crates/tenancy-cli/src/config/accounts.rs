//! Chooses the accounts to list: from the configuration file, the environment or the demo.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::path::{Path, PathBuf};

use client_runtime::Connections;
use etcetera::BaseStrategy;
use tenancy::Account;
use tenancy::providers::{self, Descriptor};
use tenancy_store::AccountKey;

use super::account::{AccountConfig, Location};
use super::demo::Demo;
use super::file;
use super::secrets::SecretSource;
use crate::args::{AccountsArguments, RequestsArguments, example};
use crate::exit::Failure;
use crate::output::atomic_file::are_same;
use crate::suggest;

/// The variable that names the configuration file.
const VARIABLE: &str = "TENANCY_CONFIG";

/// The accounts that the arguments ask for.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) configs: Vec<AccountConfig>,
    /// The names of the accounts that the arguments exclude.
    pub(crate) excluded: Vec<String>,
    /// The names of the other accounts that the arguments do not choose.
    pub(crate) not_chosen: Vec<String>,
    /// The providers and names of all configured accounts.
    configured: BTreeSet<(&'static str, String)>,
    /// Serves the demo's accounts for as long as it lives.
    demo: Option<Demo>,
}

impl Accounts {
    pub(crate) fn load(arguments: &AccountsArguments) -> Result<Self, Failure> {
        let demo = arguments.demo.then(Demo::start).transpose()?;
        let configs = match &demo {
            Some(demo) => demo.configs(),
            None => configured(arguments.config.as_deref())?,
        };
        let key = |config: &AccountConfig| (config.provider.name, config.name.clone());
        let configured: BTreeSet<_> = configs.iter().map(key).collect();
        let configs = chosen(configs, arguments)?;
        let chosen: BTreeSet<_> = configs.iter().map(key).collect();
        let others = configured.difference(&chosen);
        let others = others.map(|(_, name)| name);
        let is_excluded = |name: &&String| arguments.exclude_account.contains(name);
        Ok(Self {
            excluded: arguments.exclude_account.clone(),
            not_chosen: others.filter(|name| !is_excluded(name)).cloned().collect(),
            configs,
            configured,
            demo,
        })
    }

    /// Whether the account is configured, whether or not the arguments ask for it.
    pub(crate) fn is_configured(&self, account: &AccountKey) -> bool {
        let mut configured = self.configured.iter();
        configured.any(|(provider, name)| *provider == account.provider && *name == account.account)
    }

    /// Refuses to replace a file that the accounts are read from.
    pub(crate) fn refuse_to_replace(&self, output: Option<&Path>) -> Result<(), Failure> {
        let Some(output) = output else {
            return Ok(());
        };
        let mut read = self.configs.iter().flat_map(AccountConfig::files);
        match read.find(|file| are_same(file, output)) {
            Some(file) => Err(Failure::usage(format!(
                "{} would be replaced, and the accounts are read from it; choose another file",
                file.display()
            ))),
            None => Ok(()),
        }
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.demo.is_some()
    }

    /// Connects to every account, or fails at the first that is configured wrongly. Sends no request.
    pub(crate) fn connect(&self, requests: &RequestsArguments) -> Result<Vec<Account>, Failure> {
        self.connect_each(requests)
            .map(|(_, account)| account)
            .collect()
    }

    /// Connects to each account in turn.
    pub(crate) fn connect_each(
        &self,
        requests: &RequestsArguments,
    ) -> impl Iterator<Item = (&AccountConfig, Result<Account, Failure>)> {
        let connections = Connections::default();
        let mut connected = HashMap::new();
        self.configs.iter().map(move |config| {
            let account = config.settings().and_then(|settings| {
                match connected.insert(config.fingerprint(&settings), config) {
                    None => config.connect(settings, requests, &connections),
                    Some(other) => Err(config.failure(format!(
                        "the account `{}` ({}) has the same credentials, so every tenant would be listed twice; remove one \
                         of them, or choose one with --account",
                        other.name, other.location
                    ))),
                }
            });
            (config, account)
        })
    }
}

/// Reads `--config`, else the file that `TENANCY_CONFIG` names, else the default file, else the environment.
fn configured(named: Option<&Path>) -> Result<Vec<AccountConfig>, Failure> {
    if let Some(path) = named.map(Path::to_owned).or_else(path_from_variable) {
        let configs = file::read(&path)?;
        return if configs.is_empty() {
            Err(file::without_accounts(&path))
        } else {
            Ok(configs)
        };
    }
    let default = default_path();
    // A file that cannot be accessed is no reason to look elsewhere: reading it says why.
    let existing = default.as_deref();
    let existing = existing.filter(|path| path.try_exists().unwrap_or(true));
    let configs = existing.map_or_else(|| Ok(Vec::new()), file::read)?;
    if !configs.is_empty() {
        return Ok(configs);
    }
    let is_set = |variable: &str| env::var_os(variable).is_some_and(|value| !value.is_empty());
    let configs: Vec<_> = providers::ALL
        .iter()
        .filter(|provider| {
            provider
                .credentials
                .iter()
                .any(|field| is_set(field.variable))
        })
        .map(|provider| from_environment(provider))
        .collect();
    if let (true, Some(path)) = (configs.is_empty(), existing) {
        return Err(file::without_accounts(path));
    }
    if configs.is_empty() {
        return Err(Failure::usage("no account is configured")
            .with_help(example::how_to_configure(default.as_deref(), VARIABLE)));
    }
    Ok(configs)
}

fn from_environment(provider: &'static Descriptor) -> AccountConfig {
    let fields = provider.credentials.iter();
    AccountConfig {
        credentials: fields
            .map(|field| (field, SecretSource::Variable(field.variable.to_owned())))
            .collect(),
        ..AccountConfig::new(provider.name, provider, Location::Environment)
    }
}

/// The configuration file that is read unless `--config` names another.
pub(crate) fn path() -> Option<PathBuf> {
    path_from_variable().or_else(default_path)
}

fn path_from_variable() -> Option<PathBuf> {
    env::var_os(VARIABLE)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

fn default_path() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("tenancy").join("config.toml"))
}

/// An option as it was given.
fn options(name: &str, values: &[String]) -> String {
    let options = values.iter().map(|value| format!(" {name} {value}"));
    options.collect()
}

/// The accounts that match `--account`, `--provider` and `--exclude-account`.
fn chosen(
    mut configs: Vec<AccountConfig>,
    arguments: &AccountsArguments,
) -> Result<Vec<AccountConfig>, Failure> {
    let (names, providers) = (&arguments.account, &arguments.provider);
    let excluded = &arguments.exclude_account;
    let known: Vec<_> = configs.iter().map(|config| config.name.as_str()).collect();
    let mut named = names.iter().chain(excluded);
    if let Some(name) = named.find(|name| !known.contains(&name.as_str())) {
        let instead = suggest::instead(name, "accounts", &known);
        return Err(Failure::usage(format!(
            "there is no account `{name}`; {instead}"
        )));
    }
    let all: Vec<_> = configs
        .iter()
        .map(|config| format!("{} ({})", config.name, config.provider.name))
        .collect();
    configs.retain(|config| {
        (names.is_empty() || names.contains(&config.name))
            && !excluded.contains(&config.name)
            && (providers.is_empty() || providers.iter().any(|name| name == config.provider.name))
    });
    if configs.is_empty() {
        return Err(Failure::usage(format!(
            "no account matches{}{}; the configured accounts are {}",
            options("--provider", providers),
            options("--exclude-account", excluded),
            all.join(", ")
        )));
    }
    // A shard may have no account.
    if let Some(shard) = arguments.shard {
        configs.retain(|config| shard.contains(config.provider.name, &config.name));
    }
    Ok(configs)
}
