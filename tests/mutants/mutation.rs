//! The ways in which one value of a body is mutated.

use serde_json::Value;

/// Where a body has the value that is mutated, until a mutation takes its place.
pub(crate) const MARK: &str = "\"@@MUTATED@@\"";

/// One way to mutate a value.
#[derive(Clone, Debug)]
pub(crate) struct Mutation {
    /// The class and the name that it has in the table.
    pub(crate) class: Class,
    pub(crate) name: &'static str,
    pub(crate) edit: Edit,
}

/// What kind of mutations there are, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Absent,
    Switch,
    Number,
    Text,
    Time,
    Unicode,
    Nested,
    Twice,
}

/// What becomes of a value.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// It is not there.
    Remove,
    /// It is there under another name.
    Rename,
    /// Something else stands in its place.
    Replace(Vec<u8>),
    /// Its name stands twice.
    Twice(String, String),
}

/// What takes any value's place: its class and name in the table, and its bytes.
const REPLACEMENTS: &[(Class, &str, &[u8])] = &[
    (Class::Absent, "null", b"null"),
    (Class::Switch, "false", b"false"),
    (Class::Switch, "true", b"true"),
    (Class::Number, "number", b"7"),
    (Class::Number, "negative", b"-7"),
    (Class::Number, "minus zero", b"-0"),
    (Class::Number, "fraction", b"1.50"),
    (Class::Number, "exponent", b"5e2"),
    (Class::Number, "twenty digits", b"12345678901234567890"),
    (Class::Number, "huge", b"1e400"),
    (
        Class::Number,
        "forty decimals",
        b"0.1234567890123456789012345678901234567890",
    ),
    (Class::Number, "seconds since 1970", b"1798859045"),
    (Class::Text, "empty", br#""""#),
    (Class::Text, "blank", br#"" ""#),
    (Class::Text, "unknown word", br#""frozen_for_review""#),
    (Class::Text, "a number", br#""7""#),
    (Class::Text, "false as text", br#""false""#),
    (Class::Text, "null as text", br#""null""#),
    (
        Class::Text,
        "uuid",
        br#""0b1f3c1e-6a0f-4f43-9d1c-2f6f5f3b7a10""#,
    ),
    (Class::Time, "date", br#""2027-01-02""#),
    (Class::Time, "in UTC", br#""2027-01-02T03:04:05Z""#),
    (
        Class::Time,
        "with offset",
        br#""2027-01-02T03:04:05+05:30""#,
    ),
    (Class::Time, "without zone", br#""2027-01-02T03:04:05.25""#),
    (Class::Time, "slashed", br#""02/01/2027""#),
    (Class::Time, "worded", br#""Sat, 02 Jan 2027 03:04:05 GMT""#),
    (Class::Time, "no such day", br#""2027-02-30""#),
    (
        Class::Unicode,
        "right to left",
        "\"\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd}\"".as_bytes(),
    ),
    (
        Class::Unicode,
        "emoji",
        "\"\u{1f469}\u{200d}\u{1f680}\"".as_bytes(),
    ),
    (
        Class::Unicode,
        "combining marks",
        "\"e\u{301}\u{301}\u{301}\"".as_bytes(),
    ),
    (
        Class::Unicode,
        "terminal escape",
        br#""\u001b[31mred\u0007""#,
    ),
    (Class::Unicode, "NUL", br#""a\u0000b""#),
    (Class::Unicode, "lone surrogate", br#""a\ud800b""#),
    (Class::Unicode, "no UTF-8", b"\"a\xff\xc3(b\""),
    (Class::Nested, "empty object", b"{}"),
    (Class::Nested, "empty array", b"[]"),
    (Class::Nested, "object", br#"{"a":1}"#),
    (Class::Nested, "array", br#"["a",1]"#),
];

/// Every way in which this value is mutated.
pub(crate) fn of(original: &Value) -> Vec<Mutation> {
    let sent = original.to_string();
    let made = [
        (
            Class::Text,
            "20 kB",
            format!("\"{}\"", "long ".repeat(4000)),
        ),
        (Class::Nested, "in an array", format!("[{sent}]")),
        (
            Class::Nested,
            "in an object",
            format!("{{\"value\":{sent}}}"),
        ),
        (
            Class::Nested,
            "200 deep",
            "[".repeat(200) + &"]".repeat(200),
        ),
    ];
    let twice = [
        ("alike", sent.clone(), sent.clone()),
        ("text last", sent.clone(), "\"another\"".to_owned()),
        ("number last", sent.clone(), "7".to_owned()),
        ("false last", sent.clone(), "false".to_owned()),
        ("null last", sent.clone(), "null".to_owned()),
        ("object first", "{}".to_owned(), sent),
    ];
    let absent = [("removed", Edit::Remove), ("renamed", Edit::Rename)];
    let absent = absent.map(|(name, edit)| (Class::Absent, name, edit));
    let replaced = REPLACEMENTS
        .iter()
        .map(|(class, name, bytes)| (*class, *name, bytes.to_vec()))
        .chain(made.map(|(class, name, text)| (class, name, text.into_bytes())))
        .map(|(class, name, bytes)| (class, name, Edit::Replace(bytes)));
    let twice = twice.map(|(name, first, then)| (Class::Twice, name, Edit::Twice(first, then)));
    absent
        .into_iter()
        .chain(replaced)
        .chain(twice)
        .map(|(class, name, edit)| Mutation { class, name, edit })
        .collect()
}

impl Edit {
    /// The document with the value at the pointer mutated, as it goes over the wire; nothing where this cannot be done:
    /// only a member has a name.
    pub(crate) fn apply(&self, document: &Value, pointer: &str) -> Option<Vec<u8>> {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let mut document = document.clone();
        match self {
            Self::Remove => {
                members(&mut document, parent)?.remove(name)?;
                Some(document.to_string().into_bytes())
            }
            Self::Rename => {
                let members = members(&mut document, parent)?;
                let value = members.remove(name)?;
                members.insert(format!("x_{name}"), value);
                Some(document.to_string().into_bytes())
            }
            Self::Replace(bytes) => {
                *document.pointer_mut(pointer)? = mark();
                Some(put(&document.to_string(), MARK, bytes))
            }
            Self::Twice(first, then) => {
                *members(&mut document, parent)?.get_mut(name)? = mark();
                let text = document.to_string();
                let both = format!("\"{name}\":{first},\"{name}\":{then}");
                Some(put(&text, &format!("\"{name}\":{MARK}"), both.as_bytes()))
            }
        }
    }
}

fn members<'a>(
    document: &'a mut Value,
    pointer: &str,
) -> Option<&'a mut serde_json::Map<String, Value>> {
    document.pointer_mut(pointer)?.as_object_mut()
}

fn mark() -> Value {
    Value::String(MARK.trim_matches('"').to_owned())
}

/// The text with bytes, which need not be text, where the mark is.
pub(crate) fn put(text: &str, mark: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = text.split_once(mark).unwrap_or((text, ""));
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}
