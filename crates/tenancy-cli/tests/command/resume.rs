//! Lists that stop early, and how they resume.

use std::collections::BTreeSet;
use std::fs;

use provider_sim::{Fault, When};

use crate::sandbox::*;

#[test]
fn a_limit_that_is_reached_is_a_success_and_the_report_says_so() {
    let (simulator, sandbox) = serve([numbered("agency").population(5000, 1)]);
    let ran = sandbox.run(&list(&["--limit", "120", "--report", "r.json"]));
    assert_eq!((ran.code, ran.tenants().len()), (Some(0), 120));
    assert_eq!(
        ran.stderr,
        format!(
            "agency ({}): 120 tenants, incomplete: stopped at the limit of 120\n",
            numbered_provider().name()
        )
    );
    let report = sandbox.report();
    assert_eq!(report["complete"], false);
    assert_eq!(report["sources"][0]["error"], "stopped at the limit of 120");
    let requests = simulator.account("agency").requests().len();
    assert!(requests < 25, "{requests} of 50 pages were asked for");
}

#[test]
fn a_list_that_broke_off_is_resumed_without_losing_or_repeating_anybody() {
    let (simulator, sandbox) = serve([
        numbered("agency").population(500, 1),
        cursors("brands").population(20, 2),
    ]);
    let agency = simulator.account("agency");
    agency.fault(When::query("page", "3"), Fault::status(403));
    let first = sandbox.run(&list(&["--concurrency", "1", "--report", "r.json"]));
    assert_eq!(first.code, Some(3));
    assert_eq!(sandbox.report()["sources"][0]["tenants"], 200);

    agency.clear_faults();
    let deleted = agency.ids()[150].clone();
    agency.delete(&deleted);
    simulator.forget_requests();
    let second = sandbox.run(&list(&["--resume", "r.json", "--report", "r.json"]));
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    let mut listed: Vec<_> = first.ids().into_iter().chain(second.ids()).collect();
    let count = listed.len();
    listed.sort();
    listed.dedup();
    assert_eq!((count, listed.len()), (520, 520));
    let report = sandbox.report();
    assert_eq!(report["complete"], true);
    assert_eq!(report["sources"][0]["tenants"], 500);
    assert_eq!(
        simulator.account("brands").requests().len(),
        0,
        "what was complete is left alone"
    );
}

#[test]
fn what_cannot_be_resumed_is_refused_with_the_reason() {
    let (simulator, sandbox) = serve([numbered("agency").population(500, 1)]);
    sandbox.run(&list(&["--limit", "10", "--report", "r.json"]));
    let refused = |arguments: &[&str]| {
        let ran = sandbox.run(&list(arguments));
        assert_eq!(ran.code, Some(2));
        assert_eq!(ran.stdout, "");
        ran.stderr
    };
    let mut told = refused(&["--resume", "r.json", "--status", "active"]);
    told += &refused(&["--resume", "nowhere.json"]);
    fs::write(sandbox.path("list.json"), "[]").unwrap();
    told += &refused(&["--resume", "list.json"]);
    let report = sandbox.report();
    for (what, value) in [
        ("version", serde_json::json!(1)),
        ("provider", serde_json::json!("other")),
        ("seen", serde_json::json!("?")),
    ] {
        let mut changed = report.clone();
        changed["sources"][0]["checkpoint"][what] = value;
        fs::write(sandbox.path("changed.json"), changed.to_string()).unwrap();
        told += &refused(&["--resume", "changed.json"]);
    }
    let mut other = report;
    other["sources"][0]["account"] = serde_json::json!("gone");
    fs::write(sandbox.path("changed.json"), other.to_string()).unwrap();
    told += &refused(&["--resume", "changed.json"]);
    insta::assert_snapshot!("resume_refused", told);
    assert_eq!(simulator.account("agency").requests().len(), 1);
}

#[test]
fn page_size_and_order_reach_the_provider() {
    let (simulator, sandbox) = serve([numbered("agency").population(60, 1)]);
    let ran = sandbox.run(&list(&["--page-size", "25"]));
    assert_eq!(ran.ids(), simulator.account("agency").ids());
    let requests = simulator.account("agency").requests();
    assert!(
        requests
            .iter()
            .all(|request| request.query("size") == Some("25"))
    );
    let pages: BTreeSet<_> = requests
        .iter()
        .filter_map(|request| request.query("page"))
        .collect();
    assert_eq!(pages, BTreeSet::from(["1", "2", "3"]));
}
