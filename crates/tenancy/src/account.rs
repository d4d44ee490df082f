//! One reseller account at one provider.

use std::fmt;
use std::sync::Arc;

use crate::providers::{Descriptor, Settings};
use crate::{Error, ListingError, ListingErrorKind, Provider};

/// One reseller account at one provider, under the name by which reports and tenants refer to it.
#[derive(Clone)]
pub struct Account {
    name: Arc<str>,
    provider: Arc<dyn Provider>,
}

impl Account {
    /// Creates an account. The name is any text without control characters.
    ///
    /// # Errors
    /// The name is empty or has control characters.
    pub fn new(name: impl Into<String>, provider: impl Provider) -> Result<Self, Error> {
        Self::of(name.into(), Arc::new(provider))
    }

    /// Connects to an account at a provider. Sends no request.
    ///
    /// # Errors
    /// The name is empty or has control characters, a credential is missing, or a setting is unknown or not valid.
    ///
    /// # Examples
    /// ```no_run
    /// use tenancy::Account;
    /// use tenancy::providers::{Descriptor, Settings};
    ///
    /// # fn connect(provider: &Descriptor) -> Result<Account, tenancy::Error> {
    /// let mut settings = Settings::default();
    /// for field in provider.credentials {
    ///     let value = std::env::var(field.variable).unwrap_or_default();
    ///     settings.credentials.insert(field.key.to_owned(), value.into());
    /// }
    /// Account::connect("agency-eu", provider, &settings)
    /// # }
    /// ```
    pub fn connect(
        name: impl Into<String>,
        provider: &Descriptor,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let settings = settings.completed(provider)?;
        Self::of(name.into(), (provider.connect)(&settings)?)
    }

    fn of(name: String, provider: Arc<dyn Provider>) -> Result<Self, Error> {
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
            provider,
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

    /// Creates the error for something of this account that could not be listed.
    pub(crate) fn error(&self, kind: ListingErrorKind) -> ListingError {
        ListingError {
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
