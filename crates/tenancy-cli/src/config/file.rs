//! Reads accounts from a configuration file. Every failure names the file, the line and what to do, and never quotes a value
//! that may be a secret.

use std::fmt;
use std::fs;
use std::num::NonZeroU32;
use std::ops::Range;
use std::path::Path;

use client_runtime::Secret;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::account::{Origin, Place, Setup};
use crate::config::kind::{Credential, Kind};
use crate::config::privacy;
use crate::exit::Failure;
use crate::suggest;

/// The keys that an account of any provider may have.
const COMMON: [&str; 4] = ["name", "provider", "base_url", "requests_per_minute"];
/// The key that only OmniDim's accounts may have.
const ASSUME_TIMEZONE: &str = "assume_timezone";
/// What can stand in a credential's place besides its text.
const ORIGINS: [&str; 3] = ["env", "file", "keyring"];

/// The accounts of the file, in order.
pub(crate) fn read(path: &Path) -> Result<Vec<Setup>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!(
            "the configuration {} cannot be read: {error}; name another with --config",
            path.display()
        ))
    })?;
    let setups = parse(&text, path)?;
    let holds_secrets = |setup: &Setup| {
        let credentials = setup.kind.credentials().iter().zip(&setup.credentials);
        credentials
            .into_iter()
            .any(|(credential, origin)| credential.secret && matches!(origin, Origin::Literal(_)))
    };
    if setups.iter().any(holds_secrets) {
        privacy::warn(path);
    }
    Ok(setups)
}

/// The accounts of a configuration with this text; `path` is where it is from.
fn parse(text: &str, path: &Path) -> Result<Vec<Setup>, Failure> {
    let source = Source { text, path };
    // The error's own text quotes the line, which may hold a secret.
    let document = DeTable::parse(text).map_err(|error| match error.span() {
        Some(span) => {
            let (line, column) = source.position(span.start);
            Failure::usage(format!(
                "{}, line {line}, column {column}: no valid TOML: {}; correct it there",
                path.display(),
                error.message()
            ))
        }
        None => Failure::usage(format!(
            "{}: no valid TOML: {}; correct it there",
            path.display(),
            error.message()
        )),
    })?;
    let mut setups: Vec<Setup> = Vec::new();
    for entry in entries(document.get_ref()) {
        if entry.key != "account" {
            let instead = suggest::instead(entry.key, &["account"]);
            return Err(source.failure(
                &entry.place,
                format!("there is no `{}`: {instead}", entry.key),
            ));
        }
        for account in accounts(&source, &entry)? {
            let setup = AccountReader::new(source, account)?.read()?;
            check_unique(&setups, &setup)?;
            setups.push(setup);
        }
    }
    if setups.is_empty() {
        return Err(Failure::usage(format!(
            "{} has no accounts: add one as `[[account]]`",
            path.display()
        )));
    }
    Ok(setups)
}

fn check_unique(setups: &[Setup], setup: &Setup) -> Result<(), Failure> {
    match setups.iter().find(|other| other.name == setup.name) {
        Some(Setup {
            place: Place::File { line, .. },
            ..
        }) => Err(setup.failure(format!(
            "the account on line {line} has the same name: give each its own"
        ))),
        _ => Ok(()),
    }
}

/// The tables under `[[account]]`.
fn accounts<'a>(
    source: &Source<'a>,
    entry: &Entry<'a>,
) -> Result<Vec<(&'a DeTable<'a>, Range<usize>)>, Failure> {
    let wrong = || {
        source.failure(
            &entry.place,
            "an account begins with `[[account]]`, in two brackets",
        )
    };
    let DeValue::Array(elements) = entry.value else {
        return Err(wrong());
    };
    elements
        .iter()
        .map(|element| match element.get_ref() {
            DeValue::Table(table) => Ok((table, element.span())),
            _ => Err(wrong()),
        })
        .collect()
}

/// The configuration's text, and where it is from.
#[derive(Clone, Copy)]
struct Source<'a> {
    text: &'a str,
    path: &'a Path,
}

