//! The list of simulated providers.

mod layers;
mod omnidim;
mod vobiz;

use crate::account::Account;
use crate::simulated::Provider;

impl Provider {
    /// Every simulated provider.
    pub const ALL: &'static [Self] = &[
        Self::new(&omnidim::OmniDim),
        Self::new(&layers::Layers),
        Self::new(&vobiz::Vobiz),
    ];

    /// The provider of that name.
    ///
    /// # Panics
    /// When there is none.
    pub fn named(name: &str) -> Self {
        match Self::ALL.iter().find(|provider| provider.name() == name) {
            Some(provider) => *provider,
            None => panic!("no provider {name:?} is simulated"),
        }
    }
}

/// One account at each provider, with the hand-made tenants of the demonstration.
pub(crate) fn demo() -> impl Iterator<Item = Account> {
    Provider::ALL.iter().map(|provider| {
        let account = Account::new(*provider, format!("{}-demo", provider.name()));
        let credentials = provider.demo_credentials().iter();
        credentials.fold(account.demo_records(), |account, (key, value)| {
            account.credential(key, *value)
        })
    })
}
