//! The sort order of rows: `--sort name,-balance`.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::select::field::{Field, Number, Row, Value, instant};

/// A field to sort by, and the direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortKey {
    field: Field,
    descending: bool,
}

/// A value to sort by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortValue {
    Text(String, String),
    Number(Number),
    Time(Timestamp),
    Switch(bool),
}

/// A value in its direction.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Directed {
    Ascending(SortValue),
    Descending(Reverse<SortValue>),
    /// Rows without the field come last in either direction.
    Absent,
}

/// The rank of a row among the others.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(Vec<Directed>);

impl SortKey {
    /// Reads `FIELD`, or `-FIELD` for descending order.
    ///
    /// # Errors
    /// There is no such field.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (descending, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        let field = Field::parse(name)?;
        Ok(Self { field, descending })
    }

    /// The field to sort by.
    pub(crate) fn field(&self) -> Field {
        self.field
    }

    fn directed(&self, row: Row<'_>) -> Directed {
        match self.field.value(row).and_then(sort_value) {
            None => Directed::Absent,
            Some(value) if self.descending => Directed::Descending(Reverse(value)),
            Some(value) => Directed::Ascending(value),
        }
    }
}

impl Rank {
    /// The row's rank by these keys, the most significant first.
    pub(crate) fn of(row: Row<'_>, keys: &[SortKey]) -> Self {
        Self(keys.iter().map(|key| key.directed(row)).collect())
    }
}

/// Text sorts without regard to case, money by its amount.
fn sort_value(value: Value<'_>) -> Option<SortValue> {
    match value {
        Value::Text(_) | Value::List(_) => {
            let text = value.shown().into_owned();
            Some(SortValue::Text(text.to_lowercase(), text))
        }
        Value::Number(text) => Number::read(&text).map(SortValue::Number),
        Value::Money(money) => Number::read(money.amount.as_str()).map(SortValue::Number),
        Value::Moment(moment) => instant(&moment).map(SortValue::Time),
        Value::Switch(switch) => Some(SortValue::Switch(switch)),
    }
}

#[cfg(test)]
mod tests {
    use tenancy::Tenant;

    use super::*;

    fn sorted(by: &[&str]) -> String {
        let tenants: Vec<Tenant> = serde_json::from_str(
            r#"[{"provider": "p", "account": "a", "id": "1", "name": "beta", "balance": {"amount": "9.5"}},
                {"provider": "p", "account": "a", "id": "2", "name": "Alpha", "balance": {"amount": "10", "currency": "€"}},
                {"provider": "p", "account": "a", "id": "3", "balance": {"amount": "-1e3"}},
                {"provider": "p", "account": "a", "id": "4", "name": "alpha"},
                {"provider": "p", "account": "a", "id": "5", "name": "beta", "balance": {"amount": "9.50"}}]"#,
        )
        .unwrap();
        let keys: Vec<_> = by.iter().map(|key| SortKey::parse(key).unwrap()).collect();
        let mut tenants: Vec<_> = tenants.iter().collect();
        tenants.sort_by_cached_key(|tenant| Rank::of((*tenant).into(), &keys));
        tenants.iter().map(|tenant| tenant.id.as_str()).collect()
    }

    #[test]
    fn rows_are_sorted_by_value_and_those_without_one_come_last() {
        assert_eq!(sorted(&["balance"]), "31524");
        assert_eq!(sorted(&["-balance"]), "21534");
        assert_eq!(sorted(&["name", "-id"]), "24513");
        assert_eq!(sorted(&["-name"]), "15423");
        assert_eq!(sorted(&[]), "12345");
    }

    #[test]
    fn a_misspelt_field_is_answered_with_the_right_one() {
        assert!(
            SortKey::parse("-balence")
                .unwrap_err()
                .contains("did you mean `balance`?")
        );
    }
}
