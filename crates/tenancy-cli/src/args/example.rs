//! The configuration template and the help on configuring accounts; both list every provider.

use std::path::Path;

use tenancy::providers::{self, Descriptor};

use crate::output::controls;

const HEADER: &str = r#"# Reseller accounts, whose tenants `tenancy list` lists. Uncomment the accounts that you have, then run `tenancy check`.
# `tenancy list --demo` needs none of this.
#
# Keep secrets out of this file. Instead of a secret, say where it is:
#     { env = "VARIABLE" }           an environment variable
#     { file = "PATH" }              a file that only you can read; relative paths start at this file's folder
#     { keyring = "SERVICE/USER" }   the system's keyring, if built with `--features keyring`
#     { command = ["pass", "x"] }    the first line that a program prints; no shell is involved
#
# Any account may also have:
#     requests_per_minute = 120      send at most this many requests a minute
#     base_url = "https://…"         the address of the API, if not the provider's usual one
"#;

/// The file that `config init` writes. A line of TOML that is commented out begins with `#` and no space.
pub(crate) fn template() -> String {
    let accounts = providers::ALL.iter().map(|provider| {
        let options = provider.options.iter().map(|option| {
            let setting = format!("{} = \"{}\"", option.key, option.example);
            (setting, option.help)
        });
        let settings: String = settings(provider)
            .into_iter()
            .chain(options)
            .map(|(setting, help)| format!("#{setting:44} # {help}\n"))
            .collect();
        format!(
            "\n# At {}: {}, whose tenants are its {}. The API is at {}\n#[[account]]\n{settings}",
            provider.title, provider.account, provider.tenants, provider.base_url
        )
    });
    HEADER.to_owned() + &accounts.collect::<String>()
}

/// The settings of an example account, with a comment on each.
fn settings(provider: &Descriptor) -> Vec<(String, &'static str)> {
    let name = format!("name = \"my-{}\"", provider.name);
    let mut settings = vec![
        (name, "any unique name"),
        (
            format!("provider = \"{}\"", provider.name),
            "where the account is",
        ),
    ];
    for field in provider.credentials {
        let value = if field.secret {
            format!("{{ env = \"{}\" }}", field.variable)
        } else {
            format!("\"{}\"", field.example)
        };
        settings.push((format!("{} = {value}", field.key), field.help));
    }
    settings
}

/// The first provider's account as TOML, indented.
pub(crate) fn account() -> String {
    let Some(provider) = providers::ALL.first() else {
        return String::new();
    };
    let settings = settings(provider).into_iter();
    let settings: String = settings
        .map(|(setting, _)| format!("    {setting}\n"))
        .collect();
    format!("    [[account]]\n{settings}")
}

/// The environment variables that configure one account at each provider, one provider a line.
pub(crate) fn variables() -> String {
    let line = |provider: &&Descriptor| {
        let variables = provider.credentials.iter().map(|field| field.variable);
        let variables: Vec<_> = variables.collect();
        format!("    {:8} {}\n", provider.name, variables.join(" and "))
    };
    providers::ALL.iter().map(line).collect()
}

/// The help for somebody who has no configuration.
pub(crate) fn how_to_configure(default: Option<&Path>, variable: &str) -> String {
    let default = default.map_or_else(String::new, |path| {
        format!("{}, or in ", controls::escape(&path.to_string_lossy()))
    });
    format!(
        "Configure accounts in {default}a file that --config or ${variable} names:

{}
`tenancy config init` writes a file to start from.

Or set the environment variables of one account at each provider:

{}
Or try the demo, which needs no account:

    tenancy list --demo
",
        account(),
        variables()
    )
}
