//! Exact decimal numbers, compared by value, with exponents of any size.

use std::cmp::Ordering;

/// A decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    negative: bool,
    /// The position of the decimal point, counted from the first digit.
    point: i64,
    /// The digits from the first to the last nonzero one.
    digits: Vec<u8>,
}

impl Number {
    /// Reads a number such as `-12`, `0.50` or `1e-7`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat().into_bytes();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let mut significant = digits[zeros..].to_vec();
        while significant.last() == Some(&b'0') {
            significant.pop();
        }
        if significant.is_empty() {
            return Some(Self {
                negative: false,
                point: 0,
                digits: significant,
            });
        }
        let before_point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self {
            negative,
            point: before_point.saturating_add(exponent),
            digits: significant,
        })
    }

    fn signum(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

/// An exponent, saturated if out of range.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    }))
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.signum().cmp(&other.signum()).then_with(|| {
            let magnitude = (self.point, &self.digits).cmp(&(other.point, &other.digits));
            if self.negative {
                magnitude.reverse()
            } else {
                magnitude
            }
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_their_value() {
        let ascending = [
            "-1e99999999999999999999",
            "-100000000000000000000.01",
            "-100000000000000000000",
            "-10",
            "-9.99",
            "-1e-7",
            "0",
            "1e-99999999999999999999",
            "0.1",
            "0.30000000000000004",
            "9.99",
            "10",
            "12345678901234567890.10",
            "12345678901234567890.11",
            "1e21",
        ];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                let (left, right) = (Number::read(left).unwrap(), Number::read(right).unwrap());
                assert_eq!(left.cmp(&right), i.cmp(&j), "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn how_a_number_is_written_does_not_matter() {
        for alike in [
            &["13", "13.0", "013", "+13", "1.3e1", "1300E-2"][..],
            &["0", "-0", "0.00", "0e5", ".0"],
            &["-0.5", "-.5", "-5e-1"],
        ] {
            for text in alike {
                assert_eq!(Number::read(text), Number::read(alike[0]), "{text}");
            }
        }
        for text in ["", "-", ".", "1,5", "$3", "1e", "1e+", "0x1", "１", "1 "] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }
}