impl Source<'_> {
    /// The line and the column of a byte, from 1.
    fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    fn place(&self, span: &Range<usize>) -> Place {
        Place::File {
            path: self.path.to_owned(),
            line: self.position(span.start).0,
        }
    }

    fn failure(&self, span: &Range<usize>, message: impl fmt::Display) -> Failure {
        Failure::usage(format!("{}: {message}", self.place(span)))
    }
}

/// A key with its value.
struct Entry<'a> {
    key: &'a str,
    place: Range<usize>,
    value: &'a DeValue<'a>,
}

/// The table's entries, in the order in which they were written.
fn entries<'a>(table: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let entry = |(key, value): (&'a Spanned<_>, &'a Spanned<DeValue<'a>>)| {
        let written: &std::borrow::Cow<'a, str> = key.get_ref();
        Entry {
            key: written.as_ref(),
            place: key.span(),
            value: value.get_ref(),
        }
    };
    let mut entries: Vec<_> = table.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.place.start);
    entries
}

/// Reads one account.
struct AccountReader<'a> {
    source: Source<'a>,
    entries: Vec<Entry<'a>>,
    /// The account as far as it is known: what failures refer to.
    setup: Setup,
}

impl<'a> AccountReader<'a> {
    /// Reads what every account must have.
    fn new(
        source: Source<'a>,
        (table, span): (&'a DeTable<'a>, Range<usize>),
    ) -> Result<Self, Failure> {
        let entries = entries(table);
        let entry = |key| entries.iter().find(|entry| entry.key == key);
        let Some(name) = entry("name") else {
            return Err(source.failure(
                &span,
                "an account has no `name`: give it one, e.g. name = \"agency-eu\"",
            ));
        };
        let name = match name.value {
            DeValue::String(text)
                if !text.trim().is_empty() && !text.chars().any(char::is_control) =>
            {
                text.as_ref()
            }
            _ => {
                let message =
                    "an account's `name` is a text that is not empty and has no control characters";
                return Err(source.failure(&name.place, message));
            }
        };
        let known = Kind::names().join(", ");
        let of_account =
            |place, message: String| source.failure(place, format!("account `{name}`: {message}"));
        let Some(provider) = entry("provider") else {
            return Err(of_account(
                &span,
                format!("`provider` is missing: add one of {known}"),
            ));
        };
        let DeValue::String(written) = provider.value else {
            return Err(of_account(
                &provider.place,
                format!("`provider` is a text, one of {known}"),
            ));
        };
        let Some(kind) = Kind::from_name(written) else {
            let instead = suggest::instead(written, &Kind::names());
            return Err(of_account(
                &provider.place,
                format!("there is no provider `{written}`: {instead}"),
            ));
        };
        let setup = Setup::new(name, kind, source.place(&span), Vec::new());
        Ok(Self {
            source,
            setup,
            entries,
        })
    }

    fn read(mut self) -> Result<Setup, Failure> {
        for entry in std::mem::take(&mut self.entries) {
            match entry.key {
                "name" | "provider" => {}
                "base_url" => self.setup.base_url = Some(self.text(&entry)?.to_owned()),
                "requests_per_minute" => self.setup.requests_per_minute = Some(self.count(&entry)?),
                ASSUME_TIMEZONE if self.setup.kind == Kind::OmniDim => {
                    self.setup.assume_timezone = Some(self.text(&entry)?.to_owned());
                }
                // The others are the credentials, which are read below.
                key => self.check_key(key, &entry)?,
            }
            self.entries.push(entry);
        }
        self.setup.credentials = self
            .setup
            .kind
            .credentials()
            .iter()
            .map(|credential| self.credential(credential))
            .collect::<Result<_, _>>()?;
        Ok(self.setup)
    }

    fn failure(&self, entry: &Entry<'_>, message: impl fmt::Display) -> Failure {
        self.source.failure(
            &entry.place,
            format!("account `{}`: {message}", self.setup.name),
        )
    }

