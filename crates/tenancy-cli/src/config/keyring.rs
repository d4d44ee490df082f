//! Secrets from the system's keyring: the Secret Service, the Keychain or the Credential Manager.

use client_runtime::Secret;

/// The command that stores an entry.
#[cfg(feature = "keyring")]
const STORE: &str = if cfg!(target_os = "macos") {
    "security add-generic-password -s SERVICE -a USER -w"
} else {
    "secret-tool store --label=tenancy service SERVICE username USER"
};

/// The entry's secret, or why it cannot be read and what to do.
#[cfg(feature = "keyring")]
pub(super) fn read(service: &str, user: &str) -> Result<Secret, String> {
    use keyring::{Entry, Error};
    let password = Entry::new(service, user).and_then(|entry| entry.get_password());
    password.map(Secret::from).map_err(|error| match error {
        Error::NoEntry => format!("there is no such entry; store it, for example with `{STORE}`"),
        other => {
            let why = match (&other, Entry::store_status()) {
                (Error::NoDefaultStore, Err(why)) => why.to_string(),
                _ => other.to_string(),
            };
            // The platform's message may span several lines.
            let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{why}; unlock the keyring, or use {{ env = \"VARIABLE\" }} or {{ file = \"PATH\" }}")
        }
    })
}

/// Why a build without the feature reads no keyring.
#[cfg(not(feature = "keyring"))]
pub(super) fn read(_: &str, _: &str) -> Result<Secret, String> {
    Err(
        "this `tenancy` was built without keyring support; install it with `--features keyring`, or use \
         { env = \"VARIABLE\" } or { file = \"PATH\" }"
            .to_owned(),
    )
}
