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
        if let Some(usual) = usual(text.as_bytes()) {
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

/// Reads the way in which nearly all times are written: `2026-06-01T14:30:00`, a fraction of a second or none, and `Z`,
/// `+00:00` or nothing. What it does not read may be a time all the same.
///
/// jiff reads all that ISO 8601 has, and takes ten times as long for it.
fn usual(text: &[u8]) -> Option<Moment> {
    let (date_time, rest) = text.split_at_checked("2026-06-01T14:30:00".len())?;
    let punctuated = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')]
        .iter()
        .all(|(at, byte)| date_time[*at] == *byte);
    if !punctuated {
        return None;
    }
    let (fraction, zone) = match rest.split_first() {
        Some((b'.', rest)) => {
            let end = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            rest.split_at(end)
        }
        _ => (&b""[..], rest),
    };
    if rest.first() == Some(&b'.') && !(1..=9).contains(&fraction.len()) {
        return None;
    }
    let nanosecond = number(fraction)? * 10_i64.pow(9 - u32::try_from(fraction.len()).ok()?);
    let part = |begin: usize, end: usize| number(&date_time[begin..end]);
    let time = civil::DateTime::new(
        part(0, 4)?.try_into().ok()?,
        part(5, 7)?.try_into().ok()?,
        part(8, 10)?.try_into().ok()?,
        part(11, 13)?.try_into().ok()?,
        part(14, 16)?.try_into().ok()?,
        part(17, 19)?.try_into().ok()?,
        nanosecond.try_into().ok()?,
    )
    .ok()?;
    match zone {
        b"Z" | b"+00:00" => Offset::UTC.to_timestamp(time).ok().map(Moment::Instant),
        b"" => Some(Moment::Local(time)),
        _ => None,
    }
}

/// The number that digits, and nothing but digits, are.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
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
                        let Some(read) = usual(text.as_bytes()) else {
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
