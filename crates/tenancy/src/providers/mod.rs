//! The providers, each a module with one [`Descriptor`] and one [`Mapping`]: the only code that knows the meaning of its fields.
//!
//! Another crate adds a provider in the same way: generate a client, implement [`Mapping`] and [`Endpoint`], and pass a
//! [`Descriptor`] to [`Account::connect`](crate::Account::connect). Without a generated client, implement
//! [`Provider`] instead of [`Endpoint`].

pub use record_stream::{Envelope, Field};

pub use crate::engine::Identities;
pub use crate::entry::{Entry, Mapped, Unlisted};
pub use crate::mapping::{
    AssumedZone, CredentialField, Descriptor, Endpoint, Mapper, Mapping, NoTenant, Normaliser,
    OptionField, ParentId, Refusal, Regions, Settings, connected,
};
pub use crate::page::{Next, Page, Place};
pub use crate::paging::{PageRequest, Paging, Position, RankBy, StatedOrder};
pub use crate::provider::{Arrivals, Capabilities, Fetch, Provider};
pub use crate::records::Records;

/// Declares the module of each provider behind its feature, and lists the descriptors.
macro_rules! providers {
    ($($module:ident = $feature:literal,)*) => {
        $(
            #[cfg(feature = $feature)]
            pub mod $module;
        )*

        /// The providers of this build.
        pub static ALL: &[&Descriptor] = &[
            $(
                #[cfg(feature = $feature)]
                &$module::DESCRIPTOR,
            )*
        ];

        /// The properties that each provider's document declares secret.
        #[cfg(test)]
        static SECRETS: &[(&Descriptor, &[&str])] = &[
            $(
                #[cfg(feature = $feature)]
                (&$module::DESCRIPTOR, ::$module::SECRET_PROPERTIES),
            )*
        ];
    };
}

providers! {
    omnidim = "omnidim",
    layers = "layers",
    vobiz = "vobiz",
    twilio = "twilio",
    vonage = "vonage",
    plivo = "plivo",
    synthflow = "synthflow",
    workos = "workos",
    telnyx = "telnyx",
    mailgun = "mailgun",
    sendgrid = "sendgrid",
    stripe = "stripe",
}

/// Returns the provider of this name, if this build has it.
#[must_use]
pub fn find(name: &str) -> Option<&'static Descriptor> {
    ALL.iter().copied().find(|provider| provider.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most of them are hidden by their names as well, so that no list shows a mapping that forgot them.
    #[test]
    fn every_mapping_hides_what_its_document_declares_secret() {
        for (provider, secrets) in SECRETS {
            let normaliser = (provider.normaliser)("a", false);
            assert_eq!(normaliser.secrets(), *secrets, "{}", provider.name);
        }
    }
}
