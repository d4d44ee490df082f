//! `sync --changes`, `changes` and `runs`: what was recorded is written as events, the same ones each time.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::*;

/// `changes` or `runs` of the database.
fn read(sandbox: &Sandbox, database: &Database, arguments: &[&str]) -> Ran {
    let mut command = sandbox.command(arguments);
    command.env("TENANCY_DATABASE_URL", database.address());
    command.output().unwrap().into()
}

fn events(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// CloudEvents 1.0.2, sections 2 and 3.1.
fn validate(event: &Value) {
    for (name, value) in event.as_object().unwrap() {
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        assert!(name.chars().all(lower), "{name}");
        let text = value.as_str();
        assert!(
            !text.is_some_and(|text| text.contains(char::is_control)),
            "{name}: {value}"
        );
    }
    for required in ["id", "source", "specversion", "type"] {
        assert_ne!(event[required].as_str().unwrap(), "", "{required}");
    }
    assert_eq!(event["specversion"], "1.0");
    let time: jiff::Timestamp = event["time"].as_str().unwrap().parse().unwrap();
    assert_eq!(time.to_string(), event["time"]);
}

#[test]
fn the_changes_of_a_run_are_those_of_the_history() {
    on_each_database("events", |database| {
        let (simulator, sandbox) = serve([agency("agency", 30)]);
        let account = simulator.account("agency");
        let first = sync(
            &sandbox,
            database,
            &["--quiet", "--changes", "first.ndjson"],
        );
        assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
        let ids = account.ids();
        account.delete(&ids[3]);
        account.population(|population| population.set_status(&ids[5], Status::Suspended));
        account.create(1);
        let second = sync(&sandbox, database, &["--quiet", "--changes", "-"]);
        let [mut written, all, since] = [
            fs::read_to_string(sandbox.path("first.ndjson")).unwrap(),
            read(&sandbox, database, &["changes"]).stdout,
            read(&sandbox, database, &["changes", "--since", "1"]).stdout,
        ];
        assert_eq!(since, second.stdout);
        written.push_str(&since);
        assert_eq!(written, all);
        events(&all).iter().for_each(validate);
        let ids: BTreeSet<_> = events(&all)
            .iter()
            .map(|event| event["id"].to_string())
            .collect();
        assert_eq!(ids.len(), 33);
        let kinds: Vec<_> = events(&since)
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            kinds,
            ["changed", "gone", "created"].map(|kind| format!("tenancy.tenant.{kind}"))
        );
        let changed = &events(&since)[0];
        assert_eq!(changed["data"]["tenant"]["status"], "suspended");
        assert_eq!(changed["data"]["fields"][0]["old"], "active");
        // Written to a file, it says where to read on.
        let arguments = ["changes", "--since", "1", "--output", "since.ndjson"];
        let ran = read(&sandbox, database, &arguments);
        assert_eq!(ran.stderr, "3 changes; continue with --since 2\n");
        let text = fs::read_to_string(sandbox.path("since.ndjson")).unwrap();
        assert_eq!(text, since);
        let nothing = read(&sandbox, database, &["changes", "--since", "2"]);
        assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(0), ""));
    });
}

#[test]
fn names_of_strangers_are_safe_in_events() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 1)]);
    let account = simulator.account("agency");
    let id = account.ids()[0].clone();
    let record =
        Record::raw("{\"auth_id\": \"a\\u001b[31m\\u009b\\nb\", \"name\": \"\\u202egnp\\u0000\"}");
    account.population(|population| population.replace(&id, record));
    let ran = sync(&sandbox, &database, &["--quiet", "--changes", "-"]);
    let event = &events(&ran.stdout)[0];
    validate(event);
    assert_eq!(event["subject"], "agency/a\\u{1b}[31m\\u{9b}\\nb");
    assert_eq!(event["data"]["tenant"]["id"], "a\u{1b}[31m\u{9b}\nb");
    assert!(!ran.stdout.contains(['\u{9b}', '\u{202e}', '\u{1b}']));
}

#[test]
fn changes_that_cannot_be_written_are_not_lost() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 3)]);
    sync(&sandbox, &database, &[]);
    simulator.account("agency").create(1);
    fs::write(sandbox.path("kept.ndjson"), "before\n").unwrap();
    #[cfg(target_os = "linux")]
    {
        let full = sync(&sandbox, &database, &["--quiet", "--changes", "/dev/full"]);
        insta::assert_snapshot!("changes_full", shown(&full, &database));
        let full = read(&sandbox, &database, &["changes", "--output", "/dev/full"]);
        insta::assert_snapshot!("changes_output_full", shown(&full, &database));
        let again = read(&sandbox, &database, &["changes", "--since", "1"]);
        assert_eq!(events(&again.stdout).len(), 1);
    }
    let refused = [
        &["--changes", "no/c.ndjson"][..],
        &["--changes", "c", "--report", "c"],
        &["--changes", "tenancy.toml"],
        &["--metrics", "-"],
    ]
    .map(|arguments| shown(&sync(&sandbox, &database, arguments), &database));
    let arguments = ["changes", "--since", "9", "--output", "kept.ndjson"];
    let unknown = read(&sandbox, &database, &arguments);
    insta::assert_snapshot!(
        "changes_refused",
        format!("{}\n{}", refused.join("\n"), shown(&unknown, &database))
    );
    let text = fs::read_to_string(sandbox.path("kept.ndjson")).unwrap();
    assert_eq!(text, "before\n");
}

#[test]
fn a_deleted_part_of_the_history_is_no_success() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 3)]);
    sync(&sandbox, &database, &[]);
    simulator.account("agency").create(1);
    sync(&sandbox, &database, &[]);
    let connection = rusqlite::Connection::open(database.address()).unwrap();
    connection
        .execute("DELETE FROM changes WHERE run = 1", [])
        .unwrap();
    let ran = read(&sandbox, &database, &["changes"]);
    assert_eq!((ran.code, events(&ran.stdout).len()), (Some(3), 1));
    assert!(
        ran.stderr.starts_with("error: changes of agency ("),
        "{}",
        ran.stderr
    );
}

/// The text with TIME instead of each time.
fn without_times(text: &str) -> String {
    let quote = |c: char| c == '"' || c == ',' || c.is_whitespace();
    let mut shown = String::new();
    for part in text.split_inclusive(quote) {
        let word = part.trim_end_matches(quote);
        match word.parse::<jiff::Timestamp>() {
            Ok(_) => shown.push_str(&part.replace(word, "TIME")),
            Err(_) => shown.push_str(part),
        }
    }
    shown
}

#[test]
fn the_runs_are_printed_in_each_format() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 3), agency("other", 2).forbidden()]);
    sync(&sandbox, &database, &["--account", "agency"]);
    simulator.account("agency").create(1);
    sync(&sandbox, &database, &[]);
    let connection = rusqlite::Connection::open(database.address()).unwrap();
    connection
        .execute("UPDATE runs SET ended_at = NULL WHERE run = 2", [])
        .unwrap();
    let printed = ["table", "csv", "ndjson", "json"].map(|format| {
        let ran = read(&sandbox, &database, &["runs", "--format", format]);
        without_times(&ran.shown())
    });
    insta::assert_snapshot!("runs", printed.join("\n"));
}
