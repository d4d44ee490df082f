//! Which rows `list` writes: `--filter`, `--sort`, `--limit`, `--members`, and where: `--output`.

use std::fs;
use std::io::{BufRead, BufReader, Read};

use provider_sim::{Fault, When};
use serde_json::Value;

use crate::sandbox::*;

/// The demo's rows as ndjson.
fn rows(arguments: &[&str]) -> Vec<Value> {
    let ran = Sandbox::new().run(&[&["list", "--demo", "--quiet"], arguments].concat());
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), ""),
        "{arguments:?}"
    );
    ran.tenants()
}

fn ids(tenants: &[Value]) -> Vec<String> {
    let mut ids: Vec<_> = tenants
        .iter()
        .map(|tenant| tenant["id"].to_string())
        .collect();
    ids.sort();
    ids
}

fn amount(tenant: &Value) -> Option<f64> {
    tenant["balance"]["amount"].as_str()?.parse().ok()
}

fn name(tenant: &Value) -> String {
    tenant["name"].as_str().unwrap_or_default().to_lowercase()
}

#[test]
fn filters_compare_every_kind_of_field() {
    type Matches = fn(&Value) -> bool;
    fn created(tenant: &Value) -> Option<&str> {
        tenant["created_at"].as_str()
    }
    let all = rows(&[]);
    let filters: [(&str, Matches); 7] = [
        ("balance<10", |tenant| {
            amount(tenant).is_some_and(|amount| amount < 10.0)
        }),
        ("name~ACME", |tenant| name(tenant).contains("acme")),
        ("status in (Archived, \"suspended\")", |tenant| {
            ["archived", "suspended"].contains(&tenant["status"].as_str().unwrap_or_default())
        }),
        ("status=Archived", |tenant| tenant["status"] == "archived"),
        ("name=", |tenant| name(tenant).is_empty()),
        ("created_at=2026-03-25", |tenant| {
            created(tenant).is_some_and(|time| time.starts_with("2026-03-25"))
        }),
        ("created_at<2024-03-01", |tenant| {
            created(tenant).is_some_and(|time| time < "2024-03-01")
        }),
    ];
    for (filter, matches) in filters {
        let expected: Vec<_> = all
            .iter()
            .filter(|tenant| matches(tenant))
            .cloned()
            .collect();
        assert!(
            !expected.is_empty() && expected.len() < all.len(),
            "{filter}"
        );
        assert_eq!(
            ids(&rows(&["--filter", filter])),
            ids(&expected),
            "{filter}"
        );
    }
}

