//! Accounts from the variables of the environment, for whoever has no configuration.

use std::env;

use crate::config::account::{Origin, Place, Setup};
use crate::config::kind::Kind;

/// One account for each provider of which a credential is set. It is named after its provider.
pub(crate) fn setups() -> Vec<Setup> {
    let is_set = |variable: &str| env::var_os(variable).is_some_and(|value| !value.is_empty());
    Kind::ALL
        .into_iter()
        .filter(|kind| {
            kind.credentials()
                .iter()
                .any(|credential| is_set(credential.variable))
        })
        .map(|kind| {
            let origin = |credential: &crate::config::kind::Credential| {
                Origin::Variable(credential.variable.to_owned())
            };
            Setup::new(
                kind.name(),
                kind,
                Place::Environment,
                kind.credentials().iter().map(origin).collect(),
            )
        })
        .collect()
}
