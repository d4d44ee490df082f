//! The schemas that the command prints, and that what it writes is held to them.

use crate::place::Place;
use crate::place::held::{MEMBER, REPORT, TENANT, hold, hold_rows, printed, rows};

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
