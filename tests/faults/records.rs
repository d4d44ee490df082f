//! The faults of one record, in the order of the table.

use provider_sim::{AccountHandle, Fault, Provider, Record};
use serde_json::{Map, Value, json};
use tenancy_tests::providers::facts;
use tenancy_tests::put_at;

use crate::TENANTS;
use crate::case::Expect;

/// The row only for providers whose records have a listed word.
pub(crate) const UNKNOWN_WORD: &str = "unknown enum value";

/// What is done to one record's members.
pub(crate) type Edit = fn(Provider, &mut Map<String, Value>);

/// What may be wrong with one record's members.
pub(crate) const RECORDS: &[(&str, Expect, Edit)] = &[
    ("null name", Expect::Whole, |provider, record| {
        set(record, text(provider), Value::Null)
    }),
    (
        "wrong type of the name and a time",
        Expect::Whole,
        |provider, record| {
            set(record, text(provider), json!(["x"]));
            if let Some(created) = fed(provider, "created_at") {
                set(record, created, json!({"seconds": 1}));
            }
        },
    ),
    (
        "wrong type of the identity",
        Expect::OneMissing,
        |provider, record| set(record, identity(provider), json!({"id": 1})),
    ),
    ("no identity", Expect::OneMissing, |provider, record| {
        record.remove(identity(provider));
    }),
    ("5 MB record", Expect::Whole, |provider, record| {
        set(record, text(provider), json!("x".repeat(5_000_000)))
    }),
    (UNKNOWN_WORD, Expect::Whole, |_, record| {
        set(record, "status", json!("frozen"))
    }),
    ("extra fields", Expect::Whole, |_, record| {
        set(record, "tier", json!({"name": "gold", "since": [2026]}));
        set(record, "", Value::Null);
    }),
    ("foreign scripts", Expect::Whole, |provider, record| {
        set(
            record,
            text(provider),
            json!("शर्मा एंड संस · 株式会社 · مؤسسة \u{202e} · 👩‍🚀"),
        )
    }),
];

fn set(record: &mut Map<String, Value>, name: &str, value: Value) {
    record.insert(name.to_owned(), value);
}

fn identity(provider: Provider) -> &'static str {
    provider.id_member()
}

/// The field that becomes a tenant's name or, without one, its address: a text that is no identity.
fn text(provider: Provider) -> &'static str {
    let name = fed(provider, "name");
    name.or_else(|| fed(provider, "contact.email")).unwrap()
}

/// The field that becomes a tenant's `field`, if there is one.
fn fed(provider: Provider, field: &str) -> Option<&'static str> {
    let mut feeds = facts(provider.name()).feeds.iter();
    Some(feeds.find(|(_, to)| *to == field)?.0)
}

/// Puts numbers of twenty digits where a provider may send them.
pub(crate) fn long_numbers(provider: Provider, text: &str) -> String {
    let replacements = facts(provider.name()).long_numbers.iter();
    replacements.fold(text.to_owned(), |text, (from, to)| {
        text.replacen(from, to, 1)
    })
}

/// Puts another record into the place of the sixteenth tenant's.
pub(crate) fn replace(handle: &AccountHandle, edit: impl FnOnce(&str) -> Record) {
    handle.population(|population| {
        let position = 15;
        let id = population.ids()[position].clone();
        let text = population.records()[position].clone();
        assert!(population.replace(&id, edit(&text)));
    });
}

/// The record, edited. The server takes it for the same tenant, whatever its text says.
pub(crate) fn edited(provider: Provider, text: &str, edit: Edit) -> Record {
    let mut record: Map<String, Value> = serde_json::from_str(text).unwrap();
    let id = record[identity(provider)].clone();
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    edit(provider, &mut record);
    Record::raw(Value::from(record).to_string()).with_id(id)
}

/// One body with every record, in which one record's name has bytes that are no UTF-8.
pub(crate) fn no_utf8(handle: &AccountHandle) -> Fault {
    let records = handle.population(|population| population.records());
    let list = tenancy_tests::provider(handle.provider().name()).records_pointer();
    let facts = facts(handle.provider().name());
    let [mut page, fields] = [facts.after_the_last, facts.only_page].map(|of| of(TENANTS as usize));
    for (name, value) in fields.as_object().unwrap() {
        page[name] = value.clone();
    }
    put_at(&mut page, &list, json!(["the records"]));
    let body = page
        .to_string()
        .replace(r#""the records""#, &records.join(","));
    let marker = format!(r#""{}":""#, text(handle.provider())).into_bytes();
    let mut body = body.into_bytes();
    let at = (body.len() / 2..body.len())
        .find(|at| body[*at..].starts_with(&marker))
        .unwrap();
    let at = at + marker.len();
    body.splice(at..at, *b"\xff\xfe");
    Fault::literal(200, "application/json", body)
}
