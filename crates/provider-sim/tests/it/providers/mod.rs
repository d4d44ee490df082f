//! One module a provider.

mod layers;
mod omnidim;
mod vobiz;
