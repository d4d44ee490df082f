//! Tests that a document is kept as it was sent, without its secrets.

use super::*;

fn tree(text: &str) -> JsonTree {
    JsonTree::read(serde_json::from_str(text).unwrap())
}

#[test]
fn keeps_order_duplicates_and_digits() {
    let text = r#"{"b":1.10,"a":[12345678901234567890.10,{"x":1e400}],"b":null}"#;
    assert_eq!(tree(text).to_raw().get(), text);
}

#[test]
fn redacts_at_any_depth_and_leaves_what_can_be_no_secret() {
    let text = r#"{"auth_token":"a","n":{"auth_token":[1],"k":[{"auth_token":"<redacted>"}]},"z":{"auth_token":null}}"#;
    let redacted = tree(text).redacted(&|name| name == "auth_token");
    assert_eq!(
        redacted.to_raw().get(),
        r#"{"auth_token":"<redacted>","n":{"auth_token":"<redacted>","k":[{"auth_token":"<redacted>"}]},"z":{"auth_token":null}}"#
    );
}

#[test]
fn what_is_nested_too_deep_to_be_judged_is_redacted_whole() {
    let deep = format!(
        "{}{{\"auth_token\":\"s3cret\"}}{}",
        "[".repeat(100),
        "]".repeat(100)
    );
    let redacted = tree(&deep).redacted(&|name| name == "auth_token").to_raw();
    assert!(!redacted.get().contains("s3cret"));
}

#[test]
fn the_last_of_two_members_stays() {
    let mut tree = tree(r#"{"a":1,"b":[{},{"c":2,"c":2}],"a":3}"#);
    let dropped = tree.drop_duplicates(9);
    let dropped = dropped
        .iter()
        .map(|it| (it.pointer.as_str(), it.value.get(), it.differs));
    assert_eq!(
        dropped.collect::<Vec<_>>(),
        [("/a", "1", true), ("/b/1/c", "2", false)]
    );
    assert_eq!(tree.to_raw().get(), r#"{"b":[{},{"c":2}],"a":3}"#);
}

#[test]
fn many_duplicates_below_a_long_name_are_dropped_and_few_named() {
    let name = "n".repeat(100_000);
    let mut tree = tree(&format!(
        r#"{{"{name}":{{{}"a":1}}}}"#,
        r#""a":0,"#.repeat(50_000)
    ));
    let dropped = tree.drop_duplicates(9);
    assert_eq!(dropped.len(), 9);
    let pointer = &dropped[0].pointer;
    assert!(pointer.starts_with("/nnn") && pointer.len() < 1010);
    assert_eq!(tree.to_raw().get(), format!(r#"{{"{name}":{{"a":1}}}}"#));
}

#[test]
fn a_member_that_repeats_another_is_taken_once() {
    let read = |text: &str| {
        let once = without_repeats(text.as_bytes()).unwrap();
        once.map(|once| String::from_utf8(once).unwrap())
    };
    assert_eq!(
        read(r#"{"a":1.0,"b":[],"\u0061":1.0}"#).unwrap(),
        r#"{"a":1.0,"b":[]}"#
    );
    assert_eq!(read(r#"{"a":1,"a":2}"#), None, "which of the two is meant?");
    assert_eq!(read(r#"{"a":{"b":1,"b":1}}"#), None, "not the top level");
    assert!(without_repeats(b"[]").is_err());
}

#[test]
fn a_document_is_taken_apart_so_deep_and_no_deeper() {
    let nested = |open: &str, close: &str, depth: usize| {
        let text = format!("{}7{}", open.repeat(depth), close.repeat(depth));
        let redacted = tree(&text).redacted(&|_| false).to_raw();
        (
            redacted.get() == text,
            redacted.get().contains("<redacted>"),
        )
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        assert_eq!(nested(open, close, MAX_DEPTH), (true, false), "{open}");
        assert_eq!(nested(open, close, MAX_DEPTH + 1), (false, true), "{open}");
    }
}

#[test]
fn a_document_of_too_many_members_stays_in_one_piece() {
    let numbers = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
    let text = |count| format!(r#"{{"a":{},"token":"s3cret","b":[1]}}"#, numbers(count));
    let redacted = |text: &str| tree(text).redacted(&|name| name == "token").to_raw();
    // Beside the numbers there are four more.
    let fits = redacted(&text(MAX_NODES - 4));
    assert!(fits.get().ends_with(r#"0],"token":"<redacted>","b":[1]}"#));
    assert_eq!(
        redacted(&text(MAX_NODES)).get(),
        r#"{"a":"<redacted>","token":"<redacted>","b":[1]}"#
    );
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let mut tree = tree("[1,{\"a\":2}]");
    assert!(!tree.remove(&[]));
    assert!(!tree.remove(&[Step::Index(2)]));
    assert!(!tree.remove(&[Step::Index(1), Step::Key("b".to_owned())]));
    assert!(!tree.remove(&[Step::Key("a".to_owned())]));
    assert!(tree.remove(&[Step::Index(1), Step::Key("a".to_owned())]));
    assert!(tree.remove(&[Step::Index(0)]));
    assert_eq!(tree.to_raw().get(), "[{}]");
}
