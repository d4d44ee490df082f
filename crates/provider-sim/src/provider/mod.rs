//! The list of simulated providers.

pub(crate) mod contract;

use self::contract::Provider;
use crate::account::Account;

/// Declares the module of each provider, and lists what they simulate.
macro_rules! providers {
    ($($module:ident::$simulated:ident,)*) => {
        $(mod $module;)*

        const ALL: &[Provider] = &[$(Provider::new(&$module::$simulated),)*];
    };
}

providers! {
    omnidim::OmniDim,
    layers::Layers,
    vobiz::Vobiz,
    twilio::Twilio,
    vonage::Vonage,
    plivo::Plivo,
    synthflow::Synthflow,
    workos::WorkOs,
    telnyx::Telnyx,
    mailgun::Mailgun,
    sendgrid::SendGrid,
    stripe::Stripe,
}

impl Provider {
    /// Every simulated provider.
    pub const ALL: &'static [Self] = ALL;

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
