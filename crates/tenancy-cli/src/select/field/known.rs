//! The fields that every tenant and every user can have.

use tenancy::{Moment, Money, StatusWord};

use super::definition::{Field, Style};
use super::value::{Type, Value};

impl Field {
    /// The names of the fields that every tenant and every user can have.
    pub(crate) fn known_names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|field| field.name)
    }

    /// The identity of a tenant.
    pub(crate) const ID: Self = Self::new("id", Type::Text, Style::Whole, |row, _| {
        some_text(&row.tenant.id)
    });
}

/// All of them, in the order of a tenant's fields.
#[rustfmt::skip]
pub(super) static KNOWN: [Field; 32] = [
    Field::new("provider", Type::Text, Style::Whole, |row, _| some_text(&row.tenant.provider)),
    Field::new("account", Type::Text, Style::Whole, |row, _| some_text(&row.tenant.account)),
    Field::ID,
    Field::new("aliases", Type::List, Style::Prose, |row, _| list(&row.tenant.aliases)),
    Field::new("parent_id", Type::Text, Style::Whole, |row, _| text(&row.tenant.parent_id)),
    Field::new("name", Type::Text, Style::Prose, |row, _| text(&row.tenant.name)),
    Field::new("description", Type::Text, Style::Prose, |row, _| text(&row.tenant.description)),
    Field::new("status", Type::Status, Style::Whole, |row, _| some_text(row.tenant.status.as_ref()?.as_str())),
    Field::new("contact.email", Type::Text, Style::Prose, |row, _| text(&row.tenant.contact.as_ref()?.email)),
    Field::new("contact.phone", Type::Text, Style::Whole, |row, _| text(&row.tenant.contact.as_ref()?.phone)),
    Field::new("created_at", Type::Moment, Style::Moment, |row, _| moment(row.tenant.created_at)),
    Field::new("updated_at", Type::Moment, Style::Moment, |row, _| moment(row.tenant.updated_at)),
    Field::new("archived_at", Type::Moment, Style::Moment, |row, _| moment(row.tenant.archived_at)),
    Field::new("last_used_at", Type::Moment, Style::Moment, |row, _| moment(row.tenant.last_used_at)),
    Field::new("timezone", Type::Text, Style::Whole, |row, _| text(&row.tenant.timezone)),
    Field::new("balance", Type::Number, Style::Number, |row, _| money(&row.tenant.balance)),
    Field::new("balance.amount", Type::Number, Style::Number, |row, _| amount(&row.tenant.balance)),
    Field::new("balance.currency", Type::Text, Style::Whole, |row, _| text(&row.tenant.balance.as_ref()?.currency)),
    Field::new("rate_per_minute", Type::Number, Style::Number, |row, _| money(&row.tenant.rate_per_minute)),
    Field::new("rate_per_minute.amount", Type::Number, Style::Number, |row, _| amount(&row.tenant.rate_per_minute)),
    Field::new("rate_per_minute.currency", Type::Text, Style::Whole, |row, _| text(&row.tenant.rate_per_minute.as_ref()?.currency)),
    Field::new("limits.concurrent_calls", Type::Number, Style::Number, |row, _| number(row.tenant.limits.as_ref()?.concurrent_calls)),
    Field::new("limits.request_rate", Type::Number, Style::Number, |row, _| number(row.tenant.limits.as_ref()?.request_rate)),
    Field::new("members", Type::Number, Style::Number, |row, _| number(Some(row.tenant.members.as_ref()?.len()))),
    Field::new("assumptions", Type::List, Style::Prose, |row, _| list(&row.tenant.assumptions)),
    Field::new("member.id", Type::Text, Style::Whole, |row, _| text(&row.member?.id)),
    Field::new("member.name", Type::Text, Style::Prose, |row, _| text(&row.member?.name)),
    Field::new("member.email", Type::Text, Style::Prose, |row, _| text(&row.member?.email)),
    Field::new("member.phone", Type::Text, Style::Whole, |row, _| text(&row.member?.phone)),
    Field::new("member.active", Type::Switch, Style::Whole, |row, _| row.member?.active.map(Value::Switch)),
    Field::new("member.last_login_at", Type::Moment, Style::Moment, |row, _| moment(row.member?.last_login_at)),
    Field::new("member.expires_at", Type::Moment, Style::Moment, |row, _| moment(row.member?.expires_at)),
];

