//! The fields that columns, filters and orders can name: a tenant's, and with `--members` a user's. A field is named as in
//! the JSON, with dots between the levels.

mod known;
mod number;
mod value;

use std::borrow::Cow;

use tenancy::{Member, Tenant};

use crate::suggest;
use known::{KNOWN, Known, MAPS, Map};

pub(crate) use number::Number;
pub(crate) use value::{Kind, Value};

/// One row of the output: a tenant, or one user of a tenant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) tenant: &'a Tenant,
    /// The user, where rows are users.
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
    source: Source,
}

#[derive(Clone, Copy)]
enum Source {
    Known(&'static Known),
    /// A key of an open map, such as `metadata.plan`.
    Key {
        map: &'static Map,
        /// The field's whole name.
        name: &'static str,
    },
}

/// How a field is shown in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// What has to be whole to be of use, such as an identity or a time.
    Whole,
    /// Text that is of use also when it is cut off.
    Prose,
    /// A number, at the right edge.
    Number,
}

/// What starts the name of a user's field.
const MEMBER: &str = "member.";

impl Field {
    /// The field of this name.
    ///
    /// # Errors
    /// There is none; the error says which are known.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        if let Some(known) = KNOWN.iter().find(|known| known.name == name) {
            return Ok(Self {
                source: Source::Known(known),
            });
        }
        for map in &MAPS {
            let key = name
                .strip_prefix(map.name)
                .and_then(|rest| rest.strip_prefix('.'));
            match key {
                Some(key) if !key.is_empty() => {
                    // Fields are few and live as long as the command.
                    let name = String::leak(name.to_owned());
                    return Ok(Self {
                        source: Source::Key { map, name },
                    });
                }
                _ if name == map.name => {
                    return Err(format!("name one of its keys: `{name}.KEY`"));
                }
                _ => {}
            }
        }
        let mut names: Vec<_> = KNOWN.iter().map(|known| known.name.to_owned()).collect();
        names.extend(MAPS.iter().map(|map| format!("{}.KEY", map.name)));
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        Err(suggest::instead(name, &names))
    }

    /// A field that is in the table of known ones.
    fn known(name: &str) -> Option<Self> {
        let known = KNOWN.iter().find(|known| known.name == name)?;
        Some(Self {
            source: Source::Known(known),
        })
    }

    /// The fields that a person needs first.
    pub(crate) fn usual(members: bool) -> Vec<Self> {
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

    /// All fields that hold one value: an amount and its currency stand apart.
    pub(crate) fn scalar(members: bool) -> Vec<Self> {
        const OF_TENANT: [&str; 4] = ["provider", "account", "id", "name"];
        let is_wanted = |known: &&Known| {
            let of_member = known.name.starts_with(MEMBER);
            if members {
                of_member || OF_TENANT.contains(&known.name)
            } else {
                !of_member && known.kind != Kind::List && !is_whole(known.name)
            }
        };
        KNOWN
            .iter()
            .filter(is_wanted)
            .map(|known| Self {
                source: Source::Known(known),
            })
            .collect()
    }

    /// The field's name.
    pub(crate) fn name(&self) -> &'static str {
        match self.source {
            Source::Known(known) => known.name,
            Source::Key { name, .. } => name,
        }
    }

    /// What its values are.
    pub(crate) fn kind(&self) -> Kind {
        match self.source {
            Source::Known(known) => known.kind,
            Source::Key { map, .. } => map.kind,
        }
    }

    /// How it is shown in a column.
    pub(crate) fn style(&self) -> Style {
        match self.source {
            Source::Known(known) => known.style,
            Source::Key { .. } => Style::Prose,
        }
    }

    /// Whether only users have it.
    pub(crate) fn is_of_member(&self) -> bool {
        self.name().starts_with(MEMBER)
    }

    /// The row's value; none where the row does not have the field.
    pub(crate) fn value<'a>(&self, row: Row<'a>) -> Option<Value<'a>> {
        match self.source {
            Source::Known(known) => (known.value)(row),
            Source::Key { map, name } => (map.value)(row, &name[map.name.len() + 1..]),
        }
    }

    /// The row's cell; none where the row does not have the field.
    pub(crate) fn cell<'a>(&self, row: Row<'a>) -> Option<Cow<'a, str>> {
        self.value(row).map(Value::shown)
    }
}

/// Whether other fields are parts of this one, such as `balance.amount` of `balance`.
fn is_whole(name: &str) -> bool {
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
            message.starts_with("did you mean `contact.email`? known are provider, account, id, "),
            "{message}"
        );
        assert!(message.contains("metadata.KEY"), "{message}");
        assert_eq!(
            Field::parse("metadata").unwrap_err(),
            "name one of its keys: `metadata.KEY`"
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