    /// Refuses a key that an account of this provider does not have.
    fn check_key(&self, key: &str, entry: &Entry<'_>) -> Result<(), Failure> {
        let provider = self.setup.kind.name();
        let own: Vec<_> = self
            .setup
            .kind
            .credentials()
            .iter()
            .map(|credential| credential.key)
            .collect();
        if own.contains(&key) {
            return Ok(());
        }
        if key == ASSUME_TIMEZONE {
            let message = format!(
                "`{key}` is for omnidim only, {provider} sends times with their zone: remove it"
            );
            return Err(self.failure(entry, message));
        }
        let is_credential = |kind: &Kind| {
            kind.credentials()
                .iter()
                .any(|credential| credential.key == key)
        };
        if Kind::ALL.iter().any(is_credential) {
            let message = format!(
                "`{key}` is not for {provider}, which takes {}: replace it",
                own.join(" and ")
            );
            return Err(self.failure(entry, message));
        }
        let mut known = COMMON.to_vec();
        known.extend(own);
        known.extend((self.setup.kind == Kind::OmniDim).then_some(ASSUME_TIMEZONE));
        Err(self.failure(
            entry,
            format!("there is no `{key}`: {}", suggest::instead(key, &known)),
        ))
    }

    fn text<'e>(&self, entry: &'e Entry<'_>) -> Result<&'e str, Failure> {
        match entry.value {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.failure(
                entry,
                format!("`{}` is a text that is not empty", entry.key),
            )),
        }
    }

    fn count(&self, entry: &Entry<'_>) -> Result<NonZeroU32, Failure> {
        let read = match entry.value {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix())
                .ok()
                .and_then(NonZeroU32::new),
            _ => None,
        };
        read.ok_or_else(|| self.failure(entry, format!("`{}` is a whole number from 1", entry.key)))
    }

    fn credential(&self, credential: &Credential) -> Result<Origin, Failure> {
        let key = credential.key;
        let Some(entry) = self.entries.iter().find(|entry| entry.key == key) else {
            return Err(self.setup.failure(format!(
                "`{key}` is missing: add it, e.g. {key} = {{ env = \"{}\" }}",
                credential.variable
            )));
        };
        let wrong = || {
            self.failure(
                entry,
                format!(
                    "`{key}` is a text, or {{ env = \"VARIABLE\" }}, or {{ file = \"PATH\" }}, or {{ keyring = \"SERVICE/USER\" }}"
                ),
            )
        };
        match entry.value {
            DeValue::String(text) if text.trim().is_empty() => Err(self.failure(
                entry,
                format!("`{key}` is empty: give the account's `{key}`"),
            )),
            DeValue::String(text) => Ok(Origin::Literal(Secret::from(text.as_ref()))),
            DeValue::Table(table) => {
                let parts = entries(table);
                match parts.as_slice() {
                    [
                        Entry {
                            key: "env",
                            value: DeValue::String(name),
                            ..
                        },
                    ] if is_variable(name) => Ok(Origin::Variable(name.to_string())),
                    [
                        Entry {
                            key: "file",
                            value: DeValue::String(path),
                            ..
                        },
                    ] if !path.is_empty() => Ok(Origin::File(self.beside_configuration(path))),
                    [
                        Entry {
                            key: "keyring",
                            value: DeValue::String(entry),
                            ..
                        },
                    ] => keyring_entry(entry).ok_or_else(wrong),
                    [Entry { key: part, .. }] if !ORIGINS.contains(part) => {
                        let instead = suggest::instead(part, &ORIGINS);
                        Err(self.failure(entry, format!("`{key}` has no `{part}`: {instead}")))
                    }
                    _ => Err(wrong()),
                }
            }
            _ => Err(wrong()),
        }
    }

    /// A relative path is taken from the folder of the configuration.
    fn beside_configuration(&self, path: &str) -> std::path::PathBuf {
        self.source
            .path
            .parent()
            .unwrap_or(Path::new(""))
            .join(path)
    }
}

/// The keyring's entry that is meant by `SERVICE/USER`.
fn keyring_entry(text: &str) -> Option<Origin> {
    let (service, user) = text.rsplit_once('/')?;
    (!service.is_empty() && !user.is_empty()).then(|| Origin::Keyring {
        service: service.to_owned(),
        user: user.to_owned(),
    })
}

