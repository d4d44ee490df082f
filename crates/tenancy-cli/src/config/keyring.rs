//! Reads secrets from the system's keyring: the Secret Service, the Keychain or the Credential Manager. It is a feature of the
//! build, for what it depends on.

use client_runtime::Secret;

/// How an entry is made, where the command cannot read one.
#[cfg(feature = "keyring")]
const STORE: &str = if cfg!(target_os = "macos") {
    "security add-generic-password -s SERVICE -a USER -w"
} else {
    "secret-tool store --label=tenancy service SERVICE username USER"
};

/// The entry's secret, or why it cannot be had and what to do.
#[cfg(feature = "keyring")]
pub(crate) fn read(service: &str, user: &str) -> Result<Secret, String> {
    use keyring::{Entry, Error};
    let password = Entry::new(service, user).and_then(|entry| entry.get_password());
    password.map(Secret::from).map_err(|error| match error {
        Error::NoEntry => format!("which has none: store it, e.g. with `{STORE}`"),
        // What the platform says may be of several lines.
        other => {
            let why = match (&other, Entry::store_status()) {
                (Error::NoDefaultStore, Err(why)) => why.to_string(),
                _ => other.to_string(),
            };
            let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("which cannot be read: {why}; unlock the keyring, or use {{ env = \"…\" }} or {{ file = \"…\" }}")
        }
    })
}

/// Why a build without the keyring has no secrets from it.
#[cfg(not(feature = "keyring"))]
pub(crate) fn read(_: &str, _: &str) -> Result<Secret, String> {
    Err(
        "and this `tenancy` was built without it: install it with `--features keyring`, or use { env = \"…\" } or \
         { file = \"…\" }"
            .to_owned(),
    )
}
