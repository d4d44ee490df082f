//! `tenancy reconcile`: what it says of each tenant and each customer, and when it says nothing of them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use provider_sim::{Fault, When};
use serde_json::{Value, json};

use crate::sandbox::*;

const TENANTS: &str = r#"{"provider":"acme","account":"agency","id":"1","name":"Harbour Dental"}
{"provider":"acme","account":"agency","id":"2","name":"Lakeside Motors"}
{"provider":"acme","account":"agency","id":"3","name":"ACME G.m.b.H."}
{"provider":"acme","account":"agency","id":"4"}
{"provider":"acme","account":"agency","id":"5","name":"Pinned \u001b[31mred"}
{"provider":"acme","account":"agency","id":"6","name":"=cmd()"}
{"provider":"corp","account":"brands","id":"7","aliases":["crm-0","crm-7"],"name":"Acme"}
{"provider":"corp","account":"brands","id":"8","name":"Harbour Dental"}
{"provider":"corp","account":"brands","id":"9","name":"\u202eлЄve"}
"#;

const CUSTOMERS: &str = "\
crm,company,ref
C-1,Harbour Dental Ltd,
C-2,Lakeside Automotive,
C-3,\"Acme, Inc.\",
C-4,acme,
C-5,Somebody \u{1b}[32m,
C-7,,crm-7
C-8,,
C-8,Quiet Bakery,ref-8
";

const PINS: &str = "\
provider,account,id,customer
acme,agency,5,C-5
acme,agency,6,C-99
corp,brands,8,C-1
corp,brands,8,C-5
acme,agency,77,C-4
";

/// The report of a complete list of `TENANTS`, or of one that broke off.
fn report(complete: bool) -> Value {
    let source = |(account, provider, tenants): (&str, &str, u64)| {
        json!({
            "account": account, "provider": provider, "complete": complete, "tenants": tenants, "expected": null,
            "pages": 1, "requests": 1, "retries": 0, "duplicates": 0, "quarantined": 0, "not_judged": 0, "unknown_fields": [],
            "left_out": [], "certainty": if complete { "proved" } else { "unproved" },
            "error": if complete { None } else { Some("it broke \u{1b}[31moff") }, "checkpoint": null,
        })
    };
    let sources = [("agency", "acme", 6), ("brands", "corp", 3)].map(source);
    json!({ "complete": complete, "sources": sources })
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for (name, text) in [
        ("t.ndjson", TENANTS.to_owned()),
        ("c.csv", CUSTOMERS.to_owned()),
        ("pins.csv", PINS.to_owned()),
        ("r.json", report(true).to_string()),
        ("cut.json", report(false).to_string()),
    ] {
        fs::write(sandbox.path(name), text).unwrap();
    }
    sandbox
}

fn reconcile(sandbox: &Sandbox, arguments: &str) -> Ran {
    let arguments: Vec<_> = arguments
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect();
    sandbox.run(&[&["reconcile"], &arguments[..]].concat())
}

const ALL: &str = "t.ndjson --customers c.csv --match aliases=ref --match name~company --pins pins.csv --report r.json";

#[test]
fn each_format() {
    let sandbox = sandbox();
    let shown = ["table", "csv", "json", "ndjson"].map(|format| {
        let ran = reconcile(&sandbox, &format!("{ALL} --format {format}"));
        assert!(!ran.stdout.contains('\u{202e}') || format == "csv");
        ran.shown()
    });
    insta::assert_snapshot!("reconcile_formats", shown.join("\n"));
}

#[test]
fn what_counts_as_a_difference() {
    let sandbox = sandbox();
    for (kinds, code) in [
        ("pin", 1),
        ("conflict", 1),
        ("no-tenant,unmatched", 1),
        ("other", 2),
    ] {
        let ran = reconcile(&sandbox, &format!("{ALL} --fail-on {kinds} --quiet"));
        assert_eq!(ran.code, Some(code), "{kinds}: {}", ran.stderr);
    }
    let names = "t.ndjson --customers c.csv --match name~company --report r.json --fail-on pin";
    assert_eq!(reconcile(&sandbox, names).code, Some(0));
}

/// Customers without a tenant, and pins.
fn kinds(ran: &Ran) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for row in ran.tenants() {
        *kinds
            .entry(row["kind"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    kinds
}

#[test]
fn nothing_is_without_a_tenant_while_the_list_may_be_incomplete() {
    let sandbox = sandbox();
    let mut filtered = report(true);
    filtered["filters"] = json!(["balance<10"]);
    let mut by_status = report(true);
    by_status["statuses"] = json!(["active"]);
    let mut lost = report(true);
    lost["delivered"] = json!(false);
    let mut other = report(true);
    other["sources"][0]["account"] = json!("other");
    let mut narrowed = report(true);
    narrowed["excluded_accounts"] = json!(["sandbox", "test"]);
    let mut contradicted = report(true);
    contradicted["sources"][0]["certainty"] = json!("unproved");
    let mut incomplete = report(true);
    incomplete["complete"] = json!(false);
    for (name, report) in [
        ("narrowed.json", narrowed),
        ("contradicted.json", contradicted),
        ("incomplete.json", incomplete),
        ("filtered.json", filtered),
        ("status.json", by_status),
        ("lost.json", lost),
        ("other.json", other),
    ] {
        fs::write(sandbox.path(name), report.to_string()).unwrap();
    }
    let mut doubts = String::new();
    for report in [
        "",
        "cut.json",
        "filtered.json",
        "status.json",
        "lost.json",
        "other.json",
        "narrowed.json",
        "contradicted.json",
        "incomplete.json",
    ] {
        let arguments = match report {
            "" => ALL.replace(" --report r.json", ""),
            report => ALL.replace("r.json", report),
        };
        let ran = reconcile(&sandbox, &format!("{arguments} --format ndjson"));
        assert_eq!(ran.code, Some(3), "{report}");
        let kinds = kinds(&ran);
        assert_eq!(
            (kinds["undecided"], kinds.get("no-tenant")),
            (3, None),
            "{report}"
        );
        assert_eq!(kinds["pin"], 1, "{report}");
        doubts += &ran.stderr;
    }
    insta::assert_snapshot!("reconcile_doubts", doubts);
}

#[test]
fn a_database_says_itself_whether_it_is_complete() {
    let (simulator, sandbox) = serve([numbered("agency").population(12, 7)]);
    let sync = [
        "sync",
        "--config",
        "tenancy.toml",
        "--to",
        "t.db",
        "--quiet",
        "--max-retries",
        "0",
    ];
    assert_eq!(sandbox.run(&sync).code, Some(0));
    simulator
        .account("agency")
        .fault(When::query("page", "1"), Fault::status(500));
    assert_eq!(sandbox.run(&sync).code, Some(1));
    let ids = simulator.account("agency").ids();
    let customers: String = ids.iter().map(|id| format!("{id}\n")).collect();
    fs::write(sandbox.path("c.csv"), format!("id\n{customers}")).unwrap();
    let rules = "--customers c.csv --match id=id --format ndjson";
    let complete = reconcile(&sandbox, &format!("t.db@run:1 {rules}"));
    assert_eq!(complete.code, Some(0), "{}", complete.stderr);
    fs::write(sandbox.path("c.csv"), format!("id\nmore\n{customers}")).unwrap();
    let more = reconcile(&sandbox, &format!("t.db@run:1 {rules}"));
    assert_eq!((more.code, kinds(&more)["no-tenant"]), (Some(1), 1));
    let latest = reconcile(&sandbox, &format!("t.db {rules}"));
    assert_eq!((latest.code, kinds(&latest)["undecided"]), (Some(3), 1));
    assert!(
        latest.stderr.contains("warning: t.db: the list of agency"),
        "{}",
        latest.stderr
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    let sandbox = sandbox();
    fs::write(sandbox.path("no-id.csv"), "crm,company\n,x\n").unwrap();
    fs::write(
        sandbox.path("pin.csv"),
        "provider,account,id,customer\np,a,1,\n",
    )
    .unwrap();
    let shown: Vec<_> = [
        "t.ndjson --customers c.csv",
        "t.ndjson --customers c.csv --match nam~company",
        "t.ndjson --customers c.csv --match name~compny",
        "t.ndjson --customers none.csv --match name~company",
        "t.ndjson --customers t.ndjson --customer-id key --match name~company",
        "t.ndjson --customers no-id.csv --match name~company",
        "t.ndjson --customers c.csv --match name~company --pins pin.csv",
        "t.ndjson --customers c.csv --match name~company --pins c.csv",
        "t.ndjson --customers c.csv --match name~company --report t.ndjson",
        "none.ndjson --customers c.csv --match name~company",
        "c.csv --customers c.csv --match name~company",
    ]
    .iter()
    .map(|arguments| {
        let ran = reconcile(&sandbox, arguments);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(2), ""),
            "{arguments}"
        );
        let (error, _) = ran
            .stderr
            .split_once("\n\nUsage:")
            .unwrap_or((&ran.stderr, ""));
        without_port(error.trim_end(), 65_535)
    })
    .collect();
    insta::assert_snapshot!("reconcile_refused", shown.join("\n"));
}

#[test]
fn standard_input_is_a_list() {
    let sandbox = sandbox();
    let expected = reconcile(&sandbox, ALL);
    let arguments = ALL.replace("t.ndjson", "-");
    let arguments: Vec<_> = arguments.split(' ').collect();
    let mut child = sandbox
        .command(&[&["reconcile"], &arguments[..]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(TENANTS.as_bytes())
        .unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!(ran.shown(), expected.shown());
    let both = sandbox.run(&["diff", "-", "-"]);
    assert_eq!(both.code, Some(2), "{}", both.stderr);
}

/// Of the tenants of all providers of the demo, a renamed, a missing, a doubled and a pinned customer.
#[test]
fn all_providers_of_the_demo() {
    let sandbox = Sandbox::new();
    let listed = sandbox.run(&[
        "list", "--demo", "--output", "t.ndjson", "--report", "r.json",
    ]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    let list = fs::read_to_string(sandbox.path("t.ndjson")).unwrap();
    let tenants: Vec<Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // One customer for each name, else email address, else ID.
    let mut customers = BTreeMap::new();
    for tenant in &tenants {
        let keys = [&tenant["name"], &tenant["contact"]["email"], &tenant["id"]];
        let at = keys.iter().position(|key| !key.is_null()).unwrap();
        let key = keys[at].as_str().unwrap();
        let mut customer =
            json!({ "id": format!("C-{key}"), "name": null, "email": null, "tenant": null });
        customer[["name", "email", "tenant"][at]] = key.into();
        customers.insert(key, customer);
    }
    let write = |customers: &BTreeMap<&str, Value>| {
        let customers: Vec<_> = customers.values().collect();
        fs::write(sandbox.path("c.json"), json!(customers).to_string()).unwrap();
    };
    let rules = "t.ndjson --report r.json --customers c.json --match name=name --match contact.email=email --match id=tenant";
    write(&customers);
    let all = reconcile(&sandbox, rules);
    assert_eq!(
        (all.code, all.stdout.as_str()),
        (Some(0), ""),
        "{}",
        all.stderr
    );

    let pinned = customers.remove("Support Team").unwrap();
    customers.insert("pinned", json!({ "id": "C-pinned", "name": "Helpdesk" }));
    customers.get_mut("Old Mill Bakery").unwrap()["name"] = json!("The Old Mill");
    customers.insert("missing", json!({ "id": "C-missing", "name": "Not there" }));
    customers.insert("doubled", json!({ "id": "C-doubled", "name": "John Doe" }));
    write(&customers);
    let tenant = tenants
        .iter()
        .find(|tenant| tenant["name"] == pinned["name"])
        .unwrap();
    let of = |name: &str| tenant[name].as_str().unwrap();
    let pin = format!(
        "{},{},{},C-pinned\n",
        of("provider"),
        of("account"),
        of("id")
    );
    fs::write(
        sandbox.path("pins.csv"),
        format!("provider,account,id,customer\n{pin}"),
    )
    .unwrap();
    let ran = reconcile(&sandbox, &format!("{rules} --pins pins.csv"));
    insta::assert_snapshot!("reconcile_demo", ran.shown());
}

#[test]
fn customers_come_from_a_database() {
    let sandbox = sandbox();
    let database = rusqlite::Connection::open(sandbox.path("crm.db")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE customers (crm TEXT, company TEXT, ref TEXT);
             INSERT INTO customers VALUES ('C-1', 'Harbour Dental', NULL), ('C-7', NULL, 'crm-7')",
        )
        .unwrap();
    let run = |arguments: &[&str]| {
        let customers = [
            "reconcile",
            "t.ndjson",
            "--report",
            "r.json",
            "--match",
            "aliases=ref",
            "--match",
            "name=company",
        ];
        sandbox.run(&[&customers, arguments].concat())
    };
    let query = "SELECT crm, company, ref FROM customers";
    let ran = run(&[
        "--customers",
        "crm.db",
        "--query",
        query,
        "--format",
        "ndjson",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let matched = ran
        .tenants()
        .into_iter()
        .filter(|row| row["kind"] == "matched");
    let matched: Vec<_> = matched
        .map(|row| [row["id"].clone(), row["customer"].clone()])
        .collect();
    assert_eq!(matched, [["1", "C-1"], ["7", "C-7"], ["8", "C-1"]]);
    let refused: Vec<_> = [
        vec!["--customers", "crm.db"],
        vec!["--customers", "postgres://u:s3cret@127.0.0.1:1/d"],
        vec![
            "--customers",
            "crm.db",
            "--query",
            "SELECT crm FROM customers",
        ],
        vec![
            "--customers",
            "crm.db",
            "--query",
            "SELECT crm FROM customers; DROP TABLE customers",
        ],
        vec![
            "--customers",
            "crm.db",
            "--query",
            "SELECT crm FROM custmers",
        ],
        vec!["--customers", "c.csv", "--query", query],
    ]
    .into_iter()
    .map(|arguments| {
        let ran = run(&arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        ran.stderr
    })
    .collect();
    insta::assert_snapshot!("reconcile_queries", refused.concat());
}

/// A list that nothing confirms matters for customers that are not in it, unless the user accepts it.
#[test]
fn an_assumed_list_decides_about_no_missing_customer() {
    let sandbox = sandbox();
    let mut assumed = report(true);
    assumed["sources"][1]["certainty"] = json!("assumed");
    fs::write(sandbox.path("r.json"), assumed.to_string()).unwrap();
    let run = |more: &str| reconcile(&sandbox, &format!("{ALL} --format ndjson{more}"));
    let doubtful = run("");
    assert_eq!(
        (doubtful.code, kinds(&doubtful).get("no-tenant")),
        (Some(3), None)
    );
    assert!(
        doubtful.stderr.contains("brands (corp) is only assumed"),
        "{}",
        doubtful.stderr
    );
    let accepted = run(" --accept-assumed");
    assert_eq!((accepted.code, kinds(&accepted)["no-tenant"]), (Some(1), 2));
    fs::write(
        sandbox.path("c.csv"),
        "crm,company,ref\nC-1,Harbour Dental Ltd,\n",
    )
    .unwrap();
    fs::write(sandbox.path("pins.csv"), "provider,account,id,customer\n").unwrap();
    let nobody_is_missing = run("");
    assert_eq!(
        nobody_is_missing.code,
        Some(1),
        "{}",
        nobody_is_missing.stderr
    );
}
