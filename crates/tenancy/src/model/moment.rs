//! A point in time, as precisely as the provider states it.

use std::borrow::Cow;
use std::fmt;

use jiff::fmt::rfc2822;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::common_time;

/// A point in time, as precisely as the provider states it. Written as text: an instant as RFC 3339 in UTC
/// (`2026-06-01T14:30:00Z`), a time without a zone as it is (`2025-10-09T10:20:58.220633`), a date as a date
/// (`2026-03-25`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// A point in time.
    Instant(Timestamp),
    /// A wall-clock time in an unknown zone.
    Local(civil::DateTime),
    /// A day in an unknown zone.
    Date(civil::Date),
}

impl Moment {
    /// Reads ISO 8601 with an offset, without one, or a date alone, and RFC 2822 (`Mon, 16 Aug 2010 23:00:23 +0000`).
    /// Anything else, such as `05/04/2026`, is ambiguous and gives nothing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((time, offset)) = common_time::read(text) {
            return Self::at(time, offset);
        }
        let Ok(sent) = Pieces::parse(text) else {
            // A zone by letters other than `GMT` is not the same for everybody.
            let zone = text.rsplit(' ').next()?;
            let is_known = zone == "GMT" || zone.starts_with(['+', '-']);
            let sent = rfc2822::parse(text).ok().filter(|_| is_known)?;
            return Some(Self::Instant(sent.timestamp()));
        };
        let Some(time) = sent.time() else {
            return Some(Self::Date(sent.date()));
        };
        Self::at(sent.date().to_datetime(time), sent.to_numeric_offset())
    }

    fn at(time: civil::DateTime, offset: Option<Offset>) -> Option<Self> {
        match offset {
            Some(offset) => offset.to_timestamp(time).ok().map(Self::Instant),
            None => Some(Self::Local(time)),
        }
    }

    /// Interprets a time without a zone as one in `zone`. If it occurred twice there, the first one counts. Instants and
    /// dates stay as they are.
    #[must_use]
    pub fn in_zone(self, zone: &TimeZone) -> Self {
        match self {
            Self::Local(time) => zone.to_timestamp(time).map_or(self, Self::Instant),
            Self::Instant(_) | Self::Date(_) => self,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => instant.fmt(f),
            Self::Local(time) => time.fmt(f),
            Self::Date(date) => date.fmt(f),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text)
            .ok_or_else(|| D::Error::custom(format_args!("`{text}` is neither a time nor a date")))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A point in time, as precisely as the provider states it: RFC 3339 in UTC, or a time without a zone, or a date.",
            "type": "string",
            "pattern": r"^-?[0-9]{4,6}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?)?$",
            "examples": ["2026-06-01T14:30:00Z", "2025-10-09T10:20:58.220633", "2026-03-25"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        Moment::read(text).map(|moment| moment.to_string())
    }

    #[test]
    fn reads_what_the_providers_send_and_invents_nothing() {
        for (sent, read) in [
            (
                "2026-06-01T14:30:00.000000+00:00",
                Some("2026-06-01T14:30:00Z"),
            ),
            (
                "2025-10-22T03:57:35.997500Z",
                Some("2025-10-22T03:57:35.9975Z"),
            ),
            ("2026-06-01T14:30:00+05:30", Some("2026-06-01T09:00:00Z")),
            (
                "2025-10-09T10:20:58.220633",
                Some("2025-10-09T10:20:58.220633"),
            ),
            ("2026-03-25", Some("2026-03-25")),
            (
                "Mon, 16 Aug 2010 23:00:23 +0000",
                Some("2010-08-16T23:00:23Z"),
            ),
            (
                "Sat, 30 May 2026 23:07:48 +0200",
                Some("2026-05-30T21:07:48Z"),
            ),
            ("16 Aug 2010 23:00:23 GMT", Some("2010-08-16T23:00:23Z")),
            ("Tue, 16 Aug 2010 23:00:23 +0000", None),
            ("Mon, 16 Aug 2010 23:00:23 A", None),
            ("Mon, 16 Aug 2010 23:00:23 PST", None),
            ("Mon, 16 Aug 2010 23:00:23", None),
            ("05/04/2026 14:46:15", None),
            ("2026/06/01T14:30:00", None),
            ("2026-06-01T14.30.00Z", None),
            ("2026-02-30", None),
            ("", None),
            ("now", None),
        ] {
            assert_eq!(shown(sent).as_deref(), read, "{sent}");
        }
    }

    #[test]
    fn a_zone_turns_a_local_time_into_an_instant_and_leaves_the_rest() {
        let zone = TimeZone::get("US/Pacific").unwrap();
        let moved = |text| Moment::read(text).unwrap().in_zone(&zone).to_string();
        assert_eq!(
            moved("2025-10-09T10:20:58.220633"),
            "2025-10-09T17:20:58.220633Z"
        );
        assert_eq!(moved("2026-03-25"), "2026-03-25");
        assert_eq!(moved("2026-03-25T00:00:00Z"), "2026-03-25T00:00:00Z");
    }
}
