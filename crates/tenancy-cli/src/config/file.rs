//! Reads accounts from a configuration file. Every error names the file, the line and the fix, and quotes nothing that may be a
//! secret.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use client_runtime::Secret;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tenancy::providers::{self, CredentialField, Descriptor};
use toml::Spanned;

use super::account::{AccountConfig, Location};
use super::permissions;
use super::secrets::SecretSource;
use super::text_file;
use crate::exit::Failure;
use crate::suggest;

/// The keys of an account at any provider.
const COMMON: [&str; 4] = ["name", "provider", "base_url", "requests_per_minute"];

/// The file. Keys of accounts depend on the provider and are checked afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    #[serde(default)]
    account: Vec<Spanned<Entries>>,
}

type Entries = BTreeMap<Spanned<String>, Spanned<Setting>>;

/// Any value. An error of serde's would quote one of another type, which may be a secret.
#[derive(Deserialize)]
#[serde(untagged)]
enum Setting {
    Text(String),
    Number(i64),
    Table(BTreeMap<String, Place>),
    Other(IgnoredAny),
}

/// The place of a secret: a name, or the words of a command.
#[derive(Deserialize)]
#[serde(untagged)]
enum Place {
    Name(String),
    Words(Vec<String>),
}

/// The folder beside the configuration file whose files have more accounts.
const FOLDER: &str = "accounts.d";

/// Reads the accounts of the file, and those of the files in `accounts.d` beside it, in the order of their names.
pub(super) fn read(path: &Path) -> Result<Vec<AccountConfig>, Failure> {
    let mut configs = read_file(path)?;
    let folder = path.with_file_name(FOLDER);
    for file in files(&folder)? {
        configs.extend(read_file(&file)?);
    }
    check_names(&configs)?;
    Ok(configs)
}

/// The files of a folder whose names end with `.toml`, sorted; none if there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error| {
        let folder = folder.display();
        Failure::usage(format!("cannot read the accounts in {folder}: {error}"))
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<io::Result<_>>().map_err(unreadable)?;
    // Editors hide their temporary files.
    let is_hidden = |path: &Path| {
        path.file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
            && !is_hidden(path)
    });
    paths.sort();
    Ok(paths)
}

fn read_file(path: &Path) -> Result<Vec<AccountConfig>, Failure> {
    let text = text_file::read(path).map_err(|error| {
        Failure::usage(format!(
            "cannot read the configuration {}: {error}; name another file with --config",
            path.display()
        ))
    })?;
    let configs = parse(&text, path)?;
    let mut credentials = configs.iter().flat_map(|config| &config.credentials);
    if credentials.any(|(field, source)| field.secret && matches!(source, SecretSource::Inline(_)))
    {
        permissions::warn(path);
    }
    Ok(configs)
}

/// Reads the accounts of a file's text.
pub(crate) fn parse(text: &str, path: &Path) -> Result<Vec<AccountConfig>, Failure> {
    let line_ends = text.match_indices('\n').map(|(end, _)| end).collect();
    let source = ConfigText { path, line_ends };
    // `message` is the error without the line it quotes, which may hold a secret.
    let document = toml::Deserializer::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let message = error.message();
        source.failure(start, format!("invalid TOML at column {column}: {message}"))
    })?;
    let file = ConfigFile::deserialize(document).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        // The error's message would quote an unknown key.
        source.failure(
            start,
            "an account begins with `[[account]]`, in double brackets, and there is nothing else",
        )
    })?;
    let configs = file.account.into_iter();
    let configs: Vec<_> = configs
        .map(|entries| source.account(entries))
        .collect::<Result<_, _>>()?;
    check_names(&configs)?;
    Ok(configs)
}

/// Refuses two accounts with the same name.
fn check_names(configs: &[AccountConfig]) -> Result<(), Failure> {
    let mut names = HashMap::new();
    for config in configs {
        if let Some(other) = names.insert(config.name.as_str(), &config.location) {
            return Err(config.failure(format!(
                "the account at {other} has the same name; rename one of them"
            )));
        }
    }
    Ok(())
}

