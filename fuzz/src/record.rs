//! Fuzzes one element of a list, as a raw client decodes it.

use client_runtime::{Map, OpenEnum, OrFalse, RawNumber, Record, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A record with each of the wire types, whose fields have the names that providers like.
#[derive(Debug, Serialize, Deserialize)]
struct Account {
    id: RawNumber,
    name: Option<OrFalse<String>>,
    balance: Option<RawNumber>,
    concurrent_call_limit: Option<u32>,
    created_at: Option<OrFalse<Timestamp>>,
    status: Option<OpenEnum<Status>>,
    users: Option<Vec<User>>,
    permissions: Option<Map<String, bool>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Suspended,
}

#[derive(Debug, Serialize, Deserialize)]
struct User {
    id: Option<RawNumber>,
    email: Option<String>,
    #[serde(default)]
    is_active: bool,
}

/// Checks that any JSON value is kept as it was sent; that it is decoded as serde alone decodes it, where serde can; that its
/// neighbours do not change the result; and that nothing panics. Bytes that are not JSON are not a record.
///
/// # Panics
/// One of these properties does not hold.
pub fn holds(data: &[u8]) {
    let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(data) else {
        return;
    };
    let alone = Record::<Account>::read(raw.clone());
    assert_eq!(
        alone.raw().get(),
        raw.get(),
        "the record is kept as it was sent"
    );

    let plain = serde_json::from_str::<Account>(raw.get());
    if raw.get().starts_with('{')
        && let Ok(plain) = plain
    {
        let decoded = alone.decoded().expect("what serde decodes is decoded");
        assert_eq!(format!("{decoded:?}"), format!("{plain:?}"));
    }
    if let Err(error) = alone.decoded() {
        assert!(!error.reason.is_empty());
        assert!(
            error.path.is_empty() || error.path.starts_with('/'),
            "{error}"
        );
    }

    let list = format!(r#"[{{"id":1}},{raw},{{"id":1}}]"#);
    let list: Vec<Record<Account>> =
        serde_json::from_str(&list).expect("a record never fails itself");
    let [before, among, after] = list.as_slice() else {
        panic!("{} of three records came", list.len());
    };
    assert!(before.decoded().is_ok() && after.decoded().is_ok());
    assert_eq!(shown(among), shown(&alone), "neighbours do not matter");
    assert_eq!(
        serde_json::to_string(&alone).expect("a record can be written"),
        raw.get()
    );
}

fn shown(record: &Record<Account>) -> String {
    format!("{record:?} {:?}", record.raw())
}
