//! The order of rows: `--sort name,-balance`.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::select::field::{Field, Number, Row, Value};
use crate::select::filter::instant;

/// A field to sort by, and whether the largest comes first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortKey {
    field: Field,
    descending: bool,
}

/// What a row is sorted by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Text(String, String),
    Number(Number),
    Time(Timestamp),
    Switch(bool),
}

/// A rank in its direction.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Directed {
    Ascending(Rank),
    Descending(Reverse<Rank>),
    /// Rows without the field come last, whatever the direction.
    Absent,
}

/// The place of a row among the others.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(Vec<Directed>);

impl SortKey {
    /// Reads `FIELD`, or `-FIELD` for the largest first.
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
        match self.field.value(row).and_then(rank) {
            None => Directed::Absent,
            Some(rank) if self.descending => Directed::Descending(Reverse(rank)),
            Some(rank) => Directed::Ascending(rank),
        }
    }
}

impl Place {
    /// The row's place by these keys, the first of which counts most.
    pub(crate) fn of(row: Row<'_>, keys: &[SortKey]) -> Self {
        Self(keys.iter().map(|key| key.directed(row)).collect())
    }
}

/// Texts are sorted whatever their case, money by its amount.
fn rank(value: Value<'_>) -> Option<Rank> {
    match value {
        Value::Text(_) | Value::List(_) => {
            let text = value.shown().into_owned();
            Some(Rank::Text(text.to_lowercase(), text))
        }
        Value::Number(text) => Number::read(&text).map(Rank::Number),
        Value::Money(money) => Number::read(money.amount.as_str()).map(Rank::Number),
        Value::Moment(moment) => instant(&moment).map(Rank::Time),
        Value::Switch(switch) => Some(Rank::Switch(switch)),
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
        tenants.sort_by_cached_key(|tenant| Place::of((*tenant).into(), &keys));
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
