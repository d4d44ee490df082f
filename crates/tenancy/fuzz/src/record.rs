//! Record: one element of a list, as a raw client decodes it.

use std::fmt::Debug;

use client_runtime::Record;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// Any JSON value is kept as it was sent; what serde decodes by itself is decoded alike; neighbours in a list do not notice;
/// nothing panics. Bytes that are no JSON value are no record.
///
/// # Panics
/// That does not hold.
pub fn holds(data: &[u8]) {
    let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(data) else {
        return;
    };
    of::<omnidim_client::types::Organization>(&raw, r#"{"id":1}"#);
    of::<layers_client::types::Organization>(&raw, r#"{"id":"org_1"}"#);
    of::<vobiz_client::types::SubAccount>(&raw, r#"{"auth_id":"SA_1"}"#);
}

fn of<T: DeserializeOwned + Serialize + Debug>(raw: &RawValue, neighbour: &str) {
    let alone = Record::<T>::read(raw.to_owned());
    assert_eq!(
        alone.raw().get(),
        raw.get(),
        "the record is kept as it was sent"
    );

    let plain = serde_json::from_str::<T>(raw.get());
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

    let list = format!("[{neighbour},{},{neighbour}]", raw.get());
    let list: Vec<Record<T>> = serde_json::from_str(&list).expect("a record never fails itself");
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

fn shown<T: Debug>(record: &Record<T>) -> String {
    format!("{record:?} {:?}", record.raw())
}
