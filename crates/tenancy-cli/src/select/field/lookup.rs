//! Finds fields by name, and chooses default columns.

use super::definition::Field;
use super::known::{KNOWN, MAPS};
use super::value::Type;
use crate::suggest;

impl Field {
    /// The field of this name.
    ///
    /// # Errors
    /// There is no such field.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        if let Some(known) = Self::known(name) {
            return Ok(known);
        }
        for map in &MAPS {
            let Some(rest) = name.strip_prefix(map.name) else {
                continue;
            };
            if rest.is_empty() {
                return Err(format!("`{name}` has keys; name one of them: `{name}.KEY`"));
            }
            if rest.starts_with('.') && rest.len() > 1 {
                // Fields are few and live as long as the process.
                let name: &'static str = String::leak(name.to_owned());
                let key = &name[map.name.len() + 1..];
                return Ok(Self { name, key, ..*map });
            }
        }
        let mut names: Vec<_> = KNOWN.iter().map(|known| known.name.to_owned()).collect();
        names.extend(MAPS.iter().map(|map| format!("{}.KEY", map.name)));
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let instead = suggest::instead(name, "fields", &names);
        Err(format!("there is no field `{name}`; {instead}"))
    }

    fn known(name: &str) -> Option<Self> {
        KNOWN.iter().find(|known| known.name == name).copied()
    }

    /// The default columns of a table.
    pub(crate) fn summary(members: bool) -> Vec<Self> {
        const TENANT: &str = "provider account id name status balance created_at";
        const MEMBER: &str =
            "account id name member.id member.name member.email member.active member.last_login_at";
        let names = if members { MEMBER } else { TENANT };
        names.split(' ').filter_map(Self::known).collect()
    }

    /// All fields that hold one value, such as `balance.amount` and `balance.currency`.
    pub(crate) fn scalars(members: bool) -> Vec<Self> {
        const OF_TENANT: [&str; 4] = ["provider", "account", "id", "name"];
        let is_wanted = |field: &&Self| {
            if members {
                field.is_of_member() || OF_TENANT.contains(&field.name)
            } else {
                !field.is_of_member() && field.value_type != Type::List && !has_parts(field.name)
            }
        };
        KNOWN.iter().filter(is_wanted).copied().collect()
    }
}

/// Whether other fields are parts of this one, as `balance.amount` is of `balance`.
fn has_parts(name: &str) -> bool {
    let mut rest = KNOWN.iter().filter_map(|part| part.name.strip_prefix(name));
    rest.any(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use tenancy::Tenant;

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
