//! The schemas that the command prints, and the validation of its output against them.

use crate::sandbox::Sandbox;
use crate::sandbox::schema::{MEMBER, REPORT, TENANT, printed, rows, validate, validate_rows};

#[test]
fn the_schemas() {
    for of in ["tenant", "member", "report", "checkpoint"] {
        let printed = Sandbox::new().run(&["schema", "--of", of]);
        insta::assert_snapshot!(format!("schema_{of}"), printed.shown());
    }
    let shown = |arguments: &[&str]| Sandbox::new().run(arguments).shown();
    assert_eq!(shown(&["schema"]), shown(&["schema", "--of", "tenant"]));
}

/// Every output and report is validated where a test reads it; this shows that the validation sees them and can fail.
#[test]
fn what_is_written_is_seen_and_can_be_refused() {
    let sandbox = Sandbox::new();
    let lines = sandbox.run(&["list", "--demo", "--raw", "--report", "r.json"]);
    let count = lines.stdout.lines().count();
    assert_eq!(validate_rows(&lines.stdout), count);
    let array = sandbox.run(&["list", "--demo", "--format", "json"]);
    assert_eq!(validate_rows(&array.stdout), count);
    let members = sandbox.run(&["list", "--demo", "--members", "--format", "ndjson"]);
    assert!(validate_rows(&members.stdout) > 5);

    let mut tenant = rows(&lines.stdout).remove(0);
    tenant["created_at"] = "yesterday".into();
    assert!(!TENANT.is_valid(&tenant));
    let mut member = rows(&members.stdout).remove(0);
    member["member"] = "somebody".into();
    assert!(!MEMBER.is_valid(&member));
    let mut report = sandbox.report();
    report["sources"][0]["pages"] = "three".into();
    assert!(!REPORT.is_valid(&report));
}

/// The report of a list that broke off carries a checkpoint for each account.
#[test]
fn a_checkpoint_agrees_with_its_schema() {
    let schema = printed("checkpoint");
    let sandbox = Sandbox::new();
    sandbox.run(&["list", "--demo", "--limit", "1", "--report", "r.json"]);
    let report = sandbox.report();
    for source in report["sources"].as_array().unwrap() {
        validate(&schema, &source["checkpoint"]);
    }
    assert!(!schema.is_valid(&report));
}
