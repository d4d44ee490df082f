//! A rule: the field of a tenant and the column of a customer that have a key in common.

use std::fmt;

use tenancy::Tenant;

use crate::select::field::{Field, Value};

/// A rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The field of a tenant.
    pub(crate) field: Field,
    /// The column of a customer.
    pub(crate) column: String,
    /// Whether keys are compared as normalised text instead of exactly.
    pub(crate) is_normalised: bool,
}

impl Rule {
    /// Reads a rule such as `metadata.crm=crm_id` or `name~company`.
    ///
    /// # Errors
    /// There is no such field, or no column.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const EXAMPLE: &str = "write FIELD=COLUMN, for example id=tenant_id, or FIELD~COLUMN for normalised text, for example \
                               name~company";
        let at = text.find(['=', '~']).ok_or(EXAMPLE)?;
        let (field, column) = (Field::parse(&text[..at])?, text[at + 1..].trim());
        if column.is_empty() {
            return Err(format!("no column is named after `{text}`; {EXAMPLE}"));
        }
        if field.is_of_member() {
            return Err(format!(
                "`{}` is a field of users; name a field of tenants",
                field.name
            ));
        }
        Ok(Self {
            field,
            column: column.to_owned(),
            is_normalised: text[at..].starts_with('~'),
        })
    }

    /// The keys of a tenant: each alias is one.
    pub(crate) fn keys(&self, tenant: &Tenant) -> Vec<String> {
        match self.field.value(tenant.into()) {
            None => Vec::new(),
            Some(Value::List(texts)) => texts.to_vec(),
            Some(value) => vec![value.shown().into_owned()],
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operator = if self.is_normalised { '~' } else { '=' };
        write!(f, "{}{operator}{}", self.field.name, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_others_answered() {
        for text in ["id=tenant", "aliases=a=b", "metadata.a.b~Name, legal"] {
            assert_eq!(
                Rule::parse(text).map(|rule| rule.to_string()),
                Ok(text.to_owned())
            );
        }
        for (text, why) in [
            ("id", "write FIELD=COLUMN"),
            ("id=", "no column is named"),
            ("nam=name", "did you mean `name`?"),
            ("metadata=x", "`metadata` has keys"),
            ("member.email=email", "is a field of users"),
        ] {
            let error = Rule::parse(text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
