//! A record of wire types is decoded as `serde_json` alone decodes it, however its text is edited.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use client_runtime::{Decoded, Map, OpenEnum, OrFalse, Presence, RawNumber, Timestamp};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
struct Account {
    id: RawNumber,
    name: Option<OrFalse<String>>,
    balance: Option<RawNumber>,
    at: Option<OrFalse<Timestamp>>,
    status: Option<OpenEnum<Status>>,
    #[serde(default)]
    parent: Presence<String>,
    may: Option<Map<String, bool>>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
}

const RECORDS: [&str; 3] = [
    r#"{"id":7,"name":"A long name of many words","balance":-12.50,"at":"2026-06-01T14:30:00Z","status":"active","parent":null,"may":{"cdr":true,"sms":false}}"#,
    r#"{ "id" : 0, "name" : false, "balance" : null, "may" : { }, "status":"fr\"ozen", "at" : "\u20b9 2026" }"#,
    r#"{"id":12345678901234567890.10,"name":"Zoë ₹","at":false,"parent":"x"}"#,
];

const PIECES: [&str; 16] = [
    "{", "}", "[", ",", ":", "\"", "\\", " ", "0", "-", ".", "e1", "null", "true", "é", "\u{1}",
];

fn edits(text: &str) -> impl Iterator<Item = String> {
    text.char_indices().flat_map(move |(at, character)| {
        let (before, after) = (&text[..at], &text[at + character.len_utf8()..]);
        let replaced = PIECES.map(|piece| format!("{before}{piece}{after}"));
        let inserted = PIECES.map(|piece| format!("{before}{piece}{character}{after}"));
        let removed = [before.to_owned(), format!("{before}{after}")];
        replaced.into_iter().chain(inserted).chain(removed)
    })
}

#[test]
fn an_edited_record_is_decoded_as_serde_json_decodes_it() {
    let mut decoded = 0;
    for text in RECORDS {
        assert!(Decoded::<Account>::read(text).value.is_ok(), "{text}");
        for text in edits(text) {
            if let Ok(expected) = serde_json::from_str::<Account>(&text) {
                assert_eq!(Decoded::read(&text).value, Ok(expected), "{text}");
                decoded += 1;
            }
        }
    }
    assert!(decoded > 2_000, "{decoded}");
}
