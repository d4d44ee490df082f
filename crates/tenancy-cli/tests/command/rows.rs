//! Which rows `list` writes: `--filter`, `--sort`, `--limit`, `--members`, and where: `--output`.

use std::fs;
use std::io::{BufRead, BufReader, Read};

use provider_sim::{Account, Fault, When};
use serde_json::Value;

use crate::place::*;

/// The demonstration's rows as csv, with these columns.
fn rows(arguments: &[&str], columns: &str) -> Vec<String> {
    let common = [
        "list",
        "--demo",
        "--format",
        "csv",
        "--quiet",
        "--columns",
        columns,
    ];
    let ran = Place::new().run(&[&common, arguments].concat());
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), ""),
        "{arguments:?}"
    );
    ran.stdout.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn filters_compare_every_kind_of_field() {
    let ids = |filters: &[&str]| {
        let arguments: Vec<_> = filters
            .iter()
            .flat_map(|filter| ["--filter", filter])
            .collect();
        let mut ids = rows(&arguments, "id");
        ids.sort();
        ids.join(" ")
    };
    assert_eq!(ids(&["balance<10"]), "4011 4015");
    assert_eq!(ids(&["balance>9876543210.00"]), "4020");
    assert_eq!(ids(&["balance>9876543210.01"]), "");
    assert_eq!(
        ids(&["name~ACME", "provider!=omnidim"]),
        "SA_P4V8R1ZC org_d4e5f6a7-8b9c-4d0e-9f2a-3b4c5d6e7f80"
    );
    assert_eq!(
        ids(&["status=Archived"]),
        "org_4a72e8b3-c80f-4c65-93d1-e5b6170f2a84"
    );
    assert_eq!(ids(&["name=", "provider=vobiz"]), "SA_Z6M1Y9EN");
    assert_eq!(ids(&["created_at=2026-03-25"]), "SA_P4V8R1ZC SA_W3N6T5BH");
    assert_eq!(ids(&["created_at<2024-03-01"]), "4020");
}