/// The failure of a file that was read for its accounts and has none.
pub(super) fn without_accounts(path: &Path) -> Failure {
    Failure::usage(format!(
        "the configuration {} has no accounts; add one that begins with `[[account]]`",
        path.display()
    ))
}

/// The file's path, and where its lines end.
struct ConfigText<'a> {
    path: &'a Path,
    line_ends: Vec<usize>,
}

impl ConfigText<'_> {
    /// The location of a byte of the text.
    fn location(&self, byte: usize) -> Location {
        Location::File {
            path: self.path.to_owned(),
            line: self.line_ends.partition_point(|end| *end < byte) + 1,
        }
    }

    fn failure(&self, byte: usize, message: impl fmt::Display) -> Failure {
        Failure::usage(format!("{}: {message}", self.location(byte)))
    }

    fn account(&self, entries: Spanned<Entries>) -> Result<AccountConfig, Failure> {
        let start = entries.span().start;
        let entries = entries.into_inner();
        let name = entries.get("name").ok_or_else(|| {
            self.failure(
                start,
                "the account has no `name`; add one, for example name = \"agency-eu\"",
            )
        })?;
        let Some(text) = name.get_ref().text().filter(|text| is_name(text)) else {
            let message = "`name` must be a string that is not empty and has no control characters";
            return Err(self.failure(name.span().start, message));
        };
        let failure =
            |byte, message: String| self.failure(byte, format!("account `{text}`: {message}"));
        let names: Vec<_> = providers::ALL.iter().map(|known| known.name).collect();
        let known = names.join(", ");
        let provider = entries
            .get("provider")
            .ok_or_else(|| failure(start, format!("`provider` is missing; add one of {known}")))?;
        let at = provider.span().start;
        let provider = provider
            .get_ref()
            .text()
            .ok_or_else(|| failure(at, format!("`provider` must be a string, one of {known}")))?;
        let provider = providers::find(provider)
            .ok_or_else(|| failure(at, suggest::instead_of_secret(provider, "provider", &names)))?;
        let mut config = AccountConfig::new(text, provider, self.location(start));
        for (key, setting) in &entries {
            self.set(&mut config, key.get_ref(), setting.get_ref())
                .map_err(|message| failure(key.span().start, message))?;
        }
        for (field, source) in &config.credentials {
            if let SecretSource::Inline(secret) = source
                && field.secret
                && secret.is_redactable()
                && text.contains(secret.expose())
            {
                let message = format!(
                    "`name` contains the account's `{}`, and names are shown; choose another name",
                    field.key
                );
                return Err(self.failure(name.span().start, message));
            }
        }
        for field in provider.credentials {
            let key = field.key;
            if !entries.contains_key(key) {
                return Err(config.failure(format!(
                    "`{key}` is missing; add {help}, for example {key} = {{ env = \"{variable}\" }}",
                    help = field.help,
                    variable = field.variable
                )));
            }
        }
        Ok(config)
    }

    fn set(&self, config: &mut AccountConfig, key: &str, setting: &Setting) -> Result<(), String> {
        let text = || {
            let text = setting.text().map(str::to_owned);
            text.ok_or_else(|| format!("`{key}` must be a string that is not empty"))
        };
        let provider = config.provider;
        match key {
            "name" | "provider" => {}
            "base_url" => config.base_url = Some(text()?),
            "requests_per_minute" => {
                let number = setting.positive();
                let number =
                    number.ok_or("`requests_per_minute` must be a whole number, at least 1")?;
                config.requests_per_minute = Some(number);
            }
            key if provider.options.iter().any(|option| option.key == key) => {
                config.options.insert(key.to_owned(), text()?);
            }
            key => match provider.credentials.iter().find(|field| field.key == key) {
                Some(field) => {
                    let source = self.secret(field, setting)?;
                    config.credentials.push((field, source));
                }
                None => return Err(unknown_key(provider, key)),
            },
        }
        Ok(())
    }

    fn secret(&self, field: &CredentialField, setting: &Setting) -> Result<SecretSource, String> {
        const PLACES: [&str; 4] = ["env", "file", "keyring", "command"];
        let key = field.key;
        let source = match setting {
            Setting::Text(text) if text.trim().is_empty() => {
                return Err(format!("`{key}` is empty; set it to {}", field.help));
            }
            Setting::Text(text) => Some(SecretSource::Inline(Secret::from(text.as_str()))),
            Setting::Table(table) if table.len() == 1 => match table.first_key_value() {
                Some((place, value)) if PLACES.contains(&place.as_str()) => {
                    self.place(place, value)
                }
                Some((place, _)) => {
                    let unknown = suggest::instead_of_secret(place, "key", &PLACES);
                    return Err(format!("in `{key}`, {unknown}"));
                }
                None => None,
            },
            _ => None,
        };
        source.ok_or_else(|| {
            format!(
                "`{key}` must be a string, {{ env = \"VARIABLE\" }}, {{ file = \"PATH\" }}, {{ keyring = \"SERVICE/USER\" }} or \
                 {{ command = [\"PROGRAM\", \"ARGUMENT\"] }}"
            )
        })
    }

    /// The place of a secret, if it can be one of this kind.
    fn place(&self, kind: &str, value: &Place) -> Option<SecretSource> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        match (kind, value) {
            ("env", Place::Name(name)) => {
                let is_variable = !name.is_empty() && !name.contains(['=', '\0']);
                is_variable.then(|| SecretSource::Variable(name.clone()))
            }
            ("file", Place::Name(path)) => {
                (!path.is_empty()).then(|| SecretSource::File(folder.join(path)))
            }
            ("keyring", Place::Name(entry)) => keyring_entry(entry),
            ("command", Place::Words(words)) => {
                let (program, arguments) = words.split_first()?;
                let program = (!program.is_empty()).then(|| Path::new(program))?;
                // The system looks for a mere name in PATH.
                let is_name = program.components().count() == 1;
                Some(SecretSource::Command {
                    program: match is_name {
                        true => program.to_owned(),
                        false => folder.join(program),
                    },
                    arguments: arguments.to_vec(),
                })
            }
            _ => None,
        }
    }
}

