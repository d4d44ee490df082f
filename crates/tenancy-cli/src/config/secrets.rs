//! Reads credentials from where the configuration says they are.

use std::env;
use std::fs;

use client_runtime::Secret;

use crate::config::account::{Origin, Place, Setup};
use crate::config::kind::Credential;
use crate::exit::Failure;
use crate::{config::keyring, config::privacy, output::message};

/// The account's credentials, in the order of [`Kind::credentials`](crate::config::kind::Kind::credentials). A secret that stands in a
/// configuration file is warned about.
pub(crate) fn read(setup: &Setup) -> Result<Vec<Secret>, Failure> {
    let credentials = setup.kind.credentials();
    credentials
        .iter()
        .zip(&setup.credentials)
        .map(|(credential, origin)| read_one(setup, credential, origin))
        .collect()
}

fn read_one(setup: &Setup, credential: &Credential, origin: &Origin) -> Result<Secret, Failure> {
    let key = credential.key;
    let secret = match origin {
        Origin::Literal(secret) => {
            if credential.secret && matches!(setup.place, Place::File { .. }) {
                message::warning(&format!(
                    "account `{}` ({}): `{key}` is written out in the configuration; {{ env = \"{}\" }} or {{ file = \
                     \"…\" }} keeps it out",
                    setup.name, setup.place, credential.variable
                ));
            }
            secret.clone()
        }
        Origin::Variable(name) => variable(name).map_err(|why| {
            setup.failure(format!("`{key}` comes from the variable `{name}`, which {why}: set it to the account's `{key}`"))
        })?,
        Origin::File(path) => match fs::read_to_string(path) {
            Ok(text) => {
                if credential.secret {
                    privacy::warn(path);
                }
                let text = Secret::from(text);
                Secret::from(text.expose().trim_end_matches(['\r', '\n']))
            }
            Err(error) => {
                return Err(setup.failure(format!(
                    "`{key}` comes from the file {}, which cannot be read: {error}; put the account's `{key}` there",
                    path.display()
                )));
            }
        },
        Origin::Keyring { service, user } => keyring::read(service, user).map_err(|why| {
            setup.failure(format!(
                "`{key}` comes from the keyring's entry for `{user}` of `{service}`, {why}"
            ))
        })?,
    };
    if secret.expose().trim().is_empty() {
        return Err(setup.failure(format!("`{key}` is empty: give the account's `{key}`")));
    }
    if !secret
        .expose()
        .chars()
        .all(|character| matches!(character, ' '..='~'))
    {
        return Err(setup.failure(format!(
            "`{key}` has characters that no HTTP header can carry, such as a line break: give the account's `{key}` and \
             nothing else"
        )));
    }
    Ok(secret)
}

fn variable(name: &str) -> Result<Secret, &'static str> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Err("is empty"),
        Ok(value) => Ok(Secret::from(value)),
        Err(env::VarError::NotPresent) => Err("is not set"),
        Err(env::VarError::NotUnicode(_)) => Err("is no Unicode text"),
    }
}
