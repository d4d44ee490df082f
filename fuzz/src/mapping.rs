//! Fuzzes one record among others, mapped to tenants by every provider.

use serde_json::Value;
use serde_json::value::RawValue;
use tenancy::Tenant;
use tenancy::providers::Mapped;
use tenancy::providers::{ALL, Descriptor};

use crate::body::{Read, page_of, read};

/// Checks that any JSON value among the records becomes one tenant or one fault, whatever its neighbours are; that a tenant
/// has an id and carries its record; and that nothing panics. Returns the tenants. Bytes that are not JSON are not a record.
///
/// # Panics
/// One of these properties does not hold.
pub fn holds(data: &[u8]) -> Vec<Tenant> {
    let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(data) else {
        return Vec::new();
    };
    ALL.iter()
        .filter_map(|provider| at(provider, &raw))
        .collect()
}

fn at(provider: &Descriptor, record: &RawValue) -> Option<Tenant> {
    let name = provider.name;
    // A number is never a record.
    let body = page_of(provider, &format!("{record},7,{record}"));
    let Read::Page(entries, _) = read(provider, [body.as_bytes()]) else {
        panic!("{name}: the list is lost: {body}");
    };
    let [first, number, last] = <[_; 3]>::try_from(entries).unwrap_or_else(|entries| {
        panic!("{name}: {} of three records came: {body}", entries.len())
    });
    assert!(number.is_err(), "{name}: a number became a tenant: {body}");
    assert_eq!(format!("{first:?}"), format!("{last:?}"), "{name}: {body}");
    first.ok().map(|mapped| tenant(mapped, record))
}

fn tenant(mapped: Mapped, sent: &RawValue) -> Tenant {
    let tenant = *mapped.tenant;
    assert!(!tenant.id.trim().is_empty(), "a tenant has an id");
    let raw = tenant.raw.as_ref().expect("the record was asked for");
    // Half of a surrogate pair is valid JSON, but not a valid `Value`.
    if let Ok(Value::Object(sent)) = serde_json::from_str(sent.get()) {
        let kept: Value = serde_json::from_str(raw.get()).expect("what is kept can be read too");
        let kept = kept.as_object().expect("an object stays one");
        assert!(sent.keys().eq(kept.keys()), "no field is lost: {raw:?}");
    }
    tenant
}
