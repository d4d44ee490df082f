//! What strangers send: nothing acts on a terminal or in a spreadsheet, and no secret is shown.

use std::fs;

use provider_sim::{Fault, Record, Simulator};
use serde_json::Value;

use crate::sandbox::*;

/// A tenant's name that would act on a terminal or in a spreadsheet.
const HOSTILE: &str = "=cmd|' /C calc'!A0\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J\r\nerror: forged";

fn hostile() -> (Simulator, Sandbox) {
    let record = serde_json::json!({ "auth_id": "SA_1", "name": HOSTILE, "enabled": true, "is_active": true });
    let unreadable = r#"{"auth_id": {"\u001b[31m": 1}}"#;
    let error = serde_json::json!({ "error": { "code": "X\u{1b}[2J", "message": "no\u{202e}\u{9b}\nerror: forged" } });
    serve([
        numbered("tenants").records([Record::raw(record.to_string()), Record::raw(unreadable)]),
        cursors("errors").fault(
            ..,
            Fault::literal(400, "application/json", error.to_string()),
        ),
    ])
}

#[test]
fn nothing_that_strangers_send_acts_on_a_terminal() {
    let (_simulator, sandbox) = hostile();
    for format in ["table", "json", "ndjson"] {
        let ran = sandbox.run(&list(&[
            "--format",
            format,
            "--verbose",
            "--report",
            "r.json",
        ]));
        for text in [
            &ran.stdout,
            &ran.stderr,
            &fs::read_to_string(sandbox.path("r.json")).unwrap(),
        ] {
            let acts = |character: char| {
                character != '\n' && character.is_control() || character == '\u{202e}'
            };
            assert!(!text.contains(acts), "{format}: {text:?}");
            assert!(
                !text.lines().any(|line| line.starts_with("error: forged")),
                "{format}: {text:?}"
            );
        }
        if format == "ndjson" {
            assert_eq!(ran.tenants()[0]["name"], HOSTILE, "JSON loses nothing");
        }
    }
}

#[test]
fn no_cell_of_csv_begins_a_formula_and_none_is_lost() {
    let (_simulator, sandbox) = hostile();
    let ran = sandbox.run(&list(&["--format", "csv", "--columns", "id,name"]));
    assert_eq!(ran.stdout, format!("id,name\nSA_1,\"'{HOSTILE}\"\n"));
}

#[test]
fn no_secret_is_shown_anywhere() {
    let echo = |key: &str| {
        let body = serde_json::json!({ "error": { "code": "BAD", "message": format!("the key {key} is bad") } });
        Fault::literal(401, "application/json", body.to_string())
    };
    let (simulator, sandbox) = serve([
        numbered("tokens")
            .population(3, 1)
            .knob("shows_auth_tokens"),
        numbered("demo").demo_records(),
        one_body("plain").population(2, 1),
        cursors("echo")
            .credential("api_key", "sk-secret-echoed")
            .fault(.., echo("sk-secret-echoed")),
    ]);
    let mut secrets = vec!["sim-auth-token-that-must-not-be-shown".to_owned()];
    for account in simulator.accounts() {
        let (_, secret) = account.credentials().pop().unwrap();
        secrets.push(secret);
    }
    for record in simulator
        .account("tokens")
        .population(|population| population.records())
    {
        let record: Value = serde_json::from_str(&record).unwrap();
        secrets.push(record["auth_token"].as_str().unwrap().to_owned());
    }
    assert!(
        secrets.len() > 7 && secrets.iter().all(|secret| secret.len() > 8),
        "{secrets:?}"
    );
    for arguments in [
        &["--format", "ndjson", "--raw"][..],
        &["--format", "json"],
        &["--format", "table"],
        &["--format", "csv"],
    ] {
        let ran = sandbox.run(&list(&[arguments, &["-v", "--report", "r.json"]].concat()));
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        let report = fs::read_to_string(sandbox.path("r.json")).unwrap();
        for (output, text) in [
            ("standard output", &ran.stdout),
            ("standard error", &ran.stderr),
            ("the report", &report),
        ] {
            for secret in &secrets {
                assert!(
                    !text.contains(secret),
                    "{secret} in {output} with {arguments:?}"
                );
            }
        }
    }
}
