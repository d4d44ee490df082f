//! A field, and the rows that have it.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value as Json;
use tenancy::{Member, Tenant};

use super::value::{Type, Value};

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
    pub(crate) name: &'static str,
    pub(crate) value_type: Type,
    pub(crate) style: Style,
    /// The key within a map, such as `plan` of `metadata.plan`; else empty.
    pub(super) key: &'static str,
    pub(super) get: Get,
}

/// Reads the value of a field, given the key within its map.
pub(super) type Get = for<'a> fn(Row<'a>, &str) -> Option<Value<'a>>;

/// How a column shows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Useless if shortened, such as an identity.
    Whole,
    /// A time, of which the date may do.
    Moment,
    /// Text that may be shortened.
    Prose,
    /// A number, aligned to the right.
    Number,
}

impl Field {
    pub(super) const fn new(name: &'static str, value_type: Type, style: Style, get: Get) -> Self {
        Self {
            name,
            value_type,
            style,
            key: "",
            get,
        }
    }

    /// Whether it is a field of users.
    pub(crate) fn is_of_member(&self) -> bool {
        self.name.starts_with("member.")
    }

    /// The row's value, if it has the field.
    pub(crate) fn value<'a>(&self, row: Row<'a>) -> Option<Value<'a>> {
        (self.get)(row, self.key)
    }

    /// The value in a row's JSON, if it has the field.
    pub(crate) fn within<'a>(&self, row: &'a Json) -> Option<&'a Json> {
        // A key may contain dots.
        let path = self.name.strip_suffix(self.key)?;
        let mut names = path.split('.').filter(|name| !name.is_empty());
        let parent = names.try_fold(row, |value, name| value.get(name))?;
        match self.key {
            "" => Some(parent),
            key => parent.get(key),
        }
    }

    /// The row's cell, if it has the field.
    pub(crate) fn cell<'a>(&self, row: Row<'a>) -> Option<Cow<'a, str>> {
        self.value(row).map(Value::shown)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
