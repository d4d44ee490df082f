//! The value that a filter compares a field with.

use std::cmp::Ordering;

use jiff::{Timestamp, ToSpan};
use tenancy::{Moment, Status};

use crate::select::field::{Field, Number, Type, Value, instant};

/// The value that a field is compared with.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Text(String),
    Number(Number),
    Switch(bool),
    /// A half-open interval: a day, or one instant.
    Time {
        from: Timestamp,
        until: Timestamp,
    },
}

impl Operand {
    /// Reads a value that the field can have.
    pub(super) fn parse(field: &Field, value: &str) -> Result<Self, String> {
        let name = field.name;
        match field.value_type {
            Type::Text | Type::List => Ok(Self::Text(value.to_owned())),
            // Known statuses ignore case; a provider's own word does not.
            Type::Status => match Status::from(value.to_lowercase().as_str()) {
                Status::Other(_) => Ok(Self::Text(value.to_owned())),
                known => Ok(Self::Text(known.as_str().to_owned())),
            },
            Type::Number => Number::read(value)
                .map(Self::Number)
                .ok_or_else(|| format!("`{value}` is not a number: `{name}` compares with numbers, for example {name}<10")),
            Type::Switch => match value {
                "true" => Ok(Self::Switch(true)),
                "false" => Ok(Self::Switch(false)),
                _ => Err(format!("`{value}` is not true or false, the values of `{name}`")),
            },
            Type::Moment => Moment::read(value).and_then(interval).ok_or_else(|| {
                format!(
                    "`{value}` is not a time: `{name}` compares with times, for example {name}>2026-06-01, \
                     {name}>2026-06-01T14:30:00Z or {name}>=7d (h, d or w before now)"
                )
            }),
        }
    }

    /// Reads a value that the field can be less or greater than.
    pub(super) fn to_order(field: &Field, operator: &str, value: &str) -> Result<Self, String> {
        let name = field.name;
        match field.value_type {
            Type::Number | Type::Moment => Self::parse(field, value),
            // Identities and metadata are text, and often numbers.
            Type::Text => Number::read(value).map(Self::Number).ok_or_else(|| {
                format!(
                    "`{value}` is not a number: `{operator}` compares numbers, for example {name}{operator}10"
                )
            }),
            Type::Status | Type::Switch | Type::List => {
                Err(format!("`{name}` cannot be ordered; use = != ~ !~ or in"))
            }
        }
    }

    pub(super) fn equals(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(text), Value::List(texts)) => texts.contains(text),
            (Self::Text(text), value) => value.clone().shown() == text.as_str(),
            (Self::Switch(wanted), Value::Switch(switch)) => wanted == switch,
            _ => self.order(value) == Some(Ordering::Equal),
        }
    }

    /// Compares the value with this, if the two are comparable.
    pub(super) fn order(&self, value: &Value<'_>) -> Option<Ordering> {
        match (self, value) {
            (Self::Number(number), Value::Number(text) | Value::Text(text)) => {
                Some(Number::read(text)?.cmp(number))
            }
            (Self::Number(number), Value::Money(money)) => {
                Some(Number::read(money.amount.as_str())?.cmp(number))
            }
            (Self::Time { from, until }, Value::Moment(moment)) => {
                let moment = instant(moment)?;
                Some(if moment < *from {
                    Ordering::Less
                } else if moment < *until {
                    Ordering::Equal
                } else {
                    Ordering::Greater
                })
            }
            _ => None,
        }
    }
}

/// The interval of a moment: for a date, the whole day.
fn interval(moment: Moment) -> Option<Operand> {
    let from = instant(&moment)?;
    let until = match moment {
        Moment::Date(date) => instant(&Moment::Date(date.tomorrow().ok()?))?,
        _ => from.checked_add(1.nanosecond()).ok()?,
    };
    Some(Operand::Time { from, until })
}

/// The seconds of a duration such as `36h`, `7d` or `2w`, if the text is one; `None` within if they are too many.
pub(crate) fn seconds(text: &str) -> Option<Option<i64>> {
    const HOUR: i64 = 60 * 60;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "h" => HOUR,
        "d" => 24 * HOUR,
        "w" => 7 * 24 * HOUR,
        _ => return None,
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse::<i64>().ok()?.checked_mul(unit))
}
