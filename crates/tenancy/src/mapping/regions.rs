//! The regions of a provider's API, and the base address of each.

use super::descriptor::{Descriptor, OptionField, Settings};
use crate::Error;

const KEY: &str = "region";

/// The regions of a provider's API by name, each with its base address. The option `region` selects one.
#[derive(Clone, Copy, Debug)]
pub struct Regions(pub &'static [(&'static str, &'static str)]);

impl Regions {
    /// Describes the option, for a [`Descriptor`].
    #[must_use]
    pub const fn option(help: &'static str, example: &'static str) -> OptionField {
        OptionField {
            key: KEY,
            help,
            example,
        }
    }

    /// Returns the base address of the account's region, or the account's base address if it states no region.
    ///
    /// # Errors
    /// There is no such region, or the account states a base address, too.
    pub fn base_url<'a>(
        &self,
        settings: &'a Settings,
        provider: &Descriptor,
    ) -> Result<&'a str, Error> {
        let Some(name) = settings.option(KEY) else {
            return Ok(settings.base_url());
        };
        let Some((_, address)) = self.0.iter().find(|(region, _)| *region == name) else {
            let known: Vec<_> = self.0.iter().map(|(region, _)| *region).collect();
            let known = known.join(", ");
            return Err(Error::configuration(format!(
                "`{KEY}` is no region of {}: use one of {known}",
                provider.title
            )));
        };
        if settings.base_url() != provider.base_url {
            return Err(Error::configuration(format!(
                "`{KEY}` and `base_url` are both set: remove one of them"
            )));
        }
        Ok(address)
    }
}
