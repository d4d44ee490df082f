//! The providers: how each one's list is fetched, and how its records become tenants.
//!
//! A provider's module knows its generated client and nothing of the engine; it is the only place that knows what the
//! provider's fields mean.

mod descriptor;
#[cfg(feature = "layers")]
mod layers;
#[cfg(any(feature = "layers", feature = "omnidim", feature = "vobiz"))]
mod nulls;
#[cfg(feature = "omnidim")]
mod omnidim;
#[cfg(any(feature = "layers", feature = "omnidim", feature = "vobiz"))]
mod record;
#[cfg(feature = "vobiz")]
mod vobiz;

#[cfg(feature = "layers")]
pub use layers::Layers;
#[cfg(feature = "omnidim")]
pub use omnidim::OmniDim;
#[cfg(feature = "vobiz")]
pub use vobiz::Vobiz;

pub use descriptor::{CredentialField, Descriptor, OptionField, Settings};

/// The providers of this build.
pub static ALL: &[&Descriptor] = &[
    #[cfg(feature = "omnidim")]
    &omnidim::DESCRIPTOR,
    #[cfg(feature = "layers")]
    &layers::DESCRIPTOR,
    #[cfg(feature = "vobiz")]
    &vobiz::DESCRIPTOR,
];

/// Returns the provider of this name, if this build has it.
#[must_use]
pub fn find(name: &str) -> Option<&'static Descriptor> {
    ALL.iter().copied().find(|provider| provider.name == name)
}
