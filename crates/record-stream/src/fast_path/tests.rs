//! Tests that the fast path agrees with `serde_json`, and accepts typical records.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::{DeserializeOwned, IgnoredAny};

use super::*;
use crate::raw_number::RawNumber;

#[derive(Debug, PartialEq, Deserialize)]
struct Account {
    id: RawNumber,
    name: Option<Any>,
    balance: Option<RawNumber>,
    calls: Option<i64>,
    level: Option<u8>,
    at: Option<Any>,
    status: Option<Status>,
    users: Option<Vec<User>>,
    may: Option<BTreeMap<String, bool>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct User {
    #[serde(default)]
    on: bool,
}

/// As an open enumeration is read: by asking for a string.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(transparent)]
struct Status(String);

/// What says of itself which type it has.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Any {
    Bool(bool),
    Number(i64),
    Text(String),
}

const USUAL: [&str; 3] = [
    r#"{"id":7,"name":"A long name of many words","balance":-12.50,"calls":-3,"level":255,"at":"2026-06-01T14:30:00Z","status":"active","users":[{"on":true},{}],"may":{"cdr":true,"sms":false}}"#,
    r#"{ "id" : 0, "name" : false, "balance" : null, "calls" : 0, "users" : [ ], "may" : { },
        "status":"fr\"ozen", "at" : "\u20b9 2026", "level" : 1 }"#,
    r#"{"id":12345678901234567890.10,"name":"Zoë ₹","at":false}"#,
];

/// What `serde_json` reads, if it is all that there is.
fn exactly<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut unknown = false;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_ignored::deserialize(&mut deserializer, |_| unknown = true).ok()?;
    deserializer.end().ok()?;
    (!unknown).then_some(value)
}

/// Whether the text is read: then it is read as `serde_json` reads it.
fn is_read<T: DeserializeOwned + Debug + PartialEq>(text: &str) -> bool {
    let read = decode::<T>(text);
    if read.is_some() {
        assert_eq!(read, exactly(text), "{text}");
    }
    read.is_some()
}

#[test]
fn what_is_usual_is_read() {
    for text in USUAL {
        assert!(is_read::<Account>(text), "{text}");
        assert!(is_read::<Account>(&format!(" {text}\r\n\t")), "{text}");
    }
}

/// Every character in turn left out, replaced and preceded by others, and the text cut off there.
#[test]
fn what_is_read_of_an_edited_text_is_what_serde_json_reads() {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        " ",
        "0",
        "1",
        "-",
        "+",
        ".",
        "e1",
        "null",
        "true",
        "x",
        "é",
        "\u{1}",
        "\u{7f}",
        "\\ud800",
        "\"a\":1,",
        "\"id\":1,",
        ",\"level\":2",
        "9999999999999999999",
    ];
    let (mut read, mut refused) = (0, 0);
    for text in USUAL {
        for (at, character) in text.char_indices() {
            let (before, after) = (&text[..at], &text[at + character.len_utf8()..]);
            let mut edited = vec![before.to_owned(), format!("{before}{after}")];
            for piece in pieces {
                edited.push(format!("{before}{piece}{after}"));
                edited.push(format!("{before}{piece}{character}{after}"));
            }
            for text in edited {
                match is_read::<Account>(&text) {
                    true => read += 1,
                    false => refused += 1,
                }
            }
        }
    }
    assert!(read > 3_000 && refused > 10_000, "{read} and {refused}");
}

#[test]
fn strings_end_where_they_end_however_long_they_are() {
    for length in 0..40 {
        let plain = "x".repeat(length);
        for (end, is_usual) in [
            ("\"", true),
            ("é\"", true),
            ("\\n\\u00e9\"", true),
            ("\\\"\"", true),
            ("\u{1f}\"", false),
            ("\\x\"", false),
            ("\\ud800\"", false),
            ("\\\"", false),
            ("", false),
        ] {
            let text = format!("\"{plain}{end}");
            assert_eq!(is_read::<String>(&text), is_usual, "{text}");
        }
    }
}

#[test]
fn numbers_are_read_as_serde_json_reads_them() {
    let whole = ["0", "-1", "9223372036854775807", "-9223372036854775808"];
    for text in whole {
        assert!(is_read::<i64>(text), "{text}");
    }
    let others = [
        "-0",
        "00",
        "01",
        "-01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.5",
        "1.5.5",
        "1e5",
        "1E+5",
        "1-2",
        "0x1",
        "1_000",
        "256",
        "18446744073709551615",
        "99999999999999999999",
        "",
        "١",
    ];
    for text in whole.into_iter().chain(others) {
        is_read::<i64>(text);
        is_read::<u8>(text);
        is_read::<u64>(text);
        is_read::<f64>(text);
        is_read::<bool>(text);
        is_read::<String>(text);
        is_read::<RawNumber>(text);
        is_read::<Any>(text);
        is_read::<Any>(&format!("\"{text}\""));
    }
}

#[test]
fn what_is_not_known_is_left_to_be_named() {
    for text in [r#"{"id":1,"x":{}}"#, r#"{"id":1,"users":[{"y":1}]}"#] {
        assert!(decode::<Account>(text).is_none(), "{text}");
    }
    assert!(decode::<IgnoredAny>("1").is_none());
}

#[test]
fn nothing_is_read_deeper_than_serde_json_goes() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Nested {
        inner: Option<Box<Nested>>,
    }
    let nested =
        |depth: usize| format!("{}{{}}{}", r#"{"inner":"#.repeat(depth), "}".repeat(depth));
    for (depth, is_usual) in [(0, true), (126, true), (127, false), (100_000, false)] {
        let text = nested(depth);
        assert_eq!(is_read::<Nested>(&text), is_usual, "{depth}");
        assert_eq!(exactly::<Nested>(&text).is_some(), is_usual, "{depth}");
    }
    assert!(is_read::<Vec<Nested>>(&format!(
        "[{}]",
        vec!["{}"; 300].join(",")
    )));
}
