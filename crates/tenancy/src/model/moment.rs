//! A point in time, as far as the provider told it.

use std::borrow::Cow;
use std::fmt;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time, as far as the provider told it. Written as text: an instant as RFC 3339 in UTC
/// (`2026-06-01T14:30:00Z`), a time that was sent without a zone without one (`2025-10-09T10:20:58.220633`), a date as
/// a date (`2026-03-25`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// A point in time.
    Instant(Timestamp),
    /// The time on a clock whose zone the provider did not tell.
    Local(civil::DateTime),
    /// A day, whose zone the provider did not tell.
    Date(civil::Date),
}

impl Moment {
    /// Reads what a provider sent: ISO 8601 with an offset, without one, or a date. Anything else, such as
    /// `05/04/2026`, is nothing: it could be two different days.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(usual) = Self::read_usual(text.as_bytes()) {
            return Some(usual);
        }
        if let Ok(instant) = text.parse() {
            return Some(Self::Instant(instant));
        }
        // A date would be read as midnight of a `DateTime`, which nobody said.
        if let Some(date) = (text.len() == "2026-03-25".len())
            .then(|| text.parse().ok())
            .flatten()
        {
            return Some(Self::Date(date));
        }
        text.parse().ok().map(Self::Local)
    }

    /// Reads the way in which nearly all times are written: `2026-06-01T14:30:00`, a fraction of a second or none, and `Z`,
    /// `+00:00` or nothing. What it does not read may be a time all the same.
    ///
    /// jiff reads all that ISO 8601 has, and takes ten times as long for it.
    pub(crate) fn read_usual(text: &[u8]) -> Option<Self> {
        let (date_time, rest) = text.split_first_chunk::<19>()?;
        let digits = date_time.map(|byte| byte.wrapping_sub(b'0'));
        let [
            y1,
            y2,
            y3,
            y4,
            _,
            mo1,
            mo2,
            _,
            d1,
            d2,
            _,
            h1,
            h2,
            _,
            mi1,
            mi2,
            _,
            s1,
            s2,
        ] = digits;
        let all = [y1, y2, y3, y4, mo1, mo2, d1, d2, h1, h2, mi1, mi2, s1, s2];
        let punctuated = [4, 7, 10, 13, 16].map(|at| date_time[at]) == *b"--T::";
        if !punctuated || all.iter().any(|digit| *digit > 9) {
            return None;
        }
        let two = |tens: u8, ones: u8| (tens * 10 + ones).cast_signed();
        let (nanosecond, zone) = match rest.split_first() {
            Some((b'.', rest)) => nanosecond(rest)?,
            _ => (0, rest),
        };
        let time = civil::DateTime::new(
            i16::from(two(y1, y2)) * 100 + i16::from(two(y3, y4)),
            two(mo1, mo2),
            two(d1, d2),
            two(h1, h2),
            two(mi1, mi2),
            two(s1, s2),
            nanosecond,
        )
        .ok()?;
        match zone {
            b"Z" | b"+00:00" => Offset::UTC.to_timestamp(time).ok().map(Self::Instant),
            b"" => Some(Self::Local(time)),
            _ => None,
        }
    }

    /// A time without a zone becomes the instant at which clocks in `zone` showed it. Where they showed it twice, the
    /// first time counts. The others stay as they are.
    #[must_use]
    pub fn in_zone(self, zone: &TimeZone) -> Self {
        match self {
            Self::Local(time) => zone.to_timestamp(time).map_or(self, Self::Instant),
            Self::Instant(_) | Self::Date(_) => self,
        }
    }
}

/// The fraction of a second that the text begins with, in nanoseconds, and what follows it.
fn nanosecond(text: &[u8]) -> Option<(i32, &[u8])> {
    let mut nanosecond = 0;
    let mut unit = 100_000_000;
    for (at, byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return (at > 0).then(|| (nanosecond, &text[at..]));
        }
        if unit == 0 {
            return None;
        }
        nanosecond += i32::from(digit) * unit;
        unit /= 10;
    }
    (!text.is_empty()).then_some((nanosecond, &[]))
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
            .ok_or_else(|| D::Error::custom(format_args!("`{text}` is no time and no date")))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A point in time as far as the provider told it: RFC 3339 in UTC, or a time without a zone, or a date.",
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
    fn the_usual_ways_are_read_as_jiff_reads_them() {
        let dates = [
            "2026-06-01",
            "2024-02-29",
            "2023-02-29",
            "0000-01-01",
            "9999-12-31",
            "2026-13-01",
        ];
        let times = [
            "T00:00:00",
            "T23:59:59",
            "T23:59:60",
            "T24:00:00",
            "t01:02:03",
            " 01:02:03",
            "T1:02:030",
        ];
        let fractions = ["", ".", ".5", ".000000", ".999999999", ".1234567890", ",5"];
        let zones = [
            "", "Z", "z", "+00:00", "-00:00", "+05:30", "+00", "Z ", "[UTC]",
        ];
        let mut usually = 0;
        for date in dates {
            for time in times {
                for fraction in fractions {
                    for zone in zones {
                        let text = format!("{date}{time}{fraction}{zone}");
                        let Some(read) = Moment::read_usual(text.as_bytes()) else {
                            continue;
                        };
                        usually += 1;
                        let expected = text
                            .parse()
                            .map(Moment::Instant)
                            .or_else(|_| text.parse().map(Moment::Local));
                        assert_eq!(Some(read), expected.ok(), "{text}");
                    }
                }
            }
        }
        assert!(usually > 50, "{usually}");
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
