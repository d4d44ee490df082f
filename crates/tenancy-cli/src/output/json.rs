//! Writes rows as one JSON array, or as one JSON object per line.

use std::io;

use schemars::JsonSchema;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use tenancy::{Member, Tenant};

use super::controls;
use super::format::Format;
use crate::select::field::{Field, Row};

/// One JSON array, one row per line. The array of an interrupted list is not closed, so that it is not taken for complete.
#[derive(Debug)]
pub(super) struct Json {
    columns: Vec<Field>,
    begun: bool,
}

impl Json {
    /// Rows with the fields of these columns, or with all fields.
    pub(super) fn new(columns: Vec<Field>) -> Self {
        let begun = false;
        Self { columns, begun }
    }
}

/// One JSON object per line.
#[derive(Debug)]
pub(super) struct NdJson {
    columns: Vec<Field>,
}

impl NdJson {
    /// Rows with the fields of these columns, or with all fields.
    pub(super) fn new(columns: Vec<Field>) -> Self {
        Self { columns }
    }
}

impl Format for Json {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.push(b'[');
        Ok(())
    }

    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(if self.begun { b",\n" } else { b"\n" });
        self.begun = true;
        write(row, &self.columns, out)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(if self.begun { b"\n]\n" } else { b"]\n" });
        Ok(())
    }
}

impl Format for NdJson {
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        write(row, &self.columns, out)?;
        out.push(b'\n');
        Ok(())
    }
}

/// Writes a row on one line, safe on a terminal.
fn write(row: Row<'_>, columns: &[Field], out: &mut Vec<u8>) -> io::Result<()> {
    let text = serde_json::to_string(&Object { row, columns })?;
    out.extend_from_slice(controls::escape_json(&text).as_bytes());
    Ok(())
}

/// A row as an object: with the fields of these columns, or without columns with all fields.
pub(super) struct Object<'a> {
    pub(super) row: Row<'a>,
    pub(super) columns: &'a [Field],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tenant = self.row.tenant;
        let line = self
            .row
            .member
            .map(|member| MemberLine::new(tenant, member));
        if self.columns.is_empty() {
            return match line {
                None => tenant.serialize(serializer),
                Some(line) => line.serialize(serializer),
            };
        }
        let whole = match line {
            None => serde_json::to_value(tenant),
            Some(line) => serde_json::to_value(line),
        };
        let whole = whole.map_err(S::Error::custom)?;
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            // An object has each key once.
            if !columns.iter().any(|(name, _)| *name == column.name)
                && let Some(value) = column.within(&whole)
            {
                columns.push((column.name, value));
            }
        }
        serializer.collect_map(columns)
    }
}

/// One user of one tenant, as `list --members` writes it in JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MemberLine<'a> {
    /// The provider.
    provider: &'a str,
    /// The configured account under which the tenant was listed.
    account: &'a str,
    /// The tenant's identity.
    id: &'a str,
    /// The tenant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// The user.
    member: &'a Member,
}

impl<'a> MemberLine<'a> {
    fn new(tenant: &'a Tenant, member: &'a Member) -> Self {
        Self {
            provider: &tenant.provider,
            account: &tenant.account,
            id: &tenant.id,
            name: tenant.name.as_deref(),
            member,
        }
    }
}

#[cfg(test)]
mod tests {
    use tenancy::Tenant;

    use super::*;

    fn written(tenants: &[Tenant]) -> String {
        let (mut json, mut out) = (Json::new(Vec::new()), Vec::new());
        json.begin(&mut out).unwrap();
        for tenant in tenants {
            json.row(tenant.into(), &mut out).unwrap();
        }
        json.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_array_of_any_length_is_valid() {
        let tenant = |id: &str| Tenant::new("p", "a", id);
        for tenants in [
            vec![],
            vec![tenant("1")],
            vec![tenant("1"), tenant("2\u{9b}")],
        ] {
            let text = written(&tenants);
            assert_eq!(
                serde_json::from_str::<Vec<Tenant>>(&text).unwrap(),
                tenants,
                "{text}"
            );
            assert!(text.ends_with("]\n") && !text.contains('\u{9b}'), "{text}");
        }
    }
}
