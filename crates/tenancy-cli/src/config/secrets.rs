//! Reads credentials from the sources that the configuration names.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use client_runtime::Secret;
use tenancy::providers::CredentialField;

use super::{command, keyring, permissions, text_file};

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
    /// Printed by a program.
    Command {
        program: PathBuf,
        arguments: Vec<String>,
    },
}

/// Reads a credential, or says why it cannot be used and what to do.
pub(super) fn read(field: &CredentialField, source: &SecretSource) -> Result<Secret, String> {
    let key = field.key;
    let secret = match source {
        SecretSource::Inline(secret) => secret.clone(),
        SecretSource::Variable(name) => variable(name).map_err(|why| {
            if !is_usual(name) {
                return format!(
                    "cannot read `{key}`: its `env` is not the usual name of a variable, such as ACME_KEY, and {why}; \
                     write the name there, not the value"
                );
            }
            format!(
                "cannot read `{key}`: the environment variable `{name}` {why}; set it to the account's `{key}`"
            )
        })?,
        SecretSource::File(path) => {
            let text = text_file::read(path)
                .map(Secret::from)
                .map_err(|error| unreadable_file(key, path, &error))?;
            if field.secret {
                permissions::warn(path);
            }
            text
        }
        SecretSource::Keyring { service, user } => keyring::read(service, user).map_err(|why| {
            // The names may be the secret itself, in the wrong place.
            format!("cannot read `{key}` from the keyring entry that it names: {why}")
        })?,
        SecretSource::Command { program, arguments } => command::read(program, arguments)
            .map_err(|why| format!("cannot read `{key}` from the command that it names: {why}"))?,
    };
    // Shells and editors add a line break, and some editors a byte-order mark.
    let text = secret.expose().trim_end_matches(['\r', '\n']);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(format!("`{key}` is empty; set it to the account's `{key}`"));
    }
    if !text.chars().all(|c| matches!(c, ' '..='~')) {
        return Err(format!(
            "`{key}` has characters that an HTTP header cannot carry, such as a line break; set it to the account's \
             `{key}` and nothing else"
        ));
    }
    Ok(Secret::from(text))
}

/// The path of a file that does not exist is not shown: it may be the secret itself, in the wrong place.
fn unreadable_file(key: &str, path: &Path, error: &io::Error) -> String {
    if path.symlink_metadata().is_ok() {
        let path = path.display();
        return format!(
            "cannot read `{key}` from {path}: {error}; put the account's `{key}` into that file"
        );
    }
    let why = match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        _ => format!("cannot be accessed ({error})"),
    };
    format!(
        "cannot read `{key}`: the file that it names {why}; write the path of a file there, relative to the configuration's \
         folder, and put the account's `{key}` into that file"
    )
}

/// Whether a variable's name can be shown. Any other may be the secret itself, in the wrong place.
fn is_usual(name: &str) -> bool {
    let usual = |letter: char| matches!(letter, 'A'..='Z' | '0'..='9' | '_');
    name.len() <= 64 && name.chars().all(usual)
}

fn variable(name: &str) -> Result<Secret, &'static str> {
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => Err("is empty"),
        Ok(value) => Ok(Secret::from(value)),
        Err(env::VarError::NotPresent) => Err("is not set"),
        Err(env::VarError::NotUnicode(_)) => Err("is not valid Unicode"),
    }
}
