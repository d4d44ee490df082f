//! `check`: what it finds, what it advises, and how little it asks for.

use std::fs;
use std::net::TcpListener;

use provider_sim::{Fault, Record};
use serde_json::Value;

use crate::sandbox::*;

/// `check` with the sandbox's configuration, without repeating what fails.
fn check<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let common = ["check", "--config", "tenancy.toml", "--max-retries", "0"];
    [&common, more].concat()
}

/// The accounts are asked side by side: which request comes first is open.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split("req_");
    let mut shown = parts.next().unwrap().to_owned();
    for part in parts {
        shown.push_str("req_N");
        shown.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    shown
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn accounts_that_can_be_listed_take_one_request_each() {
    let (simulator, sandbox) = serve([
        one_body("calls").population(300, 1),
        cursors("brands").population(900, 2),
        numbered("agency").population(5000, 3),
    ]);
    let ran = sandbox.run(&check(&[]));
    insta::assert_snapshot!("check_usable", ran.shown());
    for account in simulator.accounts() {
        assert_eq!(account.requests().len(), 1, "{}", account.name());
    }
    let ran = sandbox.run(&check(&["--format", "json", "--account", "agency"]));
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!("check_json", ran.stdout);
}

#[test]
fn the_demonstration_can_be_checked() {
    let ran = Sandbox::new().run(&["check", "--demo", "--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let checked: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(checked.len(), provider_sim::Provider::ALL.len());
    assert!(checked.iter().all(|account| account["usable"] == true));
}

#[test]
fn each_thing_that_can_be_wrong_is_found_in_its_check_with_what_to_do() {
    let final_code = tenancy::providers::find(cursors_provider().name())
        .unwrap()
        .final_codes[0];
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (simulator, mut sandbox) = serve([
        numbered("fine").population(3, 1),
        numbered("wrong-key").population(3, 1).fault(.., Fault::status(401)),
        cursors("no-scope").population(3, 1).forbidden(),
        cursors("suspended").population(3, 1)
            .fault(.., Fault::status_with_code(503, final_code)),
        one_body("no-reseller").fault(.., Fault::unsuccessful()),
        numbered("wrong-address").fault(.., Fault::status(404)),
        cursors("some-page").fault(.., Fault::html()),
        cursors("cut-short").fault(.., Fault::literal(
            200,
            "application/json",
            r#"{"items": [{"id": "org_1"}], "nextCursor": null, "truncated": true}"#,
        )),
        cursors("in-trouble").fault(.., Fault::status(500)),
        cursors("waiting").fault(.., Fault::rate_limited(600)),
        numbered("odd-record").records([Record::raw(r#"{"auth_id": {}}"#)]),
        numbered("new-fields").records([Record::raw(
            r#"{"auth_id": "SA_1", "kyc_mode": "full", "created_at": "05/04/2026", "enabled": true, "is_active": true}"#,
        )]),
    ]);
    sandbox = sandbox.with("CLOSED", "sk-1");
    let path = sandbox.path("tenancy.toml");
    let configured = fs::read_to_string(&path).unwrap();
    let key = "{ env = \"CLOSED\" }";
    let more = key_account("nobody-there", &format!("http://{closed}"), key)
        + &key_account(
            "no-variable",
            "https://api.example",
            "{ env = \"NOT_SET\" }",
        )
        + &key_account("plain-http", "http://api.example", key);
    fs::write(&path, configured + &more).unwrap();
    let ran = sandbox.run(&check(&[]));
    assert_eq!(ran.code, Some(3));
    let shown = without_port(&ran.shown(), closed.port());
    let accounts = simulator.accounts();
    let shown = accounts.iter().fold(shown, |shown, account| {
        without_port(&shown, account.address().port())
    });
    insta::assert_snapshot!("check_findings", without_request_ids(&shown));
    for account in simulator.accounts() {
        assert_eq!(account.requests().len(), 1, "{}", account.name());
    }
    let failing = sandbox.run(&check(&["--account", "wrong-key", "--account", "no-scope"]));
    assert_eq!(failing.code, Some(1));
    let usable = sandbox.run(&check(&["--account", "fine", "--account", "new-fields"]));
    assert_eq!(usable.code, Some(0), "drift is a warning");
    for account in simulator.accounts() {
        let (_, secret) = account.credentials().pop().unwrap();
        assert!(!ran.shown().contains(&secret));
    }
}

#[test]
fn a_clock_that_is_wrong_is_told_whether_the_page_can_be_had_or_not() {
    let dated = |fault: Fault| fault.header("Date", "Sat, 21 Nov 2020 12:00:00 GMT");
    let (_simulator, sandbox) = serve([
        numbered("listed")
            .population(3, 1)
            .fault(.., dated(Fault::as_usual())),
        cursors("refused").fault(.., dated(Fault::status(401))),
    ]);
    let ran = sandbox.run(&check(&["--format", "json"]));
    assert_eq!(ran.code, Some(3));
    for account in json(&ran).as_array().unwrap() {
        let clock = &account["clock"];
        assert_eq!(clock["state"], "warning");
        let found = clock["found"].as_str().unwrap();
        assert!(found.ends_with(" s ahead of the provider's"), "{found}");
    }
}

#[test]
fn what_a_provider_says_cannot_act_on_the_terminal() {
    let error = serde_json::json!({ "error": { "code": "X\u{1b}[2J", "message": "no\u{202e}\n forged, page: ok" } });
    let record =
        r#"{"auth_id": "SA_1", "\u001b[31m\u202e": 1, "enabled": true, "is_active": true}"#;
    let (_simulator, sandbox) = serve([
        cursors("errors").fault(
            ..,
            Fault::literal(401, "application/json", error.to_string()),
        ),
        numbered("fields").records([Record::raw(record)]),
    ]);
    for format in ["table", "json"] {
        let ran = sandbox.run(&check(&["--format", format]));
        let acts = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!ran.stdout.contains(acts), "{:?}", ran.stdout);
        assert!(
            !ran.stdout.lines().any(|line| line.starts_with(" forged")),
            "{:?}",
            ran.stdout
        );
    }
}

#[test]
fn nothing_configured_is_wrong_usage() {
    let ran = Sandbox::new().run(&["check"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.starts_with("error: no account is configured\n"),
        "{}",
        ran.stderr
    );
}
