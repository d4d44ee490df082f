//! All tenants at one time, from a file or a database.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde::Serialize;
use serde_json::Value;

use crate::{AccountKey, Error, ErrorKind};

/// The identity of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Identity {
    /// Its provider and account.
    #[serde(flatten)]
    pub account: AccountKey,
    /// Its ID at the provider.
    pub id: String,
}

/// All tenants at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Each as JSON text, because most are only compared as a whole.
    pub(crate) tenants: BTreeMap<Identity, Box<str>>,
    /// Why some tenants may be missing.
    pub(crate) doubts: Vec<String>,
}

impl Snapshot {
    /// Reads the output of `list --format ndjson`: one tenant a line. The provider's record (`raw`) is ignored.
    ///
    /// # Errors
    /// A line is not a tenant, is truncated, or repeats a tenant. The error names the line.
    pub fn read_ndjson(lines: impl BufRead) -> Result<Self, Error> {
        let mut snapshot = Self::default();
        for (number, line) in (1_u64..).zip(Lines(lines)) {
            snapshot
                .add_line(&line?)
                .map_err(|why| malformed(number, &why))?;
        }
        Ok(snapshot)
    }

    fn add_line(&mut self, line: &[u8]) -> Result<(), String> {
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err("incomplete line: the file is truncated".to_owned());
        };
        let mut tenant: Value =
            serde_json::from_slice(line).map_err(|error| format!("not JSON ({error})"))?;
        let identity = identity(&tenant)?;
        if let Some(members) = tenant.as_object_mut() {
            members.remove("raw");
        }
        let id = identity.id.clone();
        match self.tenants.insert(identity, tenant.to_string().into()) {
            None => Ok(()),
            Some(_) => Err(format!("the tenant `{id}` is listed twice")),
        }
    }

    /// The number of tenants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tenants.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Why some tenants may be missing: one line an account.
    #[must_use]
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// The tenants, sorted by identity.
    pub fn tenants(&self) -> impl Iterator<Item = (&Identity, &str)> {
        self.tenants
            .iter()
            .map(|(identity, tenant)| (identity, &**tenant))
    }
}

/// The lines of a file, including their ends.
struct Lines<R>(R);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        match self.0.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(Ok(line)),
            Err(error) => Some(Err(Error::new(
                ErrorKind::Unreachable,
                format!("it cannot be read: {error}"),
            )
            .caused_by(error))),
        }
    }
}

fn identity(tenant: &Value) -> Result<Identity, String> {
    let text = |name: &str| match tenant.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(format!("not a tenant: no `{name}`")),
    };
    Ok(Identity {
        account: AccountKey::new(text("provider")?, text("account")?),
        id: text("id")?,
    })
}

fn malformed(line: u64, why: &str) -> Error {
    Error::new(ErrorKind::Malformed, format!("line {line}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = r#"{"provider":"p","account":"a","id":"1","name":"A","raw":{"n":1.10}}"#;
    const B: &str = r#"{"provider":"p","account":"a","id":"2"}"#;

    fn read(text: &str) -> Result<Snapshot, String> {
        Snapshot::read_ndjson(text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn one_tenant_a_line() {
        let snapshot = read(&format!("{B}\n{A}\r\n")).unwrap();
        let shown: Vec<_> = snapshot
            .tenants()
            .map(|(identity, tenant)| (identity.id.as_str(), tenant))
            .collect();
        assert_eq!(
            shown,
            [
                ("1", r#"{"account":"a","id":"1","name":"A","provider":"p"}"#),
                ("2", r#"{"account":"a","id":"2","provider":"p"}"#),
            ]
        );
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, message) in [
            (
                format!("{A}\n{B}"),
                "line 2: incomplete line: the file is truncated",
            ),
            (
                format!("{A}\n{}", &B[..20]),
                "line 2: incomplete line: the file is truncated",
            ),
            (
                format!("{A}\n{}\n", &B[..20]),
                "line 2: not JSON (EOF while parsing a string at line 1 column 20)",
            ),
            (
                format!("{A}\n\n{B}\n"),
                "line 2: not JSON (EOF while parsing a value at line 1 column 0)",
            ),
            (
                format!("{B}\n{A}\n{B}\n"),
                "line 3: the tenant `2` is listed twice",
            ),
            ("[]\n".to_owned(), "line 1: not a tenant: no `provider`"),
            (
                r#"{"provider":"p","account":"a","id":1}"#.to_owned() + "\n",
                "line 1: not a tenant: no `id`",
            ),
        ] {
            assert_eq!(read(&text).unwrap_err(), message);
        }
    }
}
