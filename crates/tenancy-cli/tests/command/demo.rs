//! The demo, whatever its tenants are: every format, filters, and what the providers can do.

use std::collections::BTreeSet;

use provider_sim::Provider;
use serde_json::Value;

use crate::sandbox::*;

const DEMO: [&str; 2] = ["list", "--demo"];

#[test]
fn every_format_has_the_same_tenants() {
    let sandbox = Sandbox::new();
    // In a pipe, ndjson is the default.
    let ran = sandbox.run(&["list", "--demo", "--raw", "--report", "r.json"]);
    assert_eq!(ran.code, Some(0));
    let mut tenants = ran.tenants();
    assert!(tenants.iter().all(|tenant| tenant["raw"].is_object()));
    let report = sandbox.report();
    assert_eq!(report["complete"], true);
    let sources = report["sources"].as_array().unwrap();
    assert_eq!(sources.len(), Provider::ALL.len());
    let counts = sources
        .iter()
        .map(|source| source["tenants"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), tenants.len() as u64);

    let written = |format| {
        sandbox
            .run(&[&DEMO[..], &["-q", "--format", format]].concat())
            .stdout
    };
    let by_id = |tenants: &mut Vec<Value>| {
        tenants.sort_by_key(|tenant| tenant["id"].to_string());
    };
    let mut array: Vec<Value> = serde_json::from_str(&written("json")).unwrap();
    for tenant in &mut tenants {
        tenant.as_object_mut().unwrap().remove("raw");
    }
    by_id(&mut array);
    by_id(&mut tenants);
    assert_eq!(array, tenants);
    assert_eq!(written("table").lines().count(), tenants.len() + 2);
    let csv = written("csv");
    let ids: BTreeSet<_> = csv
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap())
        .collect();
    let expected: BTreeSet<_> = tenants
        .iter()
        .map(|tenant| tenant["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, expected);
}

#[test]
fn columns_are_chosen_by_name() {
    let sandbox = Sandbox::new();
    let chosen = ["--format", "csv", "--columns", "id,balance.amount"];
    let csv = sandbox.run(&[&DEMO[..], &chosen].concat()).stdout;
    let mut lines: Vec<_> = csv.lines().skip(1).map(str::to_owned).collect();
    let row = |tenant: &Value| {
        let amount = tenant["balance"]["amount"].as_str().unwrap_or_default();
        format!("{},{amount}", tenant["id"].as_str().unwrap())
    };
    let mut expected: Vec<_> = sandbox.run(&DEMO).tenants().iter().map(row).collect();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
    assert!(csv.starts_with("id,balance.amount\n"));
}

#[test]
fn a_status_chooses_tenants_and_counts_those_without_one() {
    let sandbox = Sandbox::new();
    let tenants = sandbox.run(&DEMO).tenants();
    let own_word = tenants.iter().find_map(|tenant| {
        let status = tenant["status"].as_str()?;
        (!["active", "suspended", "archived"].contains(&status)).then_some(status)
    });
    for (word, status) in [
        ("suspended", "suspended"),
        ("ACTIVE", "active"),
        (own_word.unwrap(), own_word.unwrap()),
    ] {
        let ran = sandbox.run(&[&DEMO[..], &["--status", word]].concat());
        assert_eq!(ran.code, Some(0));
        let mut ids = ran.ids();
        let chosen = tenants.iter().filter(|tenant| tenant["status"] == status);
        let mut expected: Vec<_> = chosen
            .map(|tenant| tenant["id"].as_str().unwrap())
            .collect();
        ids.sort();
        expected.sort_unstable();
        assert_eq!(ids, expected, "{word}");
        let without = tenants
            .iter()
            .filter(|tenant| tenant["status"].is_null())
            .count();
        let matching = match ids.len() {
            1 => "1 tenant matches".to_owned(),
            count => format!("{count} tenants match"),
        };
        let line = format!("\n{matching}; {without} not judged: they have no `status`\n");
        assert!(ran.stderr.ends_with(&line), "{}", ran.stderr);
    }
}

#[test]
fn providers() {
    insta::assert_snapshot!("providers", Sandbox::new().run(&["providers"]).shown());
    let json = Sandbox::new().run(&["providers", "--format", "json"]);
    let json: Vec<Value> = serde_json::from_str(&json.stdout).unwrap();
    let names: Vec<_> = json
        .iter()
        .map(|provider| provider["name"].as_str().unwrap())
        .collect();
    let known: Vec<_> = tenancy::providers::ALL
        .iter()
        .map(|provider| provider.name)
        .collect();
    assert_eq!(names, known);
}

#[test]
fn help() {
    insta::assert_snapshot!("help", Sandbox::new().run(&["--help"]).shown());
}
