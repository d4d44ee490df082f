//! The time zone assumed for times that a provider sends without one.

use jiff::tz::TimeZone;

use super::descriptor::{OptionField, Settings};
use crate::{Error, Moment};

const KEY: &str = "assume_timezone";

/// The time zone assumed for times that were sent without one, from the option `assume_timezone`.
#[derive(Clone, Debug)]
pub struct AssumedZone {
    zone: TimeZone,
    name: String,
}

impl AssumedZone {
    /// Describes the option, for a [`Descriptor`](super::Descriptor).
    #[must_use]
    pub const fn option(help: &'static str) -> OptionField {
        OptionField {
            key: KEY,
            help,
            example: "UTC",
        }
    }

    /// Reads the option.
    ///
    /// # Errors
    /// It names no time zone.
    pub fn of(settings: &Settings) -> Result<Option<Self>, Error> {
        let Some(name) = settings.option(KEY) else {
            return Ok(None);
        };
        let zone = TimeZone::get(name).map_err(|_| {
            Error::configuration(format!(
                "`{KEY}` is no time zone: use a name such as UTC or Asia/Kolkata"
            ))
        })?;
        let name = name.to_owned();
        Ok(Some(Self { zone, name }))
    }

    /// The assumption in words.
    pub(super) fn assumption(&self) -> String {
        format!("times sent without a zone are in {}", self.name)
    }

    pub(super) fn apply(&self, moment: Moment) -> Moment {
        moment.in_zone(&self.zone)
    }
}
