//! The fields that columns, filters and sort keys name: a tenant's, and with `--members` a user's. Names are those of the JSON,
//! with dots between the levels.

mod known;
mod number;
mod value;

use std::borrow::Cow;

use tenancy::{Member, Tenant};

use crate::suggest;
use known::{KNOWN, Known, MAPS, Map};

pub(crate) use number::Number;
pub(crate) use value::{Type, Value};

/// One row of the output: a tenant, or one user of a tenant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) tenant: &'a Tenant,
    /// The user, if rows are users.
    pub(crate) member: Option<&'a Member>,
}

impl<'a> From<&'a Tenant> for Row<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self {
            tenant,
            member: None,
        }
    }
}

/// A field.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    access: Access,
}

#[derive(Clone, Copy)]
enum Access {
    Known(&'static Known),
    /// A key of an open map, such as `metadata.plan`.
    Key {
        map: &'static Map,
        /// The field's full name.
        name: &'static str,
    },
}

/// How a column shows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Useless if shortened, such as an identity or a time.
    Whole,
    /// Text that may be shortened.
    Prose,
    /// A number, aligned to the right.
    Number,
}

/// The prefix of a user's fields.
const MEMBER: &str = "member.";

impl Field {
    /// The field of this name.
    ///
    /// # Errors
    /// There is no such field.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        if let Some(known) = KNOWN.iter().find(|known| known.name == name) {
            return Ok(Self {
                access: Access::Known(known),
            });
        }
        for map in &MAPS {
            let key = name
                .strip_prefix(map.name)
                .and_then(|rest| rest.strip_prefix('.'));
            match key {
                Some(key) if !key.is_empty() => {
                    // Fields are few and live as long as the process.
                    let name = String::leak(name.to_owned());
                    return Ok(Self {
                        access: Access::Key { map, name },
                    });
                }
                _ if name == map.name => {
                    return Err(format!("`{name}` has keys; name one of them: `{name}.KEY`"));
                }
                _ => {}
            }
        }
        let mut names: Vec<_> = KNOWN.iter().map(|known| known.name.to_owned()).collect();
        names.extend(MAPS.iter().map(|map| format!("{}.KEY", map.name)));
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let instead = suggest::instead(name, "fields", &names);
        Err(format!("there is no field `{name}`; {instead}"))
    }

    /// A field of the table of known ones.
    fn known(name: &str) -> Option<Self> {
        let known = KNOWN.iter().find(|known| known.name == name)?;
        Some(Self {
            access: Access::Known(known),
        })
    }

    /// The default columns of a table.
    pub(crate) fn summary(members: bool) -> Vec<Self> {
        const TENANT: [&str; 7] = [
            "provider",
            "account",
            "id",
            "name",
            "status",
            "balance",
            "created_at",
        ];
        const MEMBER: [&str; 8] = [
            "account",
            "id",
            "name",
            "member.id",
            "member.name",
            "member.email",
            "member.active",
            "member.last_login_at",
        ];
        let names: &[_] = if members { &MEMBER } else { &TENANT };
        names.iter().filter_map(|name| Self::known(name)).collect()
    }

    /// All fields that hold one value, such as `balance.amount` and `balance.currency`.
    pub(crate) fn scalars(members: bool) -> Vec<Self> {
        const OF_TENANT: [&str; 4] = ["provider", "account", "id", "name"];
        let is_wanted = |known: &&Known| {
            let of_member = known.name.starts_with(MEMBER);
            if members {
                of_member || OF_TENANT.contains(&known.name)
            } else {
                !of_member && known.value_type != Type::List && !has_parts(known.name)
            }
        };
        KNOWN
            .iter()
            .filter(is_wanted)
            .map(|known| Self {
                access: Access::Known(known),
            })
            .collect()
    }

    /// The field's name.
    pub(crate) fn name(&self) -> &'static str {
        match self.access {
            Access::Known(known) => known.name,
            Access::Key { name, .. } => name,
        }
    }

    /// The type of its values.
    pub(crate) fn value_type(&self) -> Type {
        match self.access {
            Access::Known(known) => known.value_type,
            Access::Key { map, .. } => map.value_type,
        }
    }

    /// How a column shows it.
    pub(crate) fn style(&self) -> Style {
        match self.access {
            Access::Known(known) => known.style,
            Access::Key { .. } => Style::Prose,
        }
    }

    /// Whether it is a field of users.
    pub(crate) fn is_of_member(&self) -> bool {
        self.name().starts_with(MEMBER)
    }

    /// The row's value, if it has the field.
    pub(crate) fn value<'a>(&self, row: Row<'a>) -> Option<Value<'a>> {
        match self.access {
            Access::Known(known) => (known.value)(row),
            Access::Key { map, name } => (map.value)(row, &name[map.name.len() + 1..]),
        }
    }

    /// The row's cell, if it has the field.
    pub(crate) fn cell<'a>(&self, row: Row<'a>) -> Option<Cow<'a, str>> {
        self.value(row).map(Value::shown)
    }
}

/// Whether other fields are parts of this one, as `balance.amount` is of `balance`.
fn has_parts(name: &str) -> bool {
    KNOWN.iter().any(|part| {
        part.name
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_is_answered_with_the_known_ones() {
        let message = Field::parse("contact.mail").unwrap_err();
        assert!(
            message.contains(
                "; did you mean `contact.email`? The known fields are provider, account, id, "
            ),
            "{message}"
        );
        assert!(message.contains("metadata.KEY"), "{message}");
        assert_eq!(
            Field::parse("metadata").unwrap_err(),
            "`metadata` has keys; name one of them: `metadata.KEY`"
        );
        assert!(Field::parse("metadata.").is_err());
    }

    #[test]
    fn keys_of_maps_are_fields_whatever_they_contain() {
        let tenant: Tenant = serde_json::from_str(
            r#"{"provider": "p", "account": "a", "id": "1", "metadata": {"a.b": "x"}, "permissions": {"sms": false}}"#,
        )
        .unwrap();
        let cell = |name| {
            Field::parse(name)
                .unwrap()
                .cell((&tenant).into())
                .map(Cow::into_owned)
        };
        assert_eq!(cell("metadata.a.b").as_deref(), Some("x"));
        assert_eq!(cell("permissions.sms").as_deref(), Some("false"));
        assert_eq!(cell("permissions.voice"), None);
    }
}
