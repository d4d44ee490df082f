//! Filters rows: `status=suspended`, `balance<10`, `name~acme`, `id in (4010, 4011)`, `created_at>=7d`.

mod operand;

use std::cmp::Ordering;
use std::fmt;

use jiff::Timestamp;

use crate::select::field::{Field, Row, Type, Value};
use operand::Operand;
pub(crate) use operand::seconds;

/// A filter: a field, an operator and a value.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    field: Field,
    test: Test,
    /// The filter as written, but with the time that a duration means.
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
    AnyOf(Vec<Operand>),
    /// The ID or an alias of the tenant.
    Identity(String),
    Contains {
        text: String,
        expected: bool,
    },
    Ordered {
        holds: fn(Ordering) -> bool,
        than: Operand,
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

/// The operators between a field and a value; one precedes its prefixes.
const OPERATORS: [&str; 8] = ["!=", "!~", "<=", ">=", "=", "~", "<", ">"];
/// The operator between a field and a list of values.
const IN: &str = "in";

impl Filter {
    /// Reads `FIELD OPERATOR VALUE` or `FIELD in (VALUE, VALUE)`. A duration such as `7d` is that long before now.
    ///
    /// # Errors
    /// The field or the operator is unknown, or the field cannot have the value.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::parse_at(text, Timestamp::now())
    }

    /// Reads a filter at a point in time.
    pub(super) fn parse_at(text: &str, now: Timestamp) -> Result<Self, String> {
        let (name, operator, value) = split(text)?;
        let field = Field::parse(name)?;
        let (value, text) = match since(&field, operator, value, now)? {
            // Whoever repeats the filter later, to resume the list, selects the same rows.
            Some(time) => (time.to_string(), format!("{}{operator}{time}", field.name)),
            None => (value.to_owned(), text.to_owned()),
        };
        Ok(Self {
            test: test(&field, operator, &value)?,
            field,
            text,
        })
    }

    /// Selects the tenants with this ID or alias.
    pub(crate) fn identity(id: &str) -> Self {
        Self {
            field: Field::ID,
            test: Test::Identity(id.to_owned()),
            text: format!("ID or alias {id}"),
        }
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
            (Test::Identity(id), _) => row.tenant.id == *id || row.tenant.aliases.contains(id),
            (_, None) => return Verdict::Absent,
            (Test::Equal { to, expected }, Some(value)) => to.equals(&value) == *expected,
            (Test::AnyOf(operands), Some(value)) => operands.iter().any(|one| one.equals(&value)),
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

/// Splits a filter into its field, operator and value.
pub(crate) fn split(text: &str) -> Result<(&str, &str, &str), String> {
    let form = || {
        format!(
            "a filter is a field, an operator ({} {IN}) and a value, for example balance<10 or id in (4010, 4011)",
            OPERATORS.join(" ")
        )
    };
    let symbol = text.find(['=', '!', '<', '>', '~']);
    // The key of a map may contain a space.
    if let Some((name, values)) = text.split_once(" in (")
        && symbol.is_none_or(|symbol| name.len() < symbol)
        && let Some(values) = values.trim_end().strip_suffix(')')
    {
        return Ok((name.trim(), IN, values));
    }
    let (name, rest) = text.split_at(symbol.ok_or_else(form)?);
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
    Ok((name.trim(), operator, value.trim()))
}

/// The time that a duration before now means, if the value is a duration and the field a time.
fn since(
    field: &Field,
    operator: &str,
    value: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, String> {
    let name = field.name;
    let Some(seconds) = operand::seconds(value).filter(|_| field.value_type == Type::Moment) else {
        return Ok(None);
    };
    if matches!(operator, "~" | "!~") {
        return Ok(None);
    }
    if !operator.starts_with(['<', '>']) {
        return Err(format!(
            "`{value}` is a duration before now, which no time equals; use {name}>={value} or {name}<{value}"
        ));
    }
    let time = seconds.and_then(|seconds| now.as_second().checked_sub(seconds));
    let time = time.and_then(|second| Timestamp::from_second(second).ok());
    time.map(Some)
        .ok_or_else(|| format!("`{value}` is too long ago; use a shorter duration or a date"))
}

fn test(field: &Field, operator: &str, value: &str) -> Result<Test, String> {
    let expected = !operator.starts_with('!');
    let holds: fn(Ordering) -> bool = match operator {
        "=" | "!=" if value.is_empty() => return Ok(Test::Empty(expected)),
        IN => {
            let operands = values(field, value)?;
            let operands = operands.iter().map(|value| Operand::parse(field, value));
            return operands.collect::<Result<_, _>>().map(Test::AnyOf);
        }
        _ if value.is_empty() => return Err(format!("`{operator}` needs a value after it")),
        "=" | "!=" => {
            let to = Operand::parse(field, value)?;
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
    let than = Operand::to_order(field, operator, value)?;
    Ok(Test::Ordered { holds, than })
}

/// The values of a list: separated by commas, and quoted as in CSV if they contain a comma or a quote.
fn values(field: &Field, list: &str) -> Result<Vec<String>, String> {
    let name = field.name;
    let mut values = Vec::new();
    let mut rest = list.trim();
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted).ok_or_else(|| {
                format!("a quote is not closed, or not followed by a comma: {name} in (a, \"b, c\", \"say \"\"d\"\"\")")
            })?,
            None => {
                let (value, after) = match rest.split_once(',') {
                    Some((value, after)) => (value, Some(after)),
                    None => (rest, None),
                };
                (value.trim_end().to_owned(), after)
            }
        };
        if value.is_empty() {
            return Err(format!(
                "`{IN}` needs a value between its commas; for tenants without one, use {name}="
            ));
        }
        values.push(value);
        match after {
            Some(after) => rest = after.trim_start(),
            None => return Ok(values),
        }
    }
}

/// Reads a value up to its closing quote, and returns it with what follows the comma after it, if there is one.
fn unquoted(text: &str) -> Option<(String, Option<&str>)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        value.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                rest = after;
            }
            None if after.trim().is_empty() => return Some((value, None)),
            None => return Some((value, Some(after.trim_start().strip_prefix(',')?))),
        }
    }
}

fn is_empty(value: Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.is_empty())
}

#[cfg(test)]
mod tests;
