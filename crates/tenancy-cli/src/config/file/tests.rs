//! Tests that a configuration file is read, and that its errors name the line and the fix.

use super::*;
use crate::args::example;

fn parsed(text: &str) -> Result<Vec<AccountConfig>, String> {
    parse(text, Path::new("conf/tenancy.toml")).map_err(|failure| {
        assert_eq!(failure.exit, crate::exit::Exit::Usage);
        failure.message
    })
}

/// An account at the provider with these credentials; each of them is `value`.
fn account(provider: &Descriptor, value: &str) -> String {
    let name = provider.name;
    let fields = provider.credentials.iter();
    let fields: String = fields
        .map(|field| format!("{} = {value}\n", field.key))
        .collect();
    format!("[[account]]\nname = '{name}'\nprovider = '{name}'\n{fields}")
}

#[test]
fn every_key_of_every_provider_is_read() {
    for provider in providers::ALL {
        let options: String = provider
            .options
            .iter()
            .map(|option| format!("{} = '{}'\n", option.key, option.example))
            .collect();
        let text = account(provider, "'sk-1'")
            + &options
            + "base_url = 'https://api.example/v1'\nrequests_per_minute = 1_20\n";
        let [config] = parsed(&text).unwrap().try_into().unwrap();
        assert_eq!(config.provider.name, provider.name);
        assert_eq!(config.base_url.as_deref(), Some("https://api.example/v1"));
        assert_eq!(config.requests_per_minute, NonZeroU32::new(120));
        assert_eq!(config.options.len(), provider.options.len());
        assert_eq!(config.credentials.len(), provider.credentials.len());
        assert_eq!(config.location.to_string(), "conf/tenancy.toml, line 1");
        assert!(!format!("{config:?}").contains("sk-1"));
    }
}

#[test]
fn a_secret_may_be_elsewhere() {
    let source = |value| {
        let [config] = parsed(&account(providers::ALL[0], value))
            .unwrap()
            .try_into()
            .unwrap();
        format!("{:?}", config.credentials[0].1)
    };
    assert_eq!(source("{ env = 'KEY' }"), r#"Variable("KEY")"#);
    assert_eq!(source("{ file = 'keys/k' }"), r#"File("conf/keys/k")"#);
    assert_eq!(
        source("{ keyring = 'acme/tenancy/k' }"),
        r#"Keyring { service: "acme/tenancy", user: "k" }"#
    );
}

#[test]
fn the_configuration_to_start_from_is_a_valid_one() {
    let template = example::template();
    assert!(parsed(&template).unwrap().is_empty());
    let uncommented = template.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with([' ', '#']) => format!("{rest}\n"),
        _ => format!("{line}\n"),
    });
    let configs = parsed(&uncommented.collect::<String>()).unwrap();
    let names: Vec<_> = configs.iter().map(|config| config.provider.name).collect();
    let known: Vec<_> = providers::ALL
        .iter()
        .map(|provider| provider.name)
        .collect();
    assert_eq!(names, known);
}

