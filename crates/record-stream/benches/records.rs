//! Measures splitting and decoding a body, against `serde_json` alone on the same bytes.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails ends")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use record_stream::{Decoded, RawNumber, SplitRecord, Splitter};
use serde::Deserialize;

const RECORDS: usize = 10_000;
/// A typical read from a socket.
const CHUNK: usize = 16 * 1024;

fn main() {
    divan::main();
}

#[derive(Deserialize)]
struct Body {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Account {
    id: RawNumber,
    name: Option<String>,
    email: Option<String>,
    balance: Option<RawNumber>,
    created_at: Option<String>,
    active: Option<bool>,
    users: Option<Vec<User>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct User {
    id: u64,
    name: Option<String>,
}

fn body() -> Vec<u8> {
    let account = |id: usize| {
        format!(
            r#"{{"id":{id},"name":"Example Communications Private Limited {id}","email":"billing@example{id}.com","balance":{}.50,"created_at":"2026-06-01T14:30:00.000000","active":{},"users":[{{"id":1,"name":"Zoë \"Z\" Ott"}},{{"id":2,"name":null}}]}}"#,
            id % 1000,
            id.is_multiple_of(3)
        )
    };
    let accounts: Vec<_> = (0..RECORDS).map(account).collect();
    format!(
        r#"{{"total":{RECORDS},"accounts":[{}]}}"#,
        accounts.join(",")
    )
    .into_bytes()
}

/// Counts the records after `each` was called with their texts.
fn read(body: &[u8], mut each: impl FnMut(&str)) {
    let mut splitter = Splitter::new("accounts");
    let mut records = 0;
    for bytes in body.chunks(CHUNK) {
        for batch in splitter.push(black_box(bytes)).unwrap() {
            for record in batch.records() {
                if let SplitRecord::Text(text) = record {
                    each(&text);
                    records += 1;
                }
            }
        }
    }
    assert_eq!(records, RECORDS);
}

fn bench(bencher: Bencher<'_, '_>, run: impl Fn(&[u8]) + Sync) {
    let body = body();
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::of_slice(&body))
        .bench(|| run(&body));
}

#[divan::bench]
fn split(bencher: Bencher<'_, '_>) {
    bench(bencher, |body| {
        read(body, |text| {
            black_box(text);
        });
    });
}

#[divan::bench]
fn split_and_decode(bencher: Bencher<'_, '_>) {
    bench(bencher, |body| {
        read(body, |text| {
            black_box(Decoded::<Account>::read(text).value.unwrap());
        });
    });
}

#[divan::bench]
fn serde_json_alone(bencher: Bencher<'_, '_>) {
    bench(bencher, |body| {
        let read: Body = serde_json::from_slice(black_box(body)).unwrap();
        assert_eq!(black_box(read).accounts.len(), RECORDS);
    });
}
