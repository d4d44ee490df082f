//! The columns that a table or CSV can have.

use std::borrow::Cow;

use tenancy::{Money, Tenant};

use crate::suggest;

/// A column: a field of a tenant that is one value, named as in its JSON.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// The field's name, with dots between the levels.
    pub(crate) name: &'static str,
    /// How its cells are shown.
    pub(crate) style: Style,
    cell: for<'a> fn(&'a Tenant) -> Option<Cow<'a, str>>,
}

/// How a column's cells are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// What has to be whole to be of use, such as an identity or a time.
    Whole,
    /// Text that is of use also when it is cut off.
    Prose,
    /// A number, at the right edge.
    Number,
}

impl Column {
    const fn whole(
        name: &'static str,
        cell: for<'a> fn(&'a Tenant) -> Option<Cow<'a, str>>,
    ) -> Self {
        Self {
            name,
            style: Style::Whole,
            cell,
        }
    }

    const fn prose(
        name: &'static str,
        cell: for<'a> fn(&'a Tenant) -> Option<Cow<'a, str>>,
    ) -> Self {
        Self {
            name,
            style: Style::Prose,
            cell,
        }
    }

    const fn number(
        name: &'static str,
        cell: for<'a> fn(&'a Tenant) -> Option<Cow<'a, str>>,
    ) -> Self {
        Self {
            name,
            style: Style::Number,
            cell,
        }
    }

    /// The column of this name.
    pub(crate) fn parse(name: &str) -> Result<&'static Self, String> {
        let name = name.trim();
        COLUMNS
            .iter()
            .find(|column| column.name == name)
            .ok_or_else(|| {
                let known: Vec<_> = COLUMNS.iter().map(|column| column.name).collect();
                suggest::instead(name, &known)
            })
    }

    /// The columns that a person needs first.
    pub(crate) fn usual() -> Vec<&'static Self> {
        const USUAL: [&str; 7] = [
            "provider",
            "account",
            "id",
            "name",
            "status",
            "balance",
            "created_at",
        ];
        USUAL
            .iter()
            .filter_map(|usual| COLUMNS.iter().find(|column| column.name == *usual))
            .collect()
    }

    /// All columns that hold one value: an amount and its currency stand apart.
    pub(crate) fn scalar() -> Vec<&'static Self> {
        let is_both = |column: &Self| {
            COLUMNS
                .iter()
                .any(|part| is_part_of(part.name, column.name))
        };
        COLUMNS.iter().filter(|column| !is_both(column)).collect()
    }

    /// The tenant's cell; none where the tenant does not have the field.
    pub(crate) fn cell<'a>(&self, tenant: &'a Tenant) -> Option<Cow<'a, str>> {
        (self.cell)(tenant)
    }
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Whether a field is one of another's, such as `balance.amount` of `balance`.
fn is_part_of(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole)
        .is_some_and(|rest| rest.starts_with('.'))
}

/// All columns, in the order of a tenant's fields.
static COLUMNS: [Column; 23] = [
    Column::whole("provider", |tenant| Some((&tenant.provider).into())),
    Column::whole("account", |tenant| Some((&tenant.account).into())),
    Column::whole("id", |tenant| Some((&tenant.id).into())),
    Column::whole("parent_id", |tenant| text(&tenant.parent_id)),
    Column::prose("name", |tenant| text(&tenant.name)),
    Column::prose("description", |tenant| text(&tenant.description)),
    Column::whole("status", |tenant| {
        Some(tenant.status.as_ref()?.as_str().into())
    }),
    Column::prose("contact.email", |tenant| {
        text(&tenant.contact.as_ref()?.email)
    }),
    Column::whole("contact.phone", |tenant| {
        text(&tenant.contact.as_ref()?.phone)
    }),
    Column::whole("created_at", |tenant| shown(tenant.created_at)),
    Column::whole("updated_at", |tenant| shown(tenant.updated_at)),
    Column::whole("archived_at", |tenant| shown(tenant.archived_at)),
    Column::whole("last_used_at", |tenant| shown(tenant.last_used_at)),
    Column::whole("timezone", |tenant| text(&tenant.timezone)),
    Column::number("balance", |tenant| money(&tenant.balance)),
    Column::number("balance.amount", |tenant| amount(&tenant.balance)),
    Column::whole("balance.currency", |tenant| {
        text(&tenant.balance.as_ref()?.currency)
    }),
    Column::number("rate_per_minute", |tenant| money(&tenant.rate_per_minute)),
    Column::number("rate_per_minute.amount", |tenant| {
        amount(&tenant.rate_per_minute)
    }),
    Column::whole("rate_per_minute.currency", |tenant| {
        text(&tenant.rate_per_minute.as_ref()?.currency)
    }),
    Column::number("limits.concurrent_calls", |tenant| {
        shown(tenant.limits.as_ref()?.concurrent_calls)
    }),
    Column::number("limits.request_rate", |tenant| {
        shown(tenant.limits.as_ref()?.request_rate)
    }),
    Column::number("members", |tenant| {
        shown(Some(tenant.members.as_ref()?.len()))
    }),
];

