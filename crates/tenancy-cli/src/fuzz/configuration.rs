//! Fuzzes a configuration file, and the address of a database.

use std::collections::BTreeSet;
use std::path::Path;

use tenancy::providers::ALL;
use tenancy_store::Address;

use crate::config::file::parse;

/// A secret for inputs.
pub(super) const SECRET: &str = "hunter2-hunter2";

/// Checks that a configuration is read or refused; that neither shows a secret in a credential's place; and that nothing panics.
///
/// # Panics
/// One of these properties does not hold.
pub fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    file(text);
    address(text);
}

fn file(text: &str) {
    let hides = has_secrets_in_place(text);
    let configs = match parse(text, Path::new("tenancy.toml")) {
        Ok(configs) => configs,
        Err(failure) => {
            assert!(!failure.message.is_empty());
            assert!(
                !hides || !failure.message.contains(SECRET),
                "{}",
                failure.message
            );
            return;
        }
    };
    assert!(!hides || !format!("{configs:?}").contains(SECRET));
    let names: BTreeSet<_> = configs.iter().map(|config| &config.name).collect();
    assert_eq!(names.len(), configs.len(), "names are unique");
    for config in &configs {
        assert!(!config.name.trim().is_empty());
        let given: BTreeSet<_> = config
            .credentials
            .iter()
            .map(|(field, _)| field.key)
            .collect();
        let needed: BTreeSet<_> = config
            .provider
            .credentials
            .iter()
            .map(|field| field.key)
            .collect();
        assert_eq!(given, needed, "each credential has one source");
        assert_eq!(given.len(), config.credentials.len());
    }
}

/// Whether the secret is nowhere but in strings that are credentials. Of a file that is not TOML, nothing may be quoted.
fn has_secrets_in_place(text: &str) -> bool {
    let Ok(mut document) = text.parse::<toml::Table>() else {
        return true;
    };
    let credentials: Vec<_> = ALL
        .iter()
        .flat_map(|provider| provider.credentials)
        .collect();
    let accounts = document
        .get_mut("account")
        .and_then(toml::Value::as_array_mut);
    for account in accounts.into_iter().flatten() {
        for field in &credentials {
            let value = account.get_mut(field.key);
            if let Some(value) = value.filter(|value| value.is_str()) {
                *value = "".into();
            }
        }
    }
    // Comments are no part of the document.
    !format!("{document:?}").contains(SECRET)
}

fn address(text: &str) {
    match Address::parse(text) {
        Ok(Address::File(path)) => assert!(!path.to_string_lossy().contains("://"), "{path:?}"),
        Ok(_) => {}
        Err(error) => assert!(!error.to_string().contains(SECRET), "{error}"),
    }
}