/// The maps whose keys are fields.
pub(super) static MAPS: [Field; 4] = [
    Field::new("status_detail", Type::Text, Style::Prose, |row, key| {
        Some(match row.tenant.status_detail.get(key)? {
            StatusWord::Switch(true) => Value::Text("true".into()),
            StatusWord::Switch(false) => Value::Text("false".into()),
            StatusWord::Word(word) => Value::Text(word.as_ref().into()),
        })
    }),
    Field::new("permissions", Type::Switch, Style::Prose, |row, key| {
        let permissions = row.tenant.permissions.as_ref()?;
        permissions.get(key).copied().map(Value::Switch)
    }),
    Field::new("metadata", Type::Text, Style::Prose, |row, key| {
        some_text(row.tenant.metadata.as_ref()?.get(key)?)
    }),
    Field::new(
        "member.permissions",
        Type::Switch,
        Style::Prose,
        |row, key| {
            let permissions = row.member?.permissions.as_ref()?;
            permissions.get(key).copied().map(Value::Switch)
        },
    ),
];

fn some_text(text: &str) -> Option<Value<'_>> {
    Some(Value::Text(text.into()))
}

fn text(field: &Option<String>) -> Option<Value<'_>> {
    some_text(field.as_deref()?)
}

/// A list that nothing is in is an absent one.
fn list(field: &[String]) -> Option<Value<'_>> {
    (!field.is_empty()).then_some(Value::List(field))
}

fn moment<'a>(field: Option<Moment>) -> Option<Value<'a>> {
    field.map(Value::Moment)
}

fn number<'a>(field: Option<impl ToString>) -> Option<Value<'a>> {
    field.map(|number| Value::Number(number.to_string().into()))
}

fn money(field: &Option<Money>) -> Option<Value<'_>> {
    field.as_ref().map(Value::Money)
}

fn amount(field: &Option<Money>) -> Option<Value<'_>> {
    Some(Value::Number(field.as_ref()?.amount.as_str().into()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;
    use tenancy::{Member, Tenant};

    use super::super::Field;

    /// The names of the schema's fields that hold one value, except for those of `raw`.
    fn scalars(schema: &Json, root: &Json, prefix: &str, found: &mut Vec<String>) {
        let target = |schema: &Json| -> Json {
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
            let is = |value_type: &str| {
                target["type"] == value_type
                    || target["type"]
                        .as_array()
                        .is_some_and(|types| types.contains(&value_type.into()))
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
        let mut columns: Vec<_> = Field::scalars(false)
            .iter()
            .map(|column| column.name.to_owned())
            .collect();
        columns.sort();
        assert_eq!(columns, fields);

        let schema = schemars::schema_for!(Member).to_value();
        let mut fields = Vec::new();
        scalars(&schema, &schema, "member.", &mut fields);
        fields.push("member.active".to_owned());
        fields.sort();
        let mut columns: Vec<_> = Field::scalars(true)
            .iter()
            .map(|column| column.name.to_owned())
            .filter(|name| name.starts_with("member."))
            .collect();
        columns.sort();
        assert_eq!(columns, fields);
    }

    #[test]
    fn cells_are_what_the_tenant_says_and_nothing_else() {
        let tenant: Tenant = serde_json::from_str(
            r#"{"provider": "p", "account": "a", "id": "1", "balance": {"amount": "-5.20", "currency": "$"},
                "rate_per_minute": {"amount": "0.10"}, "members": [], "contact": {"email": "e"},
                "limits": {"concurrent_calls": 3}, "created_at": "2025-10-09T10:20:58.220633", "status": "odd"}"#,
        )
        .unwrap();
        let cell = |name| Field::parse(name).unwrap().cell((&tenant).into());
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
}