fn text(field: &Option<String>) -> Option<Cow<'_, str>> {
    field.as_deref().map(Cow::Borrowed)
}

fn shown<'a>(field: Option<impl ToString>) -> Option<Cow<'a, str>> {
    field.map(|value| value.to_string().into())
}

fn amount(money: &Option<Money>) -> Option<Cow<'_, str>> {
    Some(money.as_ref()?.amount.as_str().into())
}

/// The currency comes first, so that the digits of a column stand under each other.
fn money(money: &Option<Money>) -> Option<Cow<'_, str>> {
    let money = money.as_ref()?;
    Some(match &money.currency {
        Some(currency) => format!("{currency} {}", money.amount).into(),
        None => money.amount.as_str().into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The names of the schema's fields that hold one value, except for those of `raw`.
    fn scalars(schema: &Value, root: &Value, prefix: &str, found: &mut Vec<String>) {
        let target = |schema: &Value| -> Value {
            let one = schema["anyOf"]
                .as_array()
                .and_then(|any| any.iter().find(|one| one["type"] != "null"));
            let one = one.unwrap_or(schema);
            let pointer = one["$ref"]
                .as_str()
                .map(|reference| reference.trim_start_matches('#').to_owned());
            pointer.map_or_else(
                || one.clone(),
                |pointer| root.pointer(&pointer).unwrap().clone(),
            )
        };
        for (name, property) in schema["properties"].as_object().unwrap() {
            let target = target(property);
            let is = |kind: &str| {
                target["type"] == kind
                    || target["type"]
                        .as_array()
                        .is_some_and(|kinds| kinds.contains(&kind.into()))
            };
            if is("string") || is("integer") {
                found.push(format!("{prefix}{name}"));
            } else if target["properties"].is_object() {
                scalars(&target, root, &format!("{prefix}{name}."), found);
            }
        }
    }

    #[test]
    fn every_field_of_one_value_has_its_column() {
        let schema = schemars::schema_for!(Tenant).to_value();
        let mut fields = Vec::new();
        scalars(&schema, &schema, "", &mut fields);
        fields.push("members".to_owned());
        fields.sort();
        let mut columns: Vec<_> = Column::scalar()
            .iter()
            .map(|column| column.name.to_owned())
            .collect();
        columns.sort();
        assert_eq!(columns, fields);
    }

    #[test]
    fn cells_are_what_the_tenant_says_and_nothing_else() {
        let tenant: Tenant = serde_json::from_str(
            r#"{"provider": "omnidim", "account": "a", "id": "1", "balance": {"amount": "-5.20", "currency": "$"},
                "rate_per_minute": {"amount": "0.10"}, "members": [], "contact": {"email": "e"},
                "limits": {"concurrent_calls": 3}, "created_at": "2025-10-09T10:20:58.220633", "status": "odd"}"#,
        )
        .unwrap();
        let cell = |name| Column::parse(name).unwrap().cell(&tenant);
        for (name, text) in [
            ("balance", Some("$ -5.20")),
            ("balance.amount", Some("-5.20")),
            ("rate_per_minute", Some("0.10")),
            ("rate_per_minute.currency", None),
            ("members", Some("0")),
            ("contact.email", Some("e")),
            ("contact.phone", None),
            ("limits.concurrent_calls", Some("3")),
            ("created_at", Some("2025-10-09T10:20:58.220633")),
            ("status", Some("odd")),
            ("name", None),
        ] {
            assert_eq!(cell(name).as_deref(), text, "{name}");
        }
    }

    #[test]
    fn an_unknown_column_is_answered_with_the_known_ones() {
        let message = Column::parse("contact.mail").unwrap_err();
        assert!(
            message.starts_with("did you mean `contact.email`? known are provider, account, id, "),
            "{message}"
        );
    }
}
