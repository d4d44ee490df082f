//! What the command writes is held to the schemas that it prints, wherever a test reads it.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use crate::place::Place;

static TENANT: LazyLock<Validator> = LazyLock::new(|| printed("tenant"));
static MEMBER: LazyLock<Validator> = LazyLock::new(|| printed("member"));
static REPORT: LazyLock<Validator> = LazyLock::new(|| printed("report"));

/// A schema as `tenancy schema` prints it.
fn printed(of: &str) -> Validator {
    let printed = Place::new().run(&["schema", "--of", of]).stdout;
    jsonschema::validator_for(&serde_json::from_str(&printed).unwrap()).unwrap()
}

/// Holds every tenant and every member in an output to its schema, whether it is a JSON array of them or one a line. Says
/// how many there were.
pub(crate) fn hold_rows(stdout: &str) -> usize {
    let rows = rows(stdout);
    for row in &rows {
        let schema = if row.get("member").is_some() {
            &MEMBER
        } else {
            &TENANT
        };
        hold(schema, row);
    }
    rows.len()
}

/// Holds a report to its schema.
pub(crate) fn hold_report(report: &Value) {
    hold(&REPORT, report);
}

fn hold(schema: &Validator, value: &Value) {
    if let Err(error) = schema.validate(value) {
        panic!("{}: {error}: {value}", error.instance_path());
    }
}

fn rows(stdout: &str) -> Vec<Value> {
    let values: Vec<Value> = match serde_json::from_str(stdout) {
        Ok(Value::Array(values)) => values,
        _ => stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect(),
    };
    let has = |value: &Value, name| value.get(name).is_some();
    // What `check` finds of an account has no schema.
    let is_row =
        |value: &Value| has(value, "provider") && has(value, "account") && !has(value, "usable");
    values.into_iter().filter(is_row).collect()
}

#[test]
fn the_schemas() {
    for of in ["tenant", "member", "report", "checkpoint"] {
        let printed = Place::new().run(&["schema", "--of", of]);
        insta::assert_snapshot!(format!("schema_{of}"), printed.shown());
    }
    let shown = |arguments: &[&str]| Place::new().run(arguments).shown();
    assert_eq!(shown(&["schema"]), shown(&["schema", "--of", "tenant"]));
}

/// Each output and each report is held to its schema where it is read; here is that this sees them, and can fail.
#[test]
fn what_is_written_is_seen_and_can_be_refused() {
    let place = Place::new();
    let lines = place.run(&["list", "--demo", "--raw", "--report", "r.json"]);
    assert_eq!(hold_rows(&lines.stdout), 20);
    let array = place.run(&["list", "--demo", "--format", "json"]);
    assert_eq!(hold_rows(&array.stdout), 20);
    let members = place.run(&["list", "--demo", "--members", "--format", "ndjson"]);
    assert!(hold_rows(&members.stdout) > 5);

    let mut tenant = rows(&lines.stdout).remove(0);
    tenant["created_at"] = "yesterday".into();
    assert!(!TENANT.is_valid(&tenant));
    let mut member = rows(&members.stdout).remove(0);
    member["member"] = "somebody".into();
    assert!(!MEMBER.is_valid(&member));
    let mut report = place.report();
    report["sources"][0]["pages"] = "three".into();
    assert!(!REPORT.is_valid(&report));
}

/// The report of a list that broke off carries a checkpoint for each account.
#[test]
fn a_checkpoint_agrees_with_its_schema() {
    let schema = printed("checkpoint");
    let place = Place::new();
    place.run(&["list", "--demo", "--limit", "1", "--report", "r.json"]);
    let report = place.report();
    for source in report["sources"].as_array().unwrap() {
        hold(&schema, &source["checkpoint"]);
    }
    assert!(!schema.is_valid(&report));
}