/// Whether an account may have this name.
pub(crate) fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

impl Setting {
    /// The string, unless it is blank.
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    fn positive(&self) -> Option<NonZeroU32> {
        match self {
            Self::Number(number) => NonZeroU32::new(u32::try_from(*number).ok()?),
            _ => None,
        }
    }
}

/// The entry that `SERVICE/USER` names.
fn keyring_entry(text: &str) -> Option<SecretSource> {
    let (service, user) = text.rsplit_once('/')?;
    (!service.is_empty() && !user.is_empty()).then(|| SecretSource::Keyring {
        service: service.to_owned(),
        user: user.to_owned(),
    })
}

fn unknown_key(provider: &Descriptor, key: &str) -> String {
    let others = providers::ALL
        .iter()
        .filter(|other| keys(other).any(|known| known == key));
    let others: Vec<_> = others.map(|other| other.name).collect();
    if others.is_empty() {
        let known: Vec<_> = COMMON.into_iter().chain(keys(provider)).collect();
        suggest::instead_of_secret(key, "key", &known)
    } else {
        let own: Vec<_> = keys(provider).collect();
        format!(
            "`{key}` is a key of {}, not of {}, which takes {}; remove it",
            others.join(" and "),
            provider.name,
            own.join(" and ")
        )
    }
}

/// The keys that only accounts at this provider have.
fn keys(provider: &Descriptor) -> impl Iterator<Item = &'static str> + use<> {
    let credentials = provider.credentials.iter().map(|field| field.key);
    credentials.chain(provider.options.iter().map(|option| option.key))
}

#[cfg(test)]
mod tests;
