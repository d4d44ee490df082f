//! The fuzz targets without a fuzzer: the examples of the specs, and a bounded number of seeded mutants of them.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]
// `crate::` in the targets means their own crate: its modules stand at the root here as well.
#![allow(unreachable_pub, reason = "the targets are a library of their own")]

#[path = "../fuzz/src/body.rs"]
mod body;
#[path = "../fuzz/src/mapping.rs"]
mod mapping;
#[path = "../fuzz/src/record.rs"]
mod record;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;
use serde_json::Value;
use serde_json::value::RawValue;
use tenancy::providers::ALL;
use tenancy::{Raw, Tenant};
use tenancy_tests::checked::hold_tenant;
use tenancy_tests::root;

/// How many mutants of each seed a target is given.
const MUTANTS: usize = 200;

/// Pieces that a random change of bytes would hardly make.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "1.50",
    "\"\"",
    "\\ud800",
    "\u{0}",
    "é",
    "{\"id\":1}",
    "\"id\":",
    "[[[[",
    "\"2026-02-30\"",
    "\"items\":[",
];

/// `FUZZ_SEED=7 cargo test -p tenancy-tests --test fuzz` tries others.
fn seed() -> u64 {
    let stated = std::env::var("FUZZ_SEED").ok();
    stated
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_122)
}

/// The example bodies of the specs, and some that are short.
fn bodies() -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    for provider in ALL {
        for folder in ["examples", "examples/errors"] {
            // No error body of a provider may be known.
            let folder = root().join("specs").join(provider.name).join(folder);
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    bodies.push(fs::read(path).unwrap());
                }
            }
        }
    }
    bodies.sort();
    assert!(bodies.len() > 10, "only {} bodies were found", bodies.len());
    let elements = r#"{"id":1,"users":[{"id":1}]},{"id":"x"},[],7"#;
    for provider in ALL {
        let body = body::page_of(provider, elements);
        bodies.push(body.replacen('{', r#"{"total":4,"#, 1).into_bytes());
    }
    bodies
}

/// The records in the bodies.
fn records() -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    for body in bodies() {
        let body: Value = serde_json::from_slice(&body).unwrap();
        for provider in ALL {
            let list = body.pointer(&provider.records_pointer());
            let list = list.and_then(Value::as_array);
            for record in list.into_iter().flatten() {
                records.push(record.to_string().into_bytes());
            }
        }
    }
    assert!(
        records.len() > 8,
        "only {} records were found",
        records.len()
    );
    records
}

/// One to four changes: bytes flipped, left out, doubled, put in, or taken from another seed.
fn mutate(seed: &[u8], others: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..random.usize(1..=4) {
        let at = random.usize(..=bytes.len());
        let to = at + random.usize(..=(bytes.len() - at).min(40));
        match random.u8(..6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
            1 => drop(bytes.drain(at..to)),
            2 => {
                let twice = bytes[at..to].to_vec();
                bytes.splice(to..to, twice);
            }
            3 => {
                let other = random.choice(others).unwrap();
                let from = random.usize(..=other.len());
                let until = from + random.usize(..=(other.len() - from).min(60));
                bytes.splice(at..to, other[from..until].iter().copied());
            }
            // A value or a sign in place of another.
            4 => {
                let piece = random.choice(PIECES).unwrap();
                bytes.splice(at..to, piece.bytes());
            }
            _ => {
                let piece = random.choice(PIECES).unwrap();
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
    bytes
}

/// A JSON value with one of the values in it replaced: unlike a change of bytes, it stays JSON.
fn mutate_json(seed: &[u8], random: &mut Rng) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(seed) else {
        return seed.to_vec();
    };
    let mut here = &mut value;
    loop {
        let inside = match &*here {
            Value::Object(members) => members.len(),
            Value::Array(elements) => elements.len(),
            _ => 0,
        };
        if inside == 0 || random.u8(..4) == 0 {
            break;
        }
        let place = random.usize(..inside);
        here = match here {
            Value::Object(members) => members.values_mut().nth(place).unwrap(),
            Value::Array(elements) => &mut elements[place],
            other => other,
        };
    }
    let piece = random.choice(PIECES).unwrap();
    *here = serde_json::from_str(piece).unwrap_or_else(|_| Value::String(piece.to_owned()));
    value.to_string().into_bytes()
}

/// Gives a target the seeds and mutants of them; says how many of them were JSON, and how many tenants came of them.
fn smoke(seeds: &[Vec<u8>], target: fn(&[u8]) -> Vec<Tenant>) -> (usize, usize) {
    let mut random = Rng::with_seed(seed());
    let (mut documents, mut tenants) = (0, 0);
    let mut tried = |input: &[u8]| {
        let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
        let found = outcome
            .unwrap_or_else(|_| panic!("seed {}: {:?}", seed(), String::from_utf8_lossy(input)));
        found.iter().cloned().for_each(hold);
        documents += usize::from(serde_json::from_slice::<&RawValue>(input).is_ok());
        tenants += found.len();
    };
    for input in seeds {
        tried(input);
        for number in 0..MUTANTS {
            if number % 2 == 0 {
                tried(&mutate(input, seeds, &mut random));
            } else {
                tried(&mutate_json(input, &mut random));
            }
        }
    }
    println!("seed {}: {documents} documents, {tenants} tenants", seed());
    (documents, tenants)
}

/// Holds a tenant to its schema. A record as sent may have half of a surrogate pair in it, which is JSON, and more than the
/// check can read.
fn hold(mut tenant: Tenant) {
    let is_readable = |raw: &Raw| serde_json::from_str::<Value>(raw.get()).is_ok();
    tenant.raw = tenant.raw.filter(is_readable);
    hold_tenant(&tenant);
}

#[test]
fn records_are_isolated() {
    let seeds = records();
    let (documents, _) = smoke(&seeds, |input| {
        record::holds(input);
        Vec::new()
    });
    assert!(documents > seeds.len() * MUTANTS / 2);
}

#[test]
fn records_are_mapped_or_quarantined() {
    let seeds = records();
    let (documents, tenants) = smoke(&seeds, mapping::holds);
    assert!(documents > seeds.len() * MUTANTS / 2);
    assert!(tenants > documents / 4, "{tenants} tenants of {documents}");
}

#[test]
fn bodies_read_the_same_however_they_are_cut() {
    let seeds = bodies();
    let (documents, tenants) = smoke(&seeds, body::holds);
    assert!(documents > seeds.len() * MUTANTS / 2);
    assert!(tenants > documents / 10, "{tenants} tenants of {documents}");
}
