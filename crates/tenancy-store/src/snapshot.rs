//! All tenants at one time, from a file or a database.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, BufRead, Read};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{AccountKey, Error, ErrorKind};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

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
    /// The accounts whose last list is complete and only assumed to be whole.
    pub(crate) assumed: Vec<AccountKey>,
    /// The accounts of which no list had been recorded.
    pub(crate) unlisted: Vec<AccountKey>,
    /// The accounts from whose last list tenants were excluded.
    pub(crate) excluded: Vec<AccountKey>,
}

impl Snapshot {
    /// Reads a list of tenants as JSON: one tenant a line, or one array. The provider's record (`raw`) is ignored, and so are a
    /// byte-order mark and blank lines at the end.
    ///
    /// # Errors
    /// A line is not a tenant, is truncated, or repeats a tenant. The error names the line, or the position in the array.
    pub fn read(mut text: impl BufRead) -> Result<Self, Error> {
        let mut snapshot = Self::default();
        let mut blank = None;
        for number in 1_u64.. {
            let mut line = Vec::new();
            text.read_until(b'\n', &mut line).map_err(unreadable)?;
            if line.is_empty() {
                break;
            }
            if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
                line.drain(..BYTE_ORDER_MARK.len());
            }
            if number == 1 && line.starts_with(b"[") {
                return Self::read_array(io::Cursor::new(line).chain(text));
            }
            if line.trim_ascii().is_empty() {
                blank = blank.or(Some(number));
                continue;
            }
            if let Some(blank) = blank {
                return Err(malformed(format!("line {blank}: blank")));
            }
            snapshot
                .add_line(&line)
                .map_err(|why| malformed(format!("line {number}: {why}")))?;
        }
        Ok(snapshot)
    }

    fn read_array(text: impl Read) -> Result<Self, Error> {
        let tenants: Vec<Value> = serde_json::from_reader(text).map_err(|error| {
            malformed(if error.is_eof() {
                "incomplete array: the file is truncated".to_owned()
            } else {
                format!("not a JSON array ({error})")
            })
        })?;
        let mut snapshot = Self::default();
        for (number, tenant) in (1_u64..).zip(tenants) {
            snapshot
                .add(tenant)
                .map_err(|why| malformed(format!("element {number}: {why}")))?;
        }
        Ok(snapshot)
    }

    fn add_line(&mut self, line: &[u8]) -> Result<(), String> {
        let Some(line) = line.strip_suffix(b"\n") else {
            return Err("incomplete line: the file is truncated".to_owned());
        };
        if let Ok(text) = str::from_utf8(line)
            && let Ok(head) = serde_json::from_str::<Head<'_>>(text)
            && head.raw.is_none()
        {
            return self.insert(head.identity(), text.trim_ascii().into());
        }
        self.add(serde_json::from_slice(line).map_err(|error| format!("not JSON ({error})"))?)
    }

    fn add(&mut self, mut tenant: Value) -> Result<(), String> {
        let identity = identity(&tenant)?;
        if let Some(members) = tenant.as_object_mut() {
            members.remove("raw");
        }
        self.insert(identity, tenant.to_string().into())
    }

    fn insert(&mut self, identity: Identity, tenant: Box<str>) -> Result<(), String> {
        match self.tenants.entry(identity) {
            Entry::Vacant(entry) => {
                entry.insert(tenant);
                Ok(())
            }
            Entry::Occupied(entry) => {
                Err(format!("the tenant `{}` is listed twice", entry.key().id))
            }
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

    /// The accounts of a database whose last list is complete, and only assumed to be the whole list.
    #[must_use]
    pub fn assumed(&self) -> &[AccountKey] {
        &self.assumed
    }

    /// The accounts of a database from whose last list tenants were [excluded](crate::SyncOptions::exclude): they may exist without
    /// being in the snapshot.
    #[must_use]
    pub fn excluded(&self) -> &[AccountKey] {
        &self.excluded
    }

    /// The accounts of a database of which no list had been recorded: their first sync has not ended, or was killed.
    #[must_use]
    pub fn unlisted(&self) -> &[AccountKey] {
        &self.unlisted
    }

    /// The tenants, sorted by identity.
    pub fn tenants(&self) -> impl Iterator<Item = (&Identity, &str)> {
        self.tenants
            .iter()
            .map(|(identity, tenant)| (identity, &**tenant))
    }
}

/// The members of a tenant that a snapshot needs. A tenant with only these is kept as it was sent, which takes a quarter of the time.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    provider: Cow<'a, str>,
    #[serde(borrow)]
    account: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    raw: Option<&'a RawValue>,
}

impl Head<'_> {
    fn identity(self) -> Identity {
        Identity {
            account: AccountKey::new(self.provider, self.account),
            id: self.id.into_owned(),
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

fn malformed(why: String) -> Error {
    Error::new(ErrorKind::Malformed, why)
}

fn unreadable(error: io::Error) -> Error {
    let why = format!("it cannot be read: {error}");
    Error::new(ErrorKind::Unreachable, why).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = r#"{"provider":"p","account":"a","id":"1","name":"A","raw":{"n":1.10}}"#;
    const B: &str = r#"{"provider":"p","account":"a","id":"2"}"#;

    fn read(text: &str) -> Result<Snapshot, String> {
        Snapshot::read(text.as_bytes()).map_err(|error| error.to_string())
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
                ("2", B),
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
            (format!("{A}\n\n{B}\n"), "line 2: blank"),
            (
                format!("{B}\n{A}\n{B}\n"),
                "line 3: the tenant `2` is listed twice",
            ),
            ("[1]\n".to_owned(), "element 1: not a tenant: no `provider`"),
            (
                r#"{"provider":"p","account":"a","id":1}"#.to_owned() + "\n",
                "line 1: not a tenant: no `id`",
            ),
        ] {
            assert_eq!(read(&text).unwrap_err(), message);
        }
    }
}