#[test]
fn columns_choose_the_fields_of_json_and_keep_their_values() {
    let sandbox = Sandbox::new();
    let whole = rows(&["--sort", "account,id"]);
    let columns = "id,balance,limits.concurrent_calls,contact.email,members";
    let chosen = sandbox.run(&[
        "list",
        "--demo",
        "--sort",
        "account,id",
        "--columns",
        columns,
    ]);
    let expected = whole.iter().map(|tenant| {
        let mut fields = serde_json::Map::new();
        for name in columns.split(',') {
            if let Some(value) = tenant.pointer(&format!("/{}", name.replace('.', "/"))) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
        Value::Object(fields)
    });
    assert_eq!(chosen.tenants(), expected.collect::<Vec<_>>());
    assert!(
        chosen.stdout.contains("\"balance\":{") && chosen.stdout.contains("\"members\":["),
        "{}",
        chosen.stdout
    );
    let twice = sandbox.run(&["list", "--demo", "--columns", "id,id"]);
    assert_eq!(twice.stdout.matches("\"id\":").count(), whole.len());
    let users = [
        "list",
        "--demo",
        "--members",
        "--columns",
        "id,member.email,member.permissions.x",
        "--format",
        "json",
    ];
    let users: Vec<Value> = serde_json::from_str(&sandbox.run(&users).stdout).unwrap();
    assert!(
        users.iter().any(|user| user["member.email"].is_string()),
        "{users:?}"
    );
}

#[test]
fn a_query_writes_its_results_and_an_error_names_the_tenant() {
    let whole = rows(&["--sort", "account,id"]);
    let query = |query: &str| {
        Sandbox::new().run(&[
            "list",
            "--demo",
            "--quiet",
            "--sort",
            "account,id",
            "--query",
            query,
        ])
    };
    let ran = query("select(.status == \"suspended\") | .id, .name");
    let suspended = whole
        .iter()
        .filter(|tenant| tenant["status"] == "suspended");
    let expected: Vec<_> = suspended
        .flat_map(|tenant| [tenant["id"].clone(), tenant["name"].clone()])
        .collect();
    assert!(!expected.is_empty());
    assert_eq!((ran.code, ran.tenants()), (Some(0), expected));

    // One tenant fails, and the others are written.
    let id = whole[7]["id"].as_str().unwrap();
    let ran = query(&format!("if .id == {id:?} then .id.x else .id end"));
    let others: Vec<_> = whole
        .iter()
        .map(|tenant| tenant["id"].clone())
        .filter(|other| other != id)
        .collect();
    assert_eq!((ran.code, ran.tenants()), (Some(3), others));
    let account = whole[7]["account"].as_str().unwrap();
    let error = format!(
        "error: --query failed for 1 of the rows, of which results are missing; first for the tenant `{id}` of {account} ("
    );
    assert!(ran.stderr.starts_with(&error), "{}", ran.stderr);

    let users = Sandbox::new().run(&[
        "list",
        "--demo",
        "--quiet",
        "--members",
        "--query",
        ".member.id",
    ]);
    let members = whole
        .iter()
        .map(|tenant| tenant["members"].as_array().map_or(0, Vec::len));
    assert_eq!(users.tenants().len(), members.sum::<usize>());
}

#[test]
fn a_malformed_query_is_refused_before_a_request() {
    let (simulator, sandbox) = serve([numbered("agency").population(5, 1)]);
    for more in [
        &["--query", ".["][..],
        &["--query", "nope"],
        &["--query", ".", "--columns", "id"],
        &["--query", ".", "--format", "csv"],
    ] {
        let ran = sandbox.run(&list(more));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{more:?}");
    }
    assert_eq!(simulator.account("agency").requests().len(), 0);
}

#[test]
fn yaml_is_the_same_list() {
    let json = Sandbox::new()
        .run(&["list", "--demo", "--sort", "account,id"])
        .tenants();
    let sandbox = Sandbox::new();
    sandbox.run(&[
        "list",
        "--demo",
        "--sort",
        "account,id",
        "--output",
        "t.yml",
    ]);
    let text = fs::read_to_string(sandbox.path("t.yml")).unwrap();
    assert_eq!(serde_saphyr::from_str::<Vec<Value>>(&text).unwrap(), json);
    let raw = sandbox.run(&["list", "--demo", "--raw", "--format", "yaml"]);
    assert_eq!(raw.code, Some(2));
}

#[test]
fn the_summary_and_the_report_say_what_filters_left_out_and_could_not_judge() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&[
        "list",
        "--demo",
        "--filter",
        "balance<10",
        "--filter",
        "name~a",
        "--report",
        "r.json",
    ]);
    assert_eq!(ran.code, Some(0));
    let tenants = rows(&[]);
    let differs = |tenant: &Value| tenant["name"].is_string() && !name(tenant).contains('a');
    let judged = |tenant: &&Value| amount(tenant).is_some() || differs(tenant);
    let not_judged = tenants.len() - tenants.iter().filter(judged).count();
    let (written, count) = (ran.tenants().len(), tenants.len());
    let line = format!(
        "\n{written} of {count} tenants match; {not_judged} not judged: they have no `balance`\n"
    );
    assert!(ran.stderr.ends_with(&line), "{}", ran.stderr);
    let report = sandbox.report();
    assert_eq!(report["complete"], true);
    assert_eq!(
        report["filters"],
        serde_json::json!(["balance<10", "name~a"])
    );
    assert_eq!(report["filtered_out"], count - written);
    let plain = sandbox.run(&["list", "--demo", "--report", "r.json"]);
    assert!(!plain.stderr.contains("match"), "{}", plain.stderr);
    assert_eq!(sandbox.report().get("filters"), None);
}

