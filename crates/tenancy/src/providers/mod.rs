//! The providers: how each one's list is fetched, and how its records become tenants.
//!
//! A provider's module knows its generated client and nothing of the engine; it is the only place that knows what the
//! provider's fields mean.

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

use crate::Capabilities;

/// The providers that this build knows: the name by which configurations and tenants refer to each, and what its list
/// can do.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static Capabilities)> {
    vec![
        #[cfg(feature = "omnidim")]
        (OmniDim::NAME, &OmniDim::CAPABILITIES),
        #[cfg(feature = "layers")]
        (Layers::NAME, &Layers::CAPABILITIES),
        #[cfg(feature = "vobiz")]
        (Vobiz::NAME, &Vobiz::CAPABILITIES),
    ]
}
