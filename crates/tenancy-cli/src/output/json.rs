//! All rows as one JSON array.

use std::io;

use super::{Format, MemberLine};
use crate::output::escape;
use crate::select::field::Row;

/// All rows as one JSON array, one a line. The array of a list that was broken off is not closed, so that nobody takes
/// it for a whole one.
#[derive(Debug, Default)]
pub(crate) struct Json {
    begun: bool,
}

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

/// Writes a row as JSON, on one line and safe on a terminal.
pub(super) fn write(row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    let text = match row.member {
        None => serde_json::to_string(row.tenant)?,
        Some(member) => serde_json::to_string(&MemberLine::new(row.tenant, member))?,
    };
    out.extend_from_slice(escape::json(&text).as_bytes());
    Ok(())
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
        let tenant = |id: &str| Tenant::new("vobiz", "a", id);
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
