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

    /// Reads the way in which nearly all times are written: `2026-06-01T14:30:00`, with millionths of a second or without, and
    /// `Z`, `+00:00` or nothing. What it does not read may be a time all the same.
    ///
    /// jiff reads all that ISO 8601 has, and takes ten times as long for it.
    pub(crate) fn read_usual(text: &[u8]) -> Option<Self> {
        let (date, rest) = text.split_first_chunk()?;
        let [century, _, year, _, _, month, ..] = DATE.numbers(date)?;
        let (time, rest) = rest.split_first_chunk()?;
        let [day, _, _, hour, _, _, minute, _] = TIME.numbers(time)?;
        let (second, rest) = match rest {
            [b':', tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
                ((tens - b'0') * 10 + (ones - b'0'), rest)
            }
            _ => return None,
        };
        let (microsecond, zone) = match rest {
            [b'.', ..] => {
                let (fraction, zone) = text[18..].split_first_chunk()?;
                let [_, _, first, _, second, _, third, _] = FRACTION.numbers(fraction)?;
                let pairs = [first, second, third].map(i32::from);
                (pairs[0] * 10_000 + pairs[1] * 100 + pairs[2], zone)
            }
            _ => (0, rest),
        };
        let time = civil::DateTime::new(
            i16::from(century) * 100 + i16::from(year),
            month.cast_signed(),
            day.cast_signed(),
            hour.cast_signed(),
            minute.cast_signed(),
            second.cast_signed(),
            microsecond * 1_000,
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

const DATE: Form = Form::new(b"0000-00-");
const TIME: Form = Form::new(b"00T00:00");
/// From the last digit of the second on.
const FRACTION: Form = Form::new(b"0.000000");

/// The form of eight bytes, in which `0` stands for any digit and all else for itself: they are looked at all at once.
struct Form {
    bytes: u64,
    /// By byte, how much can be added to its distance from the form before its highest bit is set.
    room: u64,
}

impl Form {
    const fn new(form: &[u8; 8]) -> Self {
        let mut room = [0x7f; 8];
        let mut at = 0;
        while at < form.len() {
            if form[at] == b'0' {
                room[at] -= 9;
            }
            at += 1;
        }
        Self {
            bytes: u64::from_le_bytes(*form),
            room: u64::from_le_bytes(room),
        }
    }

    /// At each byte the number that its digit and the next one make, if the text has this form.
    fn numbers(&self, text: &[u8; 8]) -> Option<[u8; 8]> {
        let digits = u64::from_le_bytes(*text) ^ self.bytes;
        let odd = (digits | digits.wrapping_add(self.room)) & 0x8080_8080_8080_8080;
        (odd == 0).then(|| (digits * 10 + (digits >> 8)).to_le_bytes())
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
            "T01:0:030",
            "T01:02:3:",
            "T01:02:03",
        ];
        let fractions = [
            "",
            ".",
            ".5",
            ".000000",
            ".123456",
            ".999999999",
            ".1234567890",
            ",5",
        ];
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
        for text in [
            "2026-06-01T14:30:00Z",
            "2026-06-01T14:30:00.000001+00:00",
            "2026-06-01T14:30:00",
            "2026-06-01T14:30:00.999999",
        ] {
            assert!(Moment::read_usual(text.as_bytes()).is_some(), "{text}");
        }
    }

    #[test]
    fn whatever_stands_in_the_place_of_a_character_is_read_as_jiff_reads_it() {
        let text = b"2024-03-10T11:58:10.519435Z";
        assert!(Moment::read_usual(text).is_some());
        for at in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut text = *text;
                text[at] = byte;
                let Some(read) = Moment::read_usual(&text) else {
                    continue;
                };
                let text = str::from_utf8(&text).unwrap();
                assert_eq!(text.parse().map(Moment::Instant).ok(), Some(read), "{text}");
            }
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
