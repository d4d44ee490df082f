//! Credentials, read from where the configuration says they are.

use std::env;
use std::fs;
use std::path::PathBuf;

use client_runtime::Secret;
use tenancy::providers::CredentialField;

use super::account::{AccountConfig, Location};
use super::{keyring, permissions};
use crate::exit::Failure;
use crate::output::message;

/// Where a credential is.
#[derive(Clone, Debug)]
pub(crate) enum SecretSource {
    /// In the configuration itself.
    Inline(Secret),
    /// In an environment variable.
    Variable(String),
    File(PathBuf),
    Keyring {
        service: String,
        user: String,
    },
}

/// Reads a credential of the account. Warns about a secret that other users may see.
pub(super) fn read(
    account: &AccountConfig,
    field: &CredentialField,
    source: &SecretSource,
) -> Result<Secret, Failure> {
    let key = field.key;
    let secret = match source {
        SecretSource::Inline(secret) => {
            if field.secret && matches!(account.location, Location::File { .. }) {
                message::warning(&format!(
                    "account `{}` ({}): the configuration holds the secret `{key}` itself; use {{ env = \"{}\" }} or \
                     {{ file = \"PATH\" }} instead",
                    account.name, account.location, field.variable
                ));
            }
            secret.clone()
        }
        SecretSource::Variable(name) => variable(name).map_err(|why| {
            account.failure(format!(
                "cannot read `{key}`: the environment variable `{name}` {why}; set it to the account's `{key}`"
            ))
        })?,
        SecretSource::File(path) => {
            let text = fs::read_to_string(path).map(Secret::from).map_err(|error| {
                account.failure(format!(
                    "cannot read `{key}` from {}: {error}; put the account's `{key}` into that file",
                    path.display()
                ))
            })?;
            if field.secret {
                permissions::warn(path);
            }
            Secret::from(text.expose().trim_end_matches(['\r', '\n']))
        }
        SecretSource::Keyring { service, user } => keyring::read(service, user).map_err(|why| {
            account.failure(format!(
                "cannot read `{key}` from the keyring entry of user `{user}` and service `{service}`: {why}"
            ))
        })?,
    };
    if secret.expose().trim().is_empty() {
        return Err(account.failure(format!("`{key}` is empty; set it to the account's `{key}`")));
    }
    if !secret.expose().chars().all(|c| matches!(c, ' '..='~')) {
        return Err(account.failure(format!(
            "`{key}` has characters that an HTTP header cannot carry, such as a line break; set it to the account's \
             `{key}` and nothing else"
        )));
    }
    Ok(secret)
}

fn variable(name: &str) -> Result<Secret, &'static str> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Err("is empty"),
        Ok(value) => Ok(Secret::from(value)),
        Err(env::VarError::NotPresent) => Err("is not set"),
        Err(env::VarError::NotUnicode(_)) => Err("is not valid Unicode"),
    }
}