#[test]
fn an_error_in_an_account_names_its_line_and_what_to_do() {
    let provider = providers::ALL[0];
    let (name, key) = (provider.name, provider.credentials[0].key);
    let error = |rest: &str| {
        let text = format!("[[account]]\nname = 'a'\nprovider = '{name}'\n{rest}");
        let error = parsed(&text).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
        error
    };
    for (value, message) in [
        ("''", format!("`{key}` is empty; set it to ")),
        (
            "{ envv = 'X' }",
            format!("in `{key}`, there is no key `envv`; did you mean `env`? "),
        ),
        (
            "{ hunter2 = 'X' }",
            format!(
                "in `{key}`, there is no such key; the known keys are env, file, keyring, command"
            ),
        ),
        (
            "7",
            format!("`{key}` must be a string, {{ env = \"VARIABLE\" }}, "),
        ),
        ("['hunter2']", format!("`{key}` must be a string, ")),
        (
            "{ env = 'hunter2', file = 'B' }",
            format!("`{key}` must be a string, "),
        ),
        (
            "{ env = 'hunter2=' }",
            format!("`{key}` must be a string, "),
        ),
        ("{}", format!("`{key}` must be a string, ")),
        (
            "{ file = ['hunter2'] }",
            format!("`{key}` must be a string, "),
        ),
        (
            "{ keyring = 'service' }",
            format!("`{key}` must be a string, "),
        ),
        (
            "{ keyring = '/user' }",
            format!("`{key}` must be a string, "),
        ),
        (
            "{ command = 'hunter2' }",
            format!("`{key}` must be a string, "),
        ),
        (
            "{ command = ['', 'hunter2'] }",
            format!("`{key}` must be a string, "),
        ),
        ("{ command = [] }", format!("`{key}` must be a string, ")),
    ] {
        let error = error(&format!("{key} = {value}"));
        let start = format!("conf/tenancy.toml, line 4: account `a`: {message}");
        assert!(error.starts_with(&start), "{error}");
    }
    for (rest, message) in [
        (
            "requests_per_minute = 0",
            "`requests_per_minute` must be a whole number, at least 1",
        ),
        (
            "requests_per_minute = 'hunter2'",
            "`requests_per_minute` must be a whole number, at least 1",
        ),
        (
            "base_url = ''",
            "`base_url` must be a string that is not empty",
        ),
        (
            "hunter2 = ''",
            "there is no such key; the known keys are name, ",
        ),
        (
            "base_urll = 'hunter2'",
            "there is no key `base_urll`; did you mean `base_url`? The known keys are name, ",
        ),
    ] {
        let start = format!("conf/tenancy.toml, line 4: account `a`: {message}");
        assert!(error(rest).starts_with(&start), "{}", error(rest));
    }
    let missing = error("");
    let start = format!("account `a` (conf/tenancy.toml, line 1): `{key}` is missing; add ");
    assert!(missing.starts_with(&start), "{missing}");
}

#[test]
fn a_key_of_another_provider_is_explained_as_such() {
    for provider in providers::ALL {
        for other in providers::ALL {
            let foreign = |key: &&str| !keys(provider).any(|own| own == *key);
            for key in keys(other).filter(foreign) {
                let text = account(provider, "'x'") + &format!("{key} = 'hunter2'");
                let error = parsed(&text).unwrap_err();
                assert!(error.contains(&format!("`{key}` is a key of ")), "{error}");
                assert!(
                    error.contains(&format!("not of {}", provider.name)),
                    "{error}"
                );
                assert!(!error.contains("hunter2"), "{error}");
            }
        }
    }
}

#[test]
fn an_error_in_the_file_names_its_line_and_what_to_do() {
    for (text, message) in [
        (
            "\n[account]\nname = 'x'",
            "conf/tenancy.toml, line 2: an account begins with `[[account]]`, in double brackets, and there is nothing else",
        ),
        (
            "account = 'hunter2'",
            "conf/tenancy.toml, line 1: an account begins with `[[account]]`, in double brackets, and there is nothing else",
        ),
        (
            "[[hunter2]]",
            "conf/tenancy.toml, line 1: an account begins with `[[account]]`, in double brackets, and there is nothing else",
        ),
        (
            "[[account]]",
            "conf/tenancy.toml, line 1: the account has no `name`; add one, for example name = \"agency-eu\"",
        ),
        (
            "[[account]]\nname = \"a\\nb\"",
            "conf/tenancy.toml, line 2: `name` must be a string that is not empty and has no control characters",
        ),
        (
            "[[account]]\nname = 'x' y\n",
            "conf/tenancy.toml, line 2: invalid TOML at column ",
        ),
        (
            "[[account]]\nname = hunter2",
            "conf/tenancy.toml, line 2: invalid TOML at column ",
        ),
        (
            "[[account]]\nname = 'x'\nname = 'hunter2'",
            "conf/tenancy.toml, line 3: invalid TOML at column 1: duplicate key",
        ),
        (
            "[[account]]\nname = 'x'",
            "conf/tenancy.toml, line 1: account `x`: `provider` is missing; add one of ",
        ),
        (
            "[[account]]\nname = 'x'\nprovider = 'hunter2'",
            "conf/tenancy.toml, line 3: account `x`: there is no such provider; the known providers are ",
        ),
    ] {
        let error = parsed(text).unwrap_err();
        assert!(error.starts_with(message), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn names_are_unique() {
    let account = account(providers::ALL[0], "'x'");
    let error = parsed(&account.repeat(2)).unwrap_err();
    assert!(
        error.ends_with(
            "the account at conf/tenancy.toml, line 1 has the same name; rename one of them"
        ),
        "{error}"
    );
}
