//! Writes rows as one JSON array, or as one JSON object per line.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;
use tenancy::{Member, Tenant};

use super::controls;
use super::format::Format;
use crate::select::field::Row;

/// One JSON array, one row per line. The array of an interrupted list is not closed, so that it is not taken for complete.
#[derive(Debug, Default)]
pub(super) struct Json {
    begun: bool,
}

/// One JSON object per line.
#[derive(Debug)]
pub(super) struct NdJson;

impl Format for Json {
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.push(b'[');
        Ok(())
    }

    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(if self.begun { b",\n" } else { b"\n" });
        self.begun = true;
        write(row, out)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(if self.begun { b"\n]\n" } else { b"]\n" });
        Ok(())
    }
}

impl Format for NdJson {
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        write(row, out)?;
        out.push(b'\n');
        Ok(())
    }
}

/// Writes a row on one line, safe on a terminal.
fn write(row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let text = match row.member {
        None => serde_json::to_string(row.tenant)?,
        Some(member) => serde_json::to_string(&MemberLine::new(row.tenant, member))?,
    };
    out.extend_from_slice(controls::escape_json(&text).as_bytes());
    Ok(())
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
        let (mut json, mut out) = (Json::default(), Vec::new());
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
