//! Tests that decoding a record omits and names what does not fit.

use super::*;

#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
struct Account {
    id: u64,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    users: Option<Vec<User>>,
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
struct User {
    id: u64,
}

fn read(text: &str) -> Record<Account> {
    serde_json::from_str(text).unwrap()
}

fn omitted(record: &Record<Account>) -> Vec<String> {
    record
        .omitted()
        .iter()
        .map(|field| format!("{}: {}", field.path, field.reason))
        .collect()
}

#[test]
fn a_record_as_expected_is_kept_whole() {
    let record = read(r#"{"id":1,"name":"A","more":true}"#);
    assert_eq!(record.decoded().unwrap().name.as_deref(), Some("A"));
    assert!(record.omitted().is_empty());
    assert_eq!(record.unknown(), ["/more"]);
    assert_eq!(record.raw().get(), r#"{"id":1,"name":"A","more":true}"#);
}

#[test]
fn a_number_that_json_does_not_have_costs_its_field_only() {
    #[derive(Debug, serde::Deserialize)]
    struct Priced {
        id: u64,
        #[serde(default)]
        price: Option<crate::RawNumber>,
        #[serde(default)]
        share: Option<f64>,
    }
    let text = r#"{"price":NaN,"share":-Infinity,"id":7,"note":"Infinity"}"#;
    let read = Decoded::<Priced>::read(text);
    let priced = read.value.unwrap();
    assert_eq!(
        (priced.id, priced.price.is_some(), priced.share),
        (7, false, None)
    );
    let omitted: Vec<_> = read.omitted.iter().map(|field| &field.path[..]).collect();
    assert_eq!(omitted, ["/price", "/share"]);
    assert_eq!(read.unknown, ["/note"]);
    let required = Decoded::<Priced>::read(r#"{"id":NaN}"#).value.unwrap_err();
    assert_eq!(required.path, "/id");
}

#[test]
fn unknown_members_are_named_at_any_depth_and_numbers_keep_their_digits() {
    #[derive(Debug, serde::Deserialize)]
    struct Priced {
        price: Option<crate::RawNumber>,
        #[serde(rename = "lines")]
        _lines: Vec<Line>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Line {}
    let text = r#"{"price":1.10,"lines":[{},{"a/b":{"c":1}}],"x":null}"#;
    let record: Record<Priced> = serde_json::from_str(text).unwrap();
    assert_eq!(record.unknown(), ["/lines/1/a~1b", "/x"]);
    assert_eq!(
        record.decoded().unwrap().price.as_ref().unwrap().as_str(),
        "1.10"
    );
}

#[test]
fn an_optional_member_of_the_wrong_type_is_left_out_and_named() {
    let record = read(r#"{"id":1,"name":["s3cret"]}"#);
    assert_eq!(record.decoded().unwrap().name, None);
    assert_eq!(
        omitted(&record),
        ["/name: invalid type: sequence, expected a string"]
    );
}

#[test]
fn an_element_that_lacks_what_it_requires_is_left_out_of_its_array() {
    let record = read(r#"{"id":1,"users":[{"id":1},{"id":"x"},{"id":3}]}"#);
    assert_eq!(record.decoded().unwrap().users.as_ref().unwrap().len(), 2);
    assert_eq!(
        omitted(&record),
        [
            "/users/1/id: invalid type: string, expected u64",
            "/users/1: missing field `id`"
        ]
    );
}

#[test]
fn what_is_not_known_of_a_record_with_omitted_members_is_named_too() {
    let record = read(r#"{"id":1,"name":7,"users":[{"id":1,"more":1}],"other":2}"#);
    assert_eq!(omitted(&record).len(), 1);
    assert_eq!(record.unknown(), ["/users/0/more", "/other"]);
    assert!(read(r#"{"id":1,"name":7}"#).unknown().is_empty());
}

#[test]
fn the_last_of_two_members_counts() {
    let record = read(r#"{"id":1,"name":"old","id":2}"#);
    assert_eq!(record.decoded().unwrap().id, 2);
    assert_eq!(omitted(&record), ["/id: sent twice; the last one counts"]);
}

#[test]
fn a_wrong_identity_fails_the_record_and_no_other() {
    let page: Vec<Record<Account>> =
        serde_json::from_str(r#"[{"id":1},{"id":"hunter2"},7,[3],{},{"id":5}]"#).unwrap();
    let outcomes: Vec<String> = page
        .iter()
        .map(|record| match record.decoded() {
            Ok(account) => account.id.to_string(),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            "1",
            "/id: invalid type: string, expected u64",
            "is not an object",
            "is not an object",
            "missing field `id`",
            "5"
        ]
    );
    let shown = format!("{page:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Account { id: 5"), "{shown}");
}

#[test]
fn a_record_of_too_many_values_fails_whatever_they_are() {
    let users = |count: usize| {
        format!(
            r#"{{"id":1,"users":[{}]}}"#,
            vec![r#"{"id":1}"#; count].join(",")
        )
    };
    let error = |text: &str| {
        Decoded::<Account>::read(text)
            .value
            .unwrap_err()
            .to_string()
    };
    let expected = "has more than 196608 values, an object or array counted as 8";
    // Each user counts as nine with its comma, the rest as 16.
    assert!(
        Decoded::<Account>::read(&users(MAX_VALUES / 9 - 2))
            .value
            .is_ok()
    );
    assert_eq!(error(&users(MAX_VALUES / 9 - 1)), expected);
    for text in [
        format!(r#"{{"id":1,"x":[{}0]}}"#, "0,".repeat(MAX_VALUES)),
        format!(r#"{{"id":1,"x":[{}0]}}"#, "NaN,".repeat(MAX_VALUES)),
        format!(r#"{{"id":1{}}}"#, r#","":"""#.repeat(MAX_VALUES)),
    ] {
        assert_eq!(error(&text), expected);
    }
    let commas = format!(r#"{{"id":1,"name":"{}"}}"#, ",".repeat(2 * MAX_VALUES));
    assert!(Decoded::<Account>::read(&commas).value.is_ok());
}

#[test]
fn unknown_fields_below_a_long_name_are_named_briefly() {
    #[derive(serde::Deserialize)]
    struct Grouped {
        #[serde(rename = "groups")]
        _groups: std::collections::BTreeMap<String, User>,
    }
    let (name, fields) = ("n".repeat(100_000), r#","a":0"#.repeat(20_000));
    let text = format!(r#"{{"groups":{{"{name}":{{"id":1{fields}}}}}}}"#);
    let unknown = Decoded::<Grouped>::read(&text).unknown;
    assert_eq!(unknown.len(), MAX_UNKNOWN);
    assert!(unknown.iter().map(String::len).sum::<usize>() < MAX_UNKNOWN * 1010);
}
