//! One reseller account at one provider.

use std::fmt;
use std::sync::Arc;

use crate::{Error, Fault, FaultKind, Provider};

/// One reseller account at one provider, under the name by which reports and tenants refer to it.
#[derive(Clone)]
pub struct Account {
    name: Arc<str>,
    provider: Arc<dyn Provider>,
}

impl Account {
    /// An account. The name is any text without control characters.
    ///
    /// # Errors
    /// The name is empty or has control characters.
    pub fn new(name: impl Into<String>, provider: impl Provider) -> Result<Self, Error> {
        let name = name.into();
        if name.trim().is_empty() {
            return Err(Error::configuration(
                "an account's name is empty: give it one",
            ));
        }
        if name.chars().any(char::is_control) {
            return Err(Error::configuration(format!(
                "the account name {name:?} has control characters in it: choose one without"
            )));
        }
        Ok(Self {
            name: name.into(),
            provider: Arc::new(provider),
        })
    }

    /// The account's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The account's provider.
    #[must_use]
    pub fn provider(&self) -> &Arc<dyn Provider> {
        &self.provider
    }

    /// Something of this account that could not be listed.
    pub(crate) fn fault(&self, kind: FaultKind) -> Fault {
        Fault {
            provider: self.provider.name().to_owned(),
            account: self.name().to_owned(),
            kind,
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("name", &self.name)
            .field("provider", &self.provider.name())
            .finish_non_exhaustive()
    }
}