#[test]
fn filters_that_cannot_be_read_are_answered_with_the_way_out() {
    let mut told = String::new();
    for arguments in [
        &["--filter", "balence<10"][..],
        &["--filter", "balance"],
        &["--filter", "status<x"],
        &["--filter", "created_at=7d"],
        &["--filter", "member.active=true"],
        &["--sort", "nmae"],
        &["--columns", "member.name", "--format", "csv"],
        &["--members", "--raw"],
        &["--resume", "r.json", "--output", "x"],
        &["--report", "-"],
    ] {
        let ran = Sandbox::new().run(&[&["list"], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
        told.push_str(&format!(
            "$ tenancy list {}\n{}\n",
            arguments.join(" "),
            ran.stderr
        ));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_limit_counts_what_is_left_after_the_filter_and_stops_the_requests() {
    let (simulator, sandbox) = serve([numbered("agency").population(5000, 1)]);
    let ran = sandbox.run(&list(&[
        "--filter",
        "status=suspended",
        "--limit",
        "10",
        "--report",
        "r.json",
    ]));
    assert_eq!((ran.code, ran.tenants().len()), (Some(0), 10));
    assert!(
        ran.tenants()
            .iter()
            .all(|tenant| tenant["status"] == "suspended")
    );
    let report = sandbox.report();
    assert_eq!(report["sources"][0]["error"], "stopped at the limit of 10");
    let listed = report["sources"][0]["tenants"].as_u64().unwrap();
    assert_eq!(report["filtered_out"], listed - 10);
    let requests = simulator.account("agency").requests().len();
    assert!(requests < 25, "{requests} of 50 pages were asked for");
}

#[test]
fn a_limit_takes_the_accounts_in_their_order() {
    let (simulator, sandbox) = serve([
        numbered("first").population(2, 1),
        cursors("second").population(5, 1),
        numbered("third").population(5, 1),
    ]);
    for filter in [&[][..], &["--filter", "id!="]] {
        let ran = sandbox.run(&list(&[filter, &["--limit", "3"]].concat()));
        let tenants = ran.tenants();
        let accounts: Vec<_> = tenants.iter().map(|tenant| &tenant["account"]).collect();
        assert_eq!(accounts, ["first", "first", "second"]);
    }
    assert!(simulator.account("third").requests().is_empty());
}

#[test]
fn sorted_rows_are_the_first_of_the_whole_list() {
    let all = rows(&["--sort", "-balance,id"]);
    let with: Vec<_> = all.iter().map_while(amount).collect();
    assert!(with.is_sorted_by(|one, next| one >= next) && with.len() > 3);
    let without = &all[with.len()..];
    assert!(without.iter().all(|tenant| amount(tenant).is_none()));
    let lower = |tenant: &Value| tenant["id"].as_str().unwrap().to_lowercase();
    assert!(
        without.is_sorted_by_key(lower),
        "those without a balance come last"
    );
    assert_eq!(rows(&["--sort", "-balance,id", "--limit", "3"]), all[..3]);
}

#[test]
fn members_are_rows_of_their_own() {
    let tenants = rows(&[]);
    let members = |tenant: &Value| tenant["members"].as_array().map_or(0, Vec::len);
    let users: usize = tenants.iter().map(members).sum();
    assert_eq!(rows(&["--members"]).len(), users);
    let inactive = rows(&["--members", "--filter", "member.active=false"]);
    assert!(!inactive.is_empty() && inactive.len() < users);
    assert!(inactive.iter().all(|row| row["member"]["active"] == false));
    let csv = Sandbox::new().run(&["list", "--demo", "--members", "--format", "csv"]);
    assert!(
        csv.stdout
            .starts_with("provider,account,id,name,member.id,"),
        "{}",
        csv.stdout
    );
    assert!(
        csv.stderr.contains(&format!("{users} users of ")),
        "{}",
        csv.stderr
    );
}

#[test]
fn the_output_replaces_a_file_when_the_list_is_there_and_not_before() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("t.csv"), "before").unwrap();
    let ran = sandbox.run(&["list", "--demo", "--output", "t.csv"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
    let text = fs::read_to_string(sandbox.path("t.csv")).unwrap();
    assert!(
        text.starts_with("provider,account,id,"),
        "the ending says csv: {text}"
    );
    assert_eq!(text.lines().count(), rows(&[]).len() + 1);
    for (name, begins) in [
        ("t.json", "[\n{"),
        ("t.ndjson", "{"),
        ("t", "{"),
        ("t.txt", "provider "),
    ] {
        assert_eq!(
            sandbox.run(&["list", "--demo", "-q", "-o", name]).code,
            Some(0)
        );
        let text = fs::read_to_string(sandbox.path(name)).unwrap();
        assert!(text.starts_with(begins), "{name}: {text}");
    }
}

#[test]
fn what_failed_leaves_the_file_as_it_was() {
    let (simulator, sandbox) = serve([numbered("agency").population(250, 1)]);
    let account = simulator.account("agency");
    let left = || {
        let mut names: Vec<_> = fs::read_dir(sandbox.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        (
            fs::read_to_string(sandbox.path("t.csv")).unwrap(),
            names.join(" "),
        )
    };
    fs::write(sandbox.path("t.csv"), "before").unwrap();
    let before = ("before".to_owned(), "t.csv tenancy.toml".to_owned());

    account.fault(.., Fault::status(403));
    assert_eq!(sandbox.run(&list(&["-o", "t.csv"])).code, Some(1));
    assert_eq!(left(), before, "nothing could be listed");

    account.clear_faults();
    account.hold();
    let before_it = account.stats().requests;
    let child = start(&sandbox, &list(&["-o", "t.csv"]));
    wait_for_request_number(&account, before_it + 1);
    interrupt(&child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert_eq!(left(), before, "it was interrupted");

    account.release_all();
    account.fault(When::query("page", "2"), Fault::status(403));
    assert_eq!(
        sandbox
            .run(&list(&["-o", "t.csv", "--concurrency", "1"]))
            .code,
        Some(3)
    );
    assert!(
        left().0.starts_with("provider,"),
        "in part is more than nothing, and the exit code says it"
    );

    assert_eq!(sandbox.run(&list(&["-o", "nowhere/t.csv"])).code, Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_no_success_and_cannot_be_resumed() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&[
        "list",
        "--demo",
        "-q",
        "--output",
        "/dev/full",
        "--report",
        "r.json",
    ]);
    assert_eq!(ran.code, Some(3));
    // How far each account had come by then is open.
    let error = ran.stderr.lines().next().unwrap();
    insta::assert_snapshot!(without_port(error, 0));
    let report = sandbox.report();
    assert_eq!(
        (&report["complete"], &report["delivered"]),
        (&false.into(), &false.into())
    );
}

// Going on after Ctrl-C.

#[test]
fn ctrl_c_loses_nothing_that_was_listed() {
    let (simulator, sandbox) = serve([numbered("agency").population(450, 1)]);
    let account = simulator.account("agency");
    account.fault(
        When::query("page", "3"),
        Fault::as_usual().stall(provider_sim::Place::Start),
    );
    let arguments = ["--concurrency", "1", "--report", "r.json"];
    let mut child = start(&sandbox, &list(&arguments));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    for _ in 0..200 {
        stdout.read_line(&mut first).unwrap();
    }
    interrupt(&child);
    stdout.read_to_string(&mut first).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    account.clear_faults();

    let second = sandbox.run(&list(&["--resume", "r.json", "--report", "r.json"]));
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    let mut listed: Vec<_> = (first + &second.stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].to_string())
        .collect();
    let count = listed.len();
    listed.sort();
    listed.dedup();
    assert_eq!((count, listed.len()), (450, 450));
}

#[test]
fn a_list_is_resumed_with_the_same_filters_and_options_only() {
    let (simulator, sandbox) = serve([numbered("agency").population(250, 1)]);
    let account = simulator.account("agency");
    account.fault(When::query("page", "2"), Fault::status(403));
    let filtered = ["--filter", "status=suspended", "--report", "r.json"];
    let first = sandbox.run(&list(&[&filtered[..], &["--concurrency", "1"]].concat()));
    assert_eq!(first.code, Some(3));
    account.clear_faults();
    let other = sandbox.run(&list(&["--resume", "r.json"]));
    assert_eq!(
        (other.code, other.stderr.as_str()),
        (
            Some(2),
            "error: cannot resume from r.json: its list had --filter status=suspended; use the same filters, or list again from the start\n"
        )
    );
    for more in [&["--raw"][..], &["--format", "csv"], &["--members"]] {
        let other = sandbox.run(&list(
            &[&filtered[..], &["--resume", "r.json"], more].concat(),
        ));
        assert_eq!(
            (other.code, other.stderr.as_str()),
            (
                Some(2),
                "error: cannot resume from r.json: its list was written with --format ndjson; use the same options, or list again \
                 from the start\n"
            )
        );
    }
    let second = sandbox.run(&list(&[&filtered[..], &["--resume", "r.json"]].concat()));
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    let report = sandbox.report();
    let written = first.tenants().len() + second.tenants().len();
    assert_eq!(report["filtered_out"], 250 - written);
}
