//! Reads times in the form in which nearly all of them are sent.
//!
//! Speed shapes this file. jiff reads every form of ISO 8601 and takes ten times as long.

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Reads `2026-06-01T14:30:00`, with or without a fraction of a second, in UTC (`Z` or `+00:00`) or without an offset.
/// Any other text gives `None` and may be a time, too.
pub(super) fn read(text: &str) -> Option<(DateTime, Option<Offset>)> {
    let (time, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let digits = time.map(|byte| byte.wrapping_sub(b'0'));
    let is_digit = |at: usize| digits[at] < 10;
    let separators = [time[4], time[7], time[10], time[13], time[16]];
    if separators != *b"--T::"
        || ![0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
            .into_iter()
            .all(is_digit)
    {
        return None;
    }
    let number = |at: usize| (digits[at] * 10 + digits[at + 1]).cast_signed();
    let (nanosecond, zone) = fraction(rest)?;
    let offset = match zone {
        b"" => None,
        b"Z" | b"+00:00" => Some(Offset::UTC),
        _ => return None,
    };
    let year = i16::from(number(0)) * 100 + i16::from(number(2));
    let (month, day) = (number(5), number(8));
    let time = DateTime::new(
        year,
        month,
        day,
        number(11),
        number(14),
        number(17),
        nanosecond,
    );
    Some((time.ok()?, offset))
}

/// Reads a fraction of a second, if the text begins with one. Returns nanoseconds and the rest of the text.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else {
        return Some((0, text));
    };
    let mut unit = 1_000_000_000;
    let mut nanoseconds = 0;
    let mut rest = text;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        unit /= 10;
        nanoseconds += i32::from(digit - b'0') * unit;
        rest = after;
    }
    // A tenth digit would be lost.
    (1..=9)
        .contains(&(text.len() - rest.len()))
        .then_some((nanoseconds, rest))
}

#[cfg(test)]
mod tests {
    use jiff::fmt::temporal::Pieces;

    use super::*;

    #[test]
    fn agrees_with_jiff_or_leaves_the_text_to_it() {
        let mut read_here = 0;
        for date in [
            "2026-06-01",
            "0000-02-29",
            "9999-12-31",
            "2026-02-30",
            "2026-13-01",
            "2026-6-01",
            "+2026-01-01",
            "-001-01-01",
        ] {
            for time in [
                "T14:30:00",
                "T00:00:59",
                "T23:59:60",
                "T24:00:00",
                " 14:30:00",
                "T14:30",
                "T143000",
                "T1a:30:00",
                "T:4:30:00",
            ] {
                for fraction in [
                    "",
                    ".0",
                    ".5",
                    ".123456",
                    ".123456789",
                    ".1234567890",
                    ".",
                    ",5",
                    ".-1",
                ] {
                    for zone in ["", "Z", "z", "+00:00", "-00:00", "+05:30", "[UTC]", "Z "] {
                        let text = format!("{date}{time}{fraction}{zone}");
                        if let Some((time, offset)) = read(&text) {
                            let sent = Pieces::parse(&text).unwrap();
                            let by_jiff = sent.date().to_datetime(sent.time().unwrap());
                            assert_eq!(
                                (time, offset),
                                (by_jiff, sent.to_numeric_offset()),
                                "{text}"
                            );
                            read_here += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(read_here, 3 * 2 * 5 * 3);
    }
}
