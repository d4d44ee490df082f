//! A provider as data, over which the rest of the workspace iterates without knowing names.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use client_runtime::{Options, Secret};

use super::normaliser::Normaliser;
use crate::{Capabilities, Error, Provider};

/// Everything that a program needs to know of a provider before it connects to it.
///
/// The providers of this crate are in [`ALL`](crate::providers::ALL). A crate outside it adds a provider with a `Descriptor` of its
/// own, whose [`connect`](Self::connect) returns its implementation of [`Provider`].
pub struct Descriptor {
    /// The name in configurations, tenants and reports: lower case, without spaces.
    pub name: &'static str,
    /// The name as the provider writes it.
    pub title: &'static str,
    /// What an account is, with its article: "a reseller account".
    pub account: &'static str,
    /// The provider's word for its tenants, in the plural.
    pub tenants: &'static str,
    /// The credentials of an account, in the order in which they are asked for.
    pub credentials: &'static [CredentialField],
    /// The settings that only this provider has.
    pub options: &'static [OptionField],
    /// The base address of the API, unless [`Settings::base_url`] names another.
    pub base_url: &'static str,
    /// The place of the records in a page's document: the name of a top-level field, or a JSON pointer; empty where the document
    /// itself is the list.
    pub records: &'static str,
    /// What the provider's list can do.
    pub capabilities: Capabilities,
    /// Error codes of the provider after which no retry helps, whatever the status.
    pub final_codes: &'static [&'static str],
    /// What to do about a failed call, if the provider's documents say more than its status.
    pub advice: fn(&client_runtime::Error) -> Option<&'static str>,
    /// Connects to an account with settings that [`Account::connect`](crate::Account::connect) has completed: the base
    /// address is set, and only the keys of this descriptor occur. Sends no request.
    pub connect: fn(&Settings) -> Result<Arc<dyn Provider>, Error>,
    /// Makes a normaliser for the account of this name. If the flag is set, each tenant carries its record as sent.
    pub normaliser: fn(&str, bool) -> Normaliser,
}

impl Descriptor {
    /// Returns the place of the records in a page's document, as a JSON pointer.
    #[must_use]
    pub fn records_pointer(&self) -> String {
        match self.records {
            pointer if pointer.is_empty() || pointer.starts_with('/') => pointer.to_owned(),
            name => format!("/{name}"),
        }
    }
}

impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptor")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A credential of a provider's accounts.
#[derive(Clone, Copy, Debug)]
pub struct CredentialField {
    /// The key in configurations and in [`Settings::credentials`].
    pub key: &'static str,
    /// The environment variable that has it where there is no configuration.
    pub variable: &'static str,
    /// Whether it must be kept secret.
    pub secret: bool,
    /// What it is and where it is found, as half a sentence.
    pub help: &'static str,
    /// A value of the right form; for a secret, nothing.
    pub example: &'static str,
}

/// A setting that only one provider has.
#[derive(Clone, Copy, Debug)]
pub struct OptionField {
    /// The key in configurations and in [`Settings::options`].
    pub key: &'static str,
    /// What it does, as half a sentence.
    pub help: &'static str,
    /// A value of the right form.
    pub example: &'static str,
}

/// The settings of one account.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The base address, if not the provider's usual one.
    pub base_url: Option<String>,
    /// The credentials, by [`CredentialField::key`].
    pub credentials: BTreeMap<String, Secret>,
    /// The options, by [`OptionField::key`].
    pub options: BTreeMap<String, String>,
    /// How requests are sent.
    pub transport: Options,
}

impl Settings {
    /// Creates settings with these credentials.
    #[must_use]
    pub fn new<K: Into<String>, V: Into<Secret>>(
        credentials: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let pair = |(key, value): (K, V)| (key.into(), value.into());
        Self {
            credentials: credentials.into_iter().map(pair).collect(),
            ..Self::default()
        }
    }

    /// Returns the base address.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or_default()
    }

    /// Returns a credential.
    ///
    /// # Errors
    /// It is not set.
    pub fn credential(&self, key: &str) -> Result<Secret, Error> {
        let credential = self.credentials.get(key).cloned();
        credential.ok_or_else(|| Error::configuration(format!("`{key}` is not set")))
    }

    /// Returns a credential that is a part of the list's path.
    ///
    /// # Errors
    /// It is not set, or has something else than letters, digits, `_` and `-`, and so might change the path.
    pub fn credential_in_path(&self, key: &str) -> Result<Secret, Error> {
        let credential = self.credential(key)?;
        let text = credential.expose();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        match !text.is_empty() && text.bytes().all(plain) {
            true => Ok(credential),
            false => Err(Error::configuration(format!(
                "`{key}` may have only letters, digits, `_` and `-`: copy it anew from the provider's console"
            ))),
        }
    }

    /// Returns an option, if it is set.
    #[must_use]
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.get(key).map(String::as_str)
    }

    /// Adds what the descriptor says, and refuses keys that it does not have.
    pub(crate) fn completed(&self, provider: &Descriptor) -> Result<Self, Error> {
        let credentials = provider.credentials.iter().map(|field| field.key);
        let options = provider.options.iter().map(|field| field.key);
        for (kind, set, known) in [
            (
                "credential",
                self.credentials.keys().collect::<Vec<_>>(),
                credentials.collect::<Vec<_>>(),
            ),
            ("option", self.options.keys().collect(), options.collect()),
        ] {
            if let Some(key) = set.iter().find(|key| !known.contains(&key.as_str())) {
                let name = provider.name;
                return Err(Error::configuration(format!(
                    "`{key}` is not a {kind} of {name}"
                )));
            }
        }
        let mut settings = self.clone();
        let base_url = settings.base_url.get_or_insert_default();
        if base_url.is_empty() {
            *base_url = provider.base_url.to_owned();
        }
        let codes = provider.final_codes.iter().map(|code| (*code).to_owned());
        settings.transport.final_codes.extend(codes);
        Ok(settings)
    }
}