/// Whether the environment can have a variable of this name.
fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<Setup>, String> {
        parse(text, Path::new("conf/tenancy.toml")).map_err(|failure| {
            assert_eq!(failure.exit, crate::exit::Exit::Usage);
            failure.message
        })
    }

    #[test]
    fn every_key_is_read() {
        let setups = parsed(
            r#"
            [[account]]
            name = "Agence d'été"
            provider = "omnidim"
            base_url = "https://backend.example/api/v1"
            requests_per_minute = 1_20
            assume_timezone = "Asia/Kolkata"
            api_key = { env = "KEY" }

            [[account]]
            name = "v"
            provider = "vobiz"
            auth_id = "MA_1"
            auth_token = { file = "keys/v" }

            [[account]]
            name = "l"
            provider = "layers"
            api_key = { keyring = "acme/tenancy/l" }
            "#,
        )
        .unwrap();
        let [omnidim, vobiz, layers] = setups.as_slice() else {
            panic!("{setups:?}")
        };
        assert_eq!(
            (omnidim.name.as_str(), omnidim.kind),
            ("Agence d'été", Kind::OmniDim)
        );
        assert_eq!(
            omnidim.base_url.as_deref(),
            Some("https://backend.example/api/v1")
        );
        assert_eq!(omnidim.requests_per_minute, NonZeroU32::new(120));
        assert_eq!(omnidim.assume_timezone.as_deref(), Some("Asia/Kolkata"));
        assert!(matches!(&omnidim.credentials[..], [Origin::Variable(name)] if name == "KEY"));
        assert_eq!(vobiz.place.to_string(), "conf/tenancy.toml, line 10");
        let [Origin::Literal(id), Origin::File(path)] = &vobiz.credentials[..] else {
            panic!("{vobiz:?}")
        };
        assert_eq!(
            (id.expose(), path.as_path()),
            ("MA_1", Path::new("conf/keys/v"))
        );
        assert!(matches!(
            &layers.credentials[..],
            [Origin::Keyring { service, user }] if service == "acme/tenancy" && user == "l"
        ));
        assert!(!format!("{setups:?}").contains("MA_1"));
    }

    #[test]
    fn the_configuration_to_start_from_is_a_valid_one() {
        let template = include_str!("template.toml");
        assert!(parsed(template).unwrap_err().contains("has no accounts"));
        let uncommented: String = template
            .lines()
            .map(|line| {
                line.strip_prefix('#')
                    .filter(|rest| !rest.starts_with([' ', '#']))
                    .unwrap_or(line)
            })
            .map(|line| format!("{line}\n"))
            .collect();
        let kinds: Vec<_> = parsed(&uncommented)
            .unwrap()
            .iter()
            .map(|setup| (setup.kind, setup.base_url.is_some()))
            .collect();
        assert_eq!(
            kinds,
            [
                (Kind::Vobiz, false),
                (Kind::Layers, false),
                (Kind::OmniDim, true)
            ]
        );
    }

    /// The message for an account at Vobiz with this in it, from its fourth line on.
    fn vobiz(rest: &str) -> String {
        parsed(&format!(
            "[[account]]\nname = \"v\"\nprovider = \"vobiz\"\n{rest}"
        ))
        .unwrap_err()
    }

    #[test]
    fn what_is_wrong_with_an_account_is_said_with_its_line() {
        let token = "auth_token = { env = \"T\" }\n";
        for (rest, message) in [
            (
                token,
                ", line 1): `auth_id` is missing: add it, e.g. auth_id = { env = \"VOBIZ_AUTH_ID\" }",
            ),
            (
                "auth_id = 7",
                ", line 4: account `v`: `auth_id` is a text, or { env = \"VARIABLE\" }, or { file = \"PATH\" }, or { keyring = \"SERVICE/USER\" }",
            ),
            (
                "auth_id = ''",
                ", line 4: account `v`: `auth_id` is empty: give the account's `auth_id`",
            ),
            (
                "api_key = 'x'",
                ", line 4: account `v`: `api_key` is not for vobiz, which takes auth_id and auth_token: replace it",
            ),
            (
                "assume_timezone = 'UTC'",
                ", line 4: account `v`: `assume_timezone` is for omnidim only, vobiz sends times with their zone: remove it",
            ),
            (
                "auth_tokn = 'x'",
                ", line 4: account `v`: there is no `auth_tokn`: did you mean `auth_token`? known are name, provider, \
                 base_url, requests_per_minute, auth_id, auth_token",
            ),
            (
                "auth_id = { envv = 'X' }",
                ", line 4: account `v`: `auth_id` has no `envv`: did you mean `env`? known are env, file, keyring",
            ),
            (
                "requests_per_minute = 0",
                ", line 4: account `v`: `requests_per_minute` is a whole number from 1",
            ),
            (
                "base_url = ''",
                ", line 4: account `v`: `base_url` is a text that is not empty",
            ),
        ] {
            let said = vobiz(rest);
            assert!(
                said.ends_with(message) && said.contains("conf/tenancy.toml"),
                "{rest}: {said}"
            );
        }
        for rest in [
            "auth_id = { env = 'A', file = 'B' }",
            "auth_id = { env = 'A=B' }",
            "auth_id = {}",
            "auth_id = { file = 1 }",
            "auth_id = { keyring = 'service' }",
            "auth_id = { keyring = '/user' }",
        ] {
            let said = vobiz(rest);
            assert!(said.contains("`auth_id` is a text, or"), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_file_is_said_with_its_line() {
        for (text, message) in [
            (
                "",
                "conf/tenancy.toml has no accounts: add one as `[[account]]`",
            ),
            (
                "account = []",
                "conf/tenancy.toml has no accounts: add one as `[[account]]`",
            ),
            (
                "\n[account]\nname = 'x'",
                "conf/tenancy.toml, line 2: an account begins with `[[account]]`, in two brackets",
            ),
            (
                "[[acount]]",
                "conf/tenancy.toml, line 1: there is no `acount`: did you mean `account`? known are account",
            ),
            (
                "[[account]]",
                "conf/tenancy.toml, line 1: an account has no `name`: give it one, e.g. name = \"agency-eu\"",
            ),
            (
                "[[account]]\nname = \"a\\nb\"",
                "conf/tenancy.toml, line 2: an account's `name` is a text that is not empty and has no control characters",
            ),
            (
                "[[account]]\nname = 'x'",
                "conf/tenancy.toml, line 1: account `x`: `provider` is missing: add one of omnidim, layers, vobiz",
            ),
            (
                "[[account]]\nname = 'x'\nprovider = 'vobix'",
                "conf/tenancy.toml, line 3: account `x`: there is no provider `vobix`: did you mean `vobiz`? known are omnidim, \
                 layers, vobiz",
            ),
        ] {
            assert_eq!(parsed(text).unwrap_err(), message);
        }
    }

    #[test]
    fn a_name_stands_for_one_account() {
        let account = "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = { env = 'K' }\n";
        assert_eq!(
            parsed(&account.repeat(2)).unwrap_err(),
            "account `x` (conf/tenancy.toml, line 5): the account on line 1 has the same name: give each its own"
        );
    }

    #[test]
    fn no_message_quotes_a_secret() {
        for text in [
            "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = hunter2",
            "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = 'hunter2",
            "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = ['hunter2']",
            "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = { file = ['hunter2'] }",
            "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = { env = 'hunter2=' }",
            "[[account]]\nname = 'x'\nprovider = 'vobiz'\napi_key = 'hunter2'",
            "[[account]]\nname = 'x'\nprovider = 'layers'\napi_key = 'hunter2'\napi_key = 'hunter2'",
            "[[account]]\nname = 'x'\nprovider = 'layers'\nsecret_key = 'hunter2'",
        ] {
            let message = parsed(text).unwrap_err();
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn malformed_toml_is_located() {
        let message = parsed("[[account]]\nname = 'é' x\n").unwrap_err();
        assert!(
            message.starts_with("conf/tenancy.toml, line 2, column 12: no valid TOML: "),
            "{message}"
        );
    }
}
