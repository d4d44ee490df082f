//! Filters: `status=suspended`, `balance<10`, `name~acme`.

use std::cmp::Ordering;
use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tenancy::{Moment, Status};

use crate::select::field::{Field, Kind, Number, Row, Value};

/// A filter: a field, how it is compared, and with what.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    field: Field,
    test: Test,
    /// As it was written.
    text: String,
}

#[derive(Clone, Debug)]
enum Test {
    /// The field is absent or empty, or with `false` the contrary.
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
        by: Comparison,
        than: Operand,
    },
}

/// How `<` and its like compare.
#[derive(Clone, Copy, Debug)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What a field is compared with.
#[derive(Clone, Debug)]
enum Operand {
    Text(String),
    Number(Number),
    Switch(bool),
    /// A stretch of time, without its end: a day, or as short as can be.
    Time {
        from: Timestamp,
        until: Timestamp,
    },
}

/// What a filter says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Matches,
    Differs,
    /// The row does not have the field, so nothing can be said of it.
    Absent,
}

/// The operators; one that begins with another comes before it.
const OPERATORS: [&str; 8] = ["!=", "!~", "<=", ">=", "=", "~", "<", ">"];

impl Filter {
    /// Reads `FIELD OPERATOR VALUE`.
    ///
    /// # Errors
    /// There is no such field or operator, or the value is not one that the field could have.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let form = || {
            format!(
                "a filter is a field, one of {} and a value, e.g. balance<10",
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
            return Err(format!("there is no `{operator}=`: write `{operator}`"));
        }
        let field = Field::parse(name)
            .map_err(|instead| format!("there is no field `{}`: {instead}", name.trim()))?;
        Ok(Self {
            test: test(&field, operator, value.trim())?,
            field,
            text: text.to_owned(),
        })
    }

    /// The field that it looks at.
    pub(crate) fn field(&self) -> Field {
        self.field
    }

    /// What it says of a row.
    pub(crate) fn judge(&self, row: Row<'_>) -> Verdict {
        let value = self.field.value(row);
        let holds = match (&self.test, value) {
            (Test::Empty(expected), value) => value.is_none_or(is_empty) == *expected,
            (_, None) => return Verdict::Absent,
            (Test::Equal { to, expected }, Some(value)) => to.equals(value) == *expected,
            (Test::Contains { text, expected }, Some(value)) => {
                value.shown().to_lowercase().contains(text) == *expected
            }
            (Test::Ordered { by, than }, Some(value)) => {
                than.order(&value).is_some_and(|order| by.holds(order))
            }
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
    let by = match operator {
        "=" | "!=" if value.is_empty() => return Ok(Test::Empty(expected)),
        _ if value.is_empty() => return Err(format!("`{operator}` needs a value")),
        "=" | "!=" => {
            let to = operand(field, value)?;
            return Ok(Test::Equal { to, expected });
        }
        "~" | "!~" => {
            let text = value.to_lowercase();
            return Ok(Test::Contains { text, expected });
        }
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        _ => Comparison::GreaterOrEqual,
    };
    let name = field.name();
    let than = match field.kind() {
        Kind::Number | Kind::Moment => operand(field, value)?,
        // Identities and what resellers attach are texts, and often numbers.
        Kind::Text => Operand::Number(Number::read(value).ok_or_else(|| {
            format!(
                "`{name}` is a text, which `{operator}` compares as a number, and `{value}` is none"
            )
        })?),
        Kind::Status | Kind::Switch | Kind::List => {
            return Err(format!("`{name}` has no order: use = != ~ or !~"));
        }
    };
    Ok(Test::Ordered { by, than })
}

fn operand(field: &Field, value: &str) -> Result<Operand, String> {
    let name = field.name();
    match field.kind() {
        Kind::Text | Kind::List => Ok(Operand::Text(value.to_owned())),
        // A known status may be written in capitals; a provider's own word is as it is.
        Kind::Status => match Status::from(value.to_lowercase().as_str()) {
            Status::Other(_) => Ok(Operand::Text(value.to_owned())),
            known => Ok(Operand::Text(known.as_str().to_owned())),
        },
        Kind::Number => Number::read(value)
            .map(Operand::Number)
            .ok_or_else(|| format!("`{name}` is a number, and `{value}` is none")),
        Kind::Switch => match value {
            "true" => Ok(Operand::Switch(true)),
            "false" => Ok(Operand::Switch(false)),
            _ => Err(format!("`{name}` is true or false, and not `{value}`")),
        },
        Kind::Moment => Moment::read(value).and_then(stretch).ok_or_else(|| {
            format!("`{name}` is a time, and `{value}` is none: write 2026-06-01 or 2026-06-01T14:30:00Z")
        }),
    }
}

/// The stretch of time that was meant: of a date the whole day.
fn stretch(moment: Moment) -> Option<Operand> {
    let from = instant(&moment)?;
    let until = match moment {
        Moment::Date(date) => instant(&Moment::Date(date.tomorrow().ok()?))?,
        _ => from.checked_add(1.nanosecond()).ok()?,
    };
    Some(Operand::Time { from, until })
}

/// The instant at which a moment begins. Where no zone was told, clocks are taken to show UTC.
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

    /// How the value stands to this; nothing where the two cannot be compared.
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

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
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
            r#"{"provider": "omnidim", "account": "a", "id": "4010", "name": "Acme Société", "description": "",
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
            "provider=omnidim",
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
            "provider=vobiz",
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
    fn what_cannot_be_read_is_told_with_the_way_out() {
        for (filter, told) in [
            (
                "balance",
                "a filter is a field, one of != !~ <= >= = ~ < > and a value, e.g. balance<10",
            ),
            (
                "balance!10",
                "a filter is a field, one of != !~ <= >= = ~ < > and a value, e.g. balance<10",
            ),
            ("balance==10", "there is no `==`: write `=`"),
            (
                "balence<10",
                "there is no field `balence`: did you mean `balance`? known are provider, ",
            ),
            ("balance<ten", "`balance` is a number, and `ten` is none"),
            ("balance<", "`<` needs a value"),
            (
                "created_at>yesterday",
                "`created_at` is a time, and `yesterday` is none: write 2026-06-01 or 2026-06-01T14:30:00Z",
            ),
            ("status<active", "`status` has no order: use = != ~ or !~"),
            (
                "name<m",
                "`name` is a text, which `<` compares as a number, and `m` is none",
            ),
            (
                "permissions.sms=yes",
                "`permissions.sms` is true or false, and not `yes`",
            ),
            (
                "metadata=x",
                "there is no field `metadata`: name one of its keys: `metadata.KEY`",
            ),
        ] {
            let error = Filter::parse(filter).unwrap_err();
            assert!(error.starts_with(told), "{filter}: {error}");
        }
    }
}
