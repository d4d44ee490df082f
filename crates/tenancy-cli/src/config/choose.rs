//! Which accounts are listed: where they are configured, and which of them were asked for.

use std::env;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::args::AccountsArguments;
use crate::config::account::Setup;
use crate::config::demo::Demonstration;
use crate::config::environment;
use crate::config::file;
use crate::config::kind::Kind;
use crate::exit::Failure;
use crate::suggest;

/// The variable that names the configuration file.
const VARIABLE: &str = "TENANCY_CONFIG";

/// The configured accounts: from the file that was named, else from the one that `TENANCY_CONFIG` names, else from the one in
/// the platform's configuration folder, else from the variables of each provider.
fn configured(named: Option<&Path>) -> Result<Vec<Setup>, Failure> {
    if let Some(path) = named.map(Path::to_owned).or_else(path_from_variable) {
        return file::read(&path);
    }
    let usual = usual_path();
    // A file that is there and cannot be looked at is no reason to look elsewhere: reading it says why.
    if let Some(path) = usual
        .as_ref()
        .filter(|path| path.try_exists().unwrap_or(true))
    {
        return file::read(path);
    }
    let setups = environment::setups();
    if setups.is_empty() {
        return Err(Failure::usage("no account is configured")
            .with_help(how_to_configure(usual.as_deref())));
    }
    Ok(setups)
}

/// Where the configuration is, unless `--config` names another.
pub(crate) fn path() -> Option<PathBuf> {
    path_from_variable().or_else(usual_path)
}

fn path_from_variable() -> Option<PathBuf> {
    env::var_os(VARIABLE)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
}

/// `tenancy/config.toml` in the platform's configuration folder.
fn usual_path() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("tenancy").join("config.toml"))
}

fn how_to_configure(usual: Option<&Path>) -> String {
    let usual = usual.map_or_else(String::new, |path| {
        format!(
            "{}, or in ",
            crate::output::escape::terminal(&path.to_string_lossy())
        )
    });
    let variables: String = Kind::ALL
        .iter()
        .map(|kind| {
            let variables: Vec<_> = kind
                .credentials()
                .iter()
                .map(|credential| credential.variable)
                .collect();
            format!("    {:8} {}\n", kind.name(), variables.join(" and "))
        })
        .collect();
    format!(
        r#"Configure accounts in {usual}a file that --config or ${VARIABLE} names:

    [[account]]
    name = "agency-eu"
    provider = "vobiz"
    auth_id = "MA_XXXXXXXX"
    auth_token = {{ env = "VOBIZ_AUTH_TOKEN" }}

    [[account]]
    name = "agency-us"
    provider = "layers"
    api_key = {{ file = "layers.key" }}

`tenancy config init` writes one to start from.

Or set the variables of one account at each provider:

{variables}
Or look at a demonstration, without any account:

    tenancy list --demo
"#
    )
}

/// The accounts that the arguments ask for.
pub(crate) fn wanted(
    arguments: &AccountsArguments,
    demonstration: Option<&Demonstration>,
) -> Result<Vec<Setup>, Failure> {
    let setups = match demonstration {
        Some(demonstration) => demonstration.setups(),
        None => configured(arguments.config.as_deref())?,
    };
    chosen(setups, &arguments.account, &arguments.provider)
}

/// Those of the accounts that were asked for: by name, by provider, or all.
fn chosen(
    setups: Vec<Setup>,
    names: &[String],
    providers: &[String],
) -> Result<Vec<Setup>, Failure> {
    let known: Vec<_> = setups.iter().map(|setup| setup.name.as_str()).collect();
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::usage(format!(
            "there is no account `{name}`: {}",
            suggest::instead(name, &known)
        )));
    }
    let all = known
        .iter()
        .zip(&setups)
        .map(|(name, setup)| format!("{name} ({})", setup.kind.name()));
    let all = all.collect::<Vec<_>>().join(", ");
    let wanted = |setup: &Setup| {
        (names.is_empty() || names.contains(&setup.name))
            && (providers.is_empty()
                || providers
                    .iter()
                    .any(|provider| provider == setup.kind.name()))
    };
    let setups: Vec<_> = setups.into_iter().filter(wanted).collect();
    if setups.is_empty() {
        let providers = providers.join(" or ");
        return Err(Failure::usage(format!(
            "no account that was asked for is at {providers}: configured are {all}"
        )));
    }
    Ok(setups)
}