#[test]
fn the_summary_and_the_report_say_what_filters_left_out_and_could_not_judge() {
    let place = Place::new();
    let ran = place.run(&[
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
    assert!(
        ran.stderr
            .ends_with("\n0 of 20 tenants match; 11 not judged: they have no `balance`\n"),
        "{}",
        ran.stderr
    );
    let report = place.report();
    assert_eq!(report["complete"], true);
    assert_eq!(
        report["filters"],
        serde_json::json!(["balance<10", "name~a"])
    );
    assert_eq!(report["filtered_out"], 20);
    let plain = place.run(&["list", "--demo", "--report", "r.json"]);
    assert!(!plain.stderr.contains("match"), "{}", plain.stderr);
    assert_eq!(place.report().get("filters"), None);
}

#[test]
fn filters_that_cannot_be_read_are_answered_with_the_way_out() {
    let mut told = String::new();
    for arguments in [
        &["--filter", "balence<10"][..],
        &["--filter", "balance"],
        &["--filter", "status<x"],
        &["--filter", "member.active=true"],
        &["--sort", "nmae"],
        &["--columns", "member.name", "--format", "csv"],
        &["--members", "--raw"],
        &["--resume", "r.json", "--output", "x"],
    ] {
        let ran = Place::new().run(&[&["list"], arguments].concat());
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
    let (simulator, place) = serve([Account::vobiz("agency").population(5000, 1)]);
    let ran = place.run(&list(&[
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
    let report = place.report();
    assert_eq!(report["sources"][0]["error"], "stopped at the limit of 10");
    let listed = report["sources"][0]["tenants"].as_u64().unwrap();
    assert_eq!(report["filtered_out"], listed - 10);
    let requests = simulator.account("agency").requests().len();
    assert!(requests < 25, "{requests} of 50 pages were asked for");
}

#[test]
fn sorted_rows_are_the_first_of_the_whole_list() {
    let by = |sort, limit| rows(&["--sort", sort, "--limit", limit], "id,balance.amount").join(" ");
    assert_eq!(
        by("-balance", "3"),
        "4020,9876543210.01 4010,1250000 4001,24442.6"
    );
    assert_eq!(by("balance,id", "2"), "4011,-87.35 4015,0");
    let all = rows(&["--sort", "-balance,id"], "id");
    assert_eq!(all.len(), 20);
    let absent: Vec<_> = all[6..].iter().map(|id| id.to_lowercase()).collect();
    assert!(
        absent.is_sorted(),
        "those without a balance come last: {all:?}"
    );
    let place = Place::new();
    let table = place.run(&[
        "list",
        "--demo",
        "--sort",
        "-created_at",
        "--limit",
        "4",
        "--format",
        "table",
        "--columns",
        "account,created_at,name",
    ]);
    insta::assert_snapshot!(table.shown());
}

#[test]
fn members_are_rows_of_their_own() {
    let place = Place::new();
    let table = place.run(&[
        "list",
        "--demo",
        "--members",
        "--format",
        "table",
        "--account",
        "omnidim-demo",
    ]);
    insta::assert_snapshot!("members_table", table.shown());
    let csv = place.run(&["list", "--demo", "--members", "--format", "csv", "--quiet"]);
    insta::assert_snapshot!("members_csv", csv.stdout);
    let lines = place.run(&[
        "list",
        "--demo",
        "--members",
        "--filter",
        "member.active=false",
        "--format",
        "ndjson",
    ]);
    insta::assert_snapshot!("members_ndjson", lines.shown());
    let schema = place.run(&["schema", "--of", "member"]);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    for line in lines.tenants() {
        for (name, _) in line.as_object().unwrap() {
            assert!(schema["properties"].get(name).is_some(), "{name}");
        }
    }
}

#[test]
fn the_output_replaces_a_file_when_the_list_is_there_and_not_before() {
    let place = Place::new();
    fs::write(place.path("t.csv"), "before").unwrap();
    let ran = place.run(&["list", "--demo", "--output", "t.csv"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
    let text = fs::read_to_string(place.path("t.csv")).unwrap();
    assert!(
        text.starts_with("provider,account,id,"),
        "the ending says csv: {text}"
    );
    assert_eq!(text.lines().count(), 21);
    for (name, begins) in [
        ("t.json", "[\n{"),
        ("t.ndjson", "{"),
        ("t", "{"),
        ("t.txt", "provider  account"),
    ] {
        assert_eq!(
            place.run(&["list", "--demo", "-q", "-o", name]).code,
            Some(0)
        );
        let text = fs::read_to_string(place.path(name)).unwrap();
        assert!(text.starts_with(begins), "{name}: {text}");
    }
}

#[test]
fn what_failed_leaves_the_file_as_it_was() {
    let (simulator, place) = serve([Account::vobiz("agency").population(250, 1)]);
    let account = simulator.account("agency");
    let left = || {
        let mut names: Vec<_> = fs::read_dir(place.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        (
            fs::read_to_string(place.path("t.csv")).unwrap(),
            names.join(" "),
        )
    };
    fs::write(place.path("t.csv"), "before").unwrap();
    let before = ("before".to_owned(), "t.csv tenancy.toml".to_owned());

    account.fault(.., Fault::status(403));
    assert_eq!(place.run(&list(&["-o", "t.csv"])).code, Some(1));
    assert_eq!(left(), before, "nothing could be listed");

    account.clear_faults();
    account.hold();
    let before_it = account.stats().requests;
    let child = start(&place, &list(&["-o", "t.csv"]));
    wait_for_request_number(&account, before_it + 1);
    interrupt(&child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert_eq!(left(), before, "it was interrupted");

    account.release_all();
    account.fault(When::query("page", "2"), Fault::status(403));
    assert_eq!(
        place
            .run(&list(&["-o", "t.csv", "--concurrency", "1"]))
            .code,
        Some(3)
    );
    assert!(
        left().0.starts_with("provider,"),
        "in part is more than nothing, and the exit code says it"
    );

    assert_eq!(place.run(&list(&["-o", "nowhere/t.csv"])).code, Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_no_success_and_cannot_be_resumed() {
    let place = Place::new();
    let ran = place.run(&[
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
    let report = place.report();
    assert_eq!(
        (&report["complete"], &report["delivered"]),
        (&false.into(), &false.into())
    );
}

// Going on after Ctrl-C.

#[test]
fn ctrl_c_loses_nothing_that_was_listed() {
    let (simulator, place) = serve([Account::vobiz("agency").population(450, 1)]);
    let account = simulator.account("agency");
    account.fault(
        When::query("page", "3"),
        Fault::as_usual().stall(provider_sim::Place::Start),
    );
    let arguments = ["--concurrency", "1", "--report", "r.json"];
    let mut child = start(&place, &list(&arguments));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    for _ in 0..200 {
        stdout.read_line(&mut first).unwrap();
    }
    interrupt(&child);
    stdout.read_to_string(&mut first).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    account.clear_faults();

    let second = place.run(&list(&["--resume", "r.json", "--report", "r.json"]));
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
fn a_list_of_which_something_was_not_written_is_not_resumed() {
    for format in [
        &["--format", "table"][..],
        &["--format", "ndjson", "--sort", "id"],
    ] {
        let (simulator, place) = serve([
            Account::vobiz("agency").population(150, 1),
            Account::layers("other").population(2, 1),
        ]);
        let account = simulator.account("agency");
        account.fault(
            When::query("page", "2"),
            Fault::as_usual().stall(provider_sim::Place::Start),
        );
        let arguments = [&["--concurrency", "1", "--report", "r.json"], format].concat();
        let child = start(&place, &list(&arguments));
        // The first page was taken in before the second was asked for.
        wait_for_request_number(&account, 2);
        interrupt(&child);
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(130), ""));
        let report = place.report();
        assert_eq!(
            (&report["complete"], &report["delivered"]),
            (&false.into(), &false.into())
        );
        let refused = place.run(&list(&["--resume", "r.json"]));
        assert_eq!(refused.code, Some(2));
        assert_eq!(
            refused.stderr,
            "error: cannot resume from r.json: part of what it lists was never written; list again from the start\n"
        );
    }
}

#[test]
fn a_filtered_list_is_resumed_with_the_same_filters_only() {
    let (simulator, place) = serve([Account::vobiz("agency").population(250, 1)]);
    let account = simulator.account("agency");
    account.fault(When::query("page", "2"), Fault::status(403));
    let filtered = ["--filter", "status=suspended", "--report", "r.json"];
    let first = place.run(&list(&[&filtered[..], &["--concurrency", "1"]].concat()));
    assert_eq!(first.code, Some(3));
    account.clear_faults();
    let other = place.run(&list(&["--resume", "r.json"]));
    assert_eq!(
        (other.code, other.stderr.as_str()),
        (
            Some(2),
            "error: cannot resume from r.json: its list had --filter status=suspended; use the same filters, or list again from the start\n"
        )
    );
    let second = place.run(&list(&[&filtered[..], &["--resume", "r.json"]].concat()));
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    let report = place.report();
    let written = first.tenants().len() + second.tenants().len();
    assert_eq!(report["filtered_out"], 250 - written);
}
