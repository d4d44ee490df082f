//! Filters rows: `status=suspended`, `balance<10`, `name~acme`.

use std::cmp::Ordering;
use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tenancy::{Moment, Status};

use crate::select::field::{Field, Number, Row, Type, Value};

/// A filter: a field, an operator and a value.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    field: Field,
    test: Test,
    /// The filter as written.
    text: String,
}

#[derive(Clone, Debug)]
enum Test {
    /// The field is absent or empty; or, with `false`, neither.
    Empty(bool),
    Equal {
        to: Operand,
        expected: bool,
    },
    Contains {
        text: String,
        expected: bool,
    },
    Ordered {
        holds: fn(Ordering) -> bool,
        than: Operand,
    },
}

/// The value that a field is compared with.
#[derive(Clone, Debug)]
enum Operand {
    Text(String),
    Number(Number),
    Switch(bool),
    /// A half-open interval: a day, or one instant.
    Time {
        from: Timestamp,
        until: Timestamp,
    },
}

/// The result of applying a filter to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Matches,
    Differs,
    /// The row does not have the field.
    Absent,
}

/// The operators; one precedes its prefixes.
const OPERATORS: [&str; 8] = ["!=", "!~", "<=", ">=", "=", "~", "<", ">"];

impl Filter {
    /// Reads `FIELD OPERATOR VALUE`.
    ///
    /// # Errors
    /// The field or the operator is unknown, or the field cannot have the value.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let form = || {
            format!(
                "a filter is a field, an operator ({}) and a value, for example balance<10",
                OPERATORS.join(" ")
            )
        };
        let at = text.find(['=', '!', '<', '>', '~']).ok_or_else(form)?;
        let (name, rest) = text.split_at(at);
        let operator = OPERATORS
            .into_iter()
            .find(|operator| rest.starts_with(operator))
            .ok_or_else(form)?;
        let value = &rest[operator.len()..];
        if matches!(operator, "=" | "<" | ">") && value.starts_with('=') {
            return Err(format!(
                "there is no operator `{operator}=`; use `{operator}`"
            ));
        }
        let field = Field::parse(name)?;
        Ok(Self {
            test: test(&field, operator, value.trim())?,
            field,
            text: text.to_owned(),
        })
    }

    /// The field.
    pub(crate) fn field(&self) -> Field {
        self.field
    }

    /// Applies the filter to a row.
    pub(crate) fn judge(&self, row: Row<'_>) -> Verdict {
        let value = self.field.value(row);
        let holds = match (&self.test, value) {
            (Test::Empty(expected), value) => value.is_none_or(is_empty) == *expected,
            (_, None) => return Verdict::Absent,
            (Test::Equal { to, expected }, Some(value)) => to.equals(value) == *expected,
            (Test::Contains { text, expected }, Some(value)) => {
                value.shown().to_lowercase().contains(text) == *expected
            }
            (Test::Ordered { holds, than }, Some(value)) => than.order(&value).is_some_and(holds),
        };
        if holds {
            Verdict::Matches
        } else {
            Verdict::Differs
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn test(field: &Field, operator: &str, value: &str) -> Result<Test, String> {
    let expected = !operator.starts_with('!');
    let holds: fn(Ordering) -> bool = match operator {
        "=" | "!=" if value.is_empty() => return Ok(Test::Empty(expected)),
        _ if value.is_empty() => return Err(format!("`{operator}` needs a value after it")),
        "=" | "!=" => {
            let to = operand(field, value)?;
            return Ok(Test::Equal { to, expected });
        }
        "~" | "!~" => {
            let text = value.to_lowercase();
            return Ok(Test::Contains { text, expected });
        }
        "<" => Ordering::is_lt,
        "<=" => Ordering::is_le,
        ">" => Ordering::is_gt,
        _ => Ordering::is_ge,
    };
    let name = field.name;
    let than = match field.value_type {
        Type::Number | Type::Moment => operand(field, value)?,
        // Identities and metadata are text, and often numbers.
        Type::Text => Operand::Number(Number::read(value).ok_or_else(|| {
            format!(
                "`{value}` is not a number: `{operator}` compares numbers, for example {name}{operator}10"
            )
        })?),
        Type::Status | Type::Switch | Type::List => {
            return Err(format!("`{name}` cannot be ordered; use = != ~ or !~"));
        }
    };
    Ok(Test::Ordered { holds, than })
}

fn operand(field: &Field, value: &str) -> Result<Operand, String> {
    let name = field.name;
    match field.value_type {
        Type::Text | Type::List => Ok(Operand::Text(value.to_owned())),
        // Known statuses ignore case; a provider's own word does not.
        Type::Status => match Status::from(value.to_lowercase().as_str()) {
            Status::Other(_) => Ok(Operand::Text(value.to_owned())),
            known => Ok(Operand::Text(known.as_str().to_owned())),
        },
        Type::Number => Number::read(value)
            .map(Operand::Number)
            .ok_or_else(|| format!("`{value}` is not a number: `{name}` compares with numbers, for example {name}<10")),
        Type::Switch => match value {
            "true" => Ok(Operand::Switch(true)),
            "false" => Ok(Operand::Switch(false)),
            _ => Err(format!("`{value}` is not true or false, the values of `{name}`")),
        },
        Type::Moment => Moment::read(value).and_then(interval).ok_or_else(|| {
            format!("`{value}` is not a time: `{name}` compares with times, for example {name}>2026-06-01 or {name}>2026-06-01T14:30:00Z")
        }),
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

/// The instant at which a moment begins. A time without a zone is taken as UTC.
pub(crate) fn instant(moment: &Moment) -> Option<Timestamp> {
    match moment {
        Moment::Instant(instant) => Some(*instant),
        Moment::Local(time) => TimeZone::UTC.to_timestamp(*time).ok(),
        Moment::Date(date) => TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok(),
        _ => None,
    }
}

impl Operand {
    fn equals(&self, value: Value<'_>) -> bool {
        match (self, &value) {
            (Self::Text(text), Value::List(texts)) => texts.contains(text),
            (Self::Text(text), _) => value.shown() == text.as_str(),
            (Self::Switch(wanted), Value::Switch(switch)) => wanted == switch,
            _ => self.order(&value) == Some(Ordering::Equal),
        }
    }

    /// Compares the value with this, if the two are comparable.
    fn order(&self, value: &Value<'_>) -> Option<Ordering> {
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

fn is_empty(value: Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.is_empty())
}

#[cfg(test)]
mod tests {
    use tenancy::Tenant;

    use super::*;

    fn verdict(filter: &str) -> Verdict {
        let tenant: Tenant = serde_json::from_str(
            r#"{"provider": "p", "account": "a", "id": "4010", "name": "Acme Société", "description": "",
                "aliases": ["x", "y"], "status": "pending_Review",
                "balance": {"amount": "12345678901234567890.10", "currency": "$"}, "rate_per_minute": {"amount": "0.1"},
                "limits": {"concurrent_calls": 3}, "members": [], "metadata": {"seats": "12", "plan": "gold"},
                "created_at": "2026-06-01T14:30:00Z", "updated_at": "2026-06-02", "last_used_at": "2026-06-01T14:30:00",
                "permissions": {"sms": false}}"#,
        )
        .unwrap();
        Filter::parse(filter)
            .unwrap_or_else(|error| panic!("{filter}: {error}"))
            .judge((&tenant).into())
    }

    #[test]
    fn what_matches_and_what_does_not() {
        for filter in [
            "provider=p",
            "id=4010",
            "id>4009.5",
            "name~SOCIÉTÉ",
            "name!~beta",
            "name!=Acme",
            " name = Acme Société ",
            "status=pending_Review",
            "status!=ACTIVE",
            "aliases=y",
            "balance>12345678901234567890.09",
            "balance=12345678901234567890.100",
            "balance.amount<=12345678901234567890.1",
            "balance.currency=$",
            "rate_per_minute<0.10000000000000000001",
            "limits.concurrent_calls>=3",
            "members=0",
            "metadata.seats<13",
            "metadata.plan=gold",
            "permissions.sms=false",
            "created_at=2026-06-01",
            "created_at<=2026-06-01",
            "created_at>=2026-06-01",
            "created_at<2026-06-02",
            "created_at>2026-05-31",
            "created_at=2026-06-01T16:30:00+02:00",
            "created_at~2026-06",
            "updated_at>2026-06-01T23:59:59Z",
            "last_used_at=2026-06-01T14:30:00",
            "archived_at=",
            "description=",
            "name!=",
        ] {
            assert_eq!(verdict(filter), Verdict::Matches, "{filter}");
        }
        for filter in [
            "provider=other",
            "id<4010",
            "name=acme société",
            "aliases=z",
            "balance<12345678901234567890.1",
            "metadata.plan<13",
            "created_at>2026-06-01",
            "created_at<2026-06-01",
            "permissions.sms!=false",
            "description!=",
            "name=",
        ] {
            assert_eq!(verdict(filter), Verdict::Differs, "{filter}");
        }
        for filter in [
            "archived_at<2026-01-01",
            "contact.email!=x",
            "metadata.other=1",
            "permissions.voice=false",
            "timezone!~x",
        ] {
            assert_eq!(verdict(filter), Verdict::Absent, "{filter}");
        }
    }

    #[test]
    fn a_malformed_filter_is_explained() {
        for (filter, message) in [
            (
                "balance",
                "a filter is a field, an operator (!= !~ <= >= = ~ < >) and a value, for example balance<10",
            ),
            (
                "balance!10",
                "a filter is a field, an operator (!= !~ <= >= = ~ < >) and a value, for example balance<10",
            ),
            ("balance==10", "there is no operator `==`; use `=`"),
            (
                "balence<10",
                "there is no field `balence`; did you mean `balance`? The known fields are provider, ",
            ),
            (
                "balance<ten",
                "`ten` is not a number: `balance` compares with numbers, for example balance<10",
            ),
            ("balance<", "`<` needs a value"),
            (
                "created_at>yesterday",
                "`yesterday` is not a time: `created_at` compares with times, for example created_at>2026-06-01 or",
            ),
            (
                "status<active",
                "`status` cannot be ordered; use = != ~ or !~",
            ),
            (
                "name<m",
                "`m` is not a number: `<` compares numbers, for example name<10",
            ),
            (
                "permissions.sms=yes",
                "`yes` is not true or false, the values of `permissions.sms`",
            ),
            (
                "metadata=x",
                "`metadata` has keys; name one of them: `metadata.KEY`",
            ),
        ] {
            let error = Filter::parse(filter).unwrap_err();
            assert!(error.starts_with(message), "{filter}: {error}");
        }
    }
}
