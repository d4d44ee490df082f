//! Mapping: one record among others, as tenants of its provider.

use serde_json::Value;
use serde_json::value::RawValue;
use tenancy::{Mapped, Tenant};

use crate::body::{Read, read};
use crate::providers::Provider;

/// Any JSON value among the records is one tenant or one fault, and neither neighbour notices; a tenant has an identity and
/// carries its record; nothing panics. Gives the tenants. Bytes that are no JSON value are no record.
///
/// # Panics
/// That does not hold.
pub fn holds(data: &[u8]) -> Vec<Tenant> {
    let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(data) else {
        return Vec::new();
    };
    Provider::ALL
        .into_iter()
        .filter_map(|provider| at(provider, &raw))
        .collect()
}

fn at(provider: Provider, record: &RawValue) -> Option<Tenant> {
    let body = format!(
        r#"{{"{}":[{},{},{}]}}"#,
        provider.records(),
        provider.record(1),
        record.get(),
        provider.record(2)
    );
    let Read::Page(entries, _) = read(provider, [body.as_bytes()]) else {
        panic!("{provider:?}: the list is lost: {body}");
    };
    let [Ok(before), middle, Ok(after)] = <[_; 3]>::try_from(entries).unwrap_or_else(|entries| {
        panic!(
            "{provider:?}: {} of three records came: {body}",
            entries.len()
        )
    }) else {
        panic!("{provider:?}: a neighbour is lost: {body}");
    };
    assert_eq!(before.tenant.id, provider.id(1));
    assert_eq!(after.tenant.id, provider.id(2));
    match middle {
        Ok(mapped) => Some(tenant(mapped, record)),
        Err(fault) => {
            assert!(!format!("{fault:?}").is_empty());
            None
        }
    }
}

fn tenant(mapped: Mapped, sent: &RawValue) -> Tenant {
    let tenant = *mapped.tenant;
    assert!(!tenant.id.trim().is_empty(), "a tenant has an identity");
    let raw = tenant
        .raw
        .as_ref()
        .expect("the record as sent was asked for");
    // A record with half of a surrogate pair in it is JSON, and more than a `Value` can be.
    if let Ok(Value::Object(sent)) = serde_json::from_str(sent.get()) {
        let kept: Value = serde_json::from_str(raw.get()).expect("what is kept can be read too");
        let kept = kept.as_object().expect("an object stays one");
        assert!(sent.keys().eq(kept.keys()), "no member is lost: {raw:?}");
    }
    tenant
}
