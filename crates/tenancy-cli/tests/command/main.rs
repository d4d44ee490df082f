//! The command `tenancy` as a user meets it: what it prints, writes and answers with, in good cases and bad ones.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod check;
mod configuration;
mod generated;
mod newcomer;
#[path = "../support/place.rs"]
mod place;
mod rows;
mod schemas;
#[cfg(unix)]
mod terminal;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;

use provider_sim::{Account, Fault, Record, Simulator, When};
use serde_json::Value;

use place::*;

// What it prints.

#[test]
fn the_demonstration_as_a_table() {
    let ran = Place::new().run(&["list", "--demo", "--format", "table"]);
    insta::assert_snapshot!("demo_table", ran.shown());
}

#[test]
fn the_demonstration_as_ndjson_and_its_report() {
    let place = Place::new();
    // In a pipe ndjson needs not be asked for.
    let ran = place.run(&["list", "--demo", "--report", "r.json"]);
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!("demo_ndjson", sorted(&ran.stdout));
    let report = place.report();
    assert_eq!(report["complete"], true);
    assert_eq!(report["sources"].as_array().unwrap().len(), 3);
    insta::assert_snapshot!(
        "demo_report",
        fs::read_to_string(place.path("r.json")).unwrap()
    );
    let explicit = place.run(&["list", "--demo", "--format", "ndjson"]);
    assert_eq!(sorted(&explicit.stdout), sorted(&ran.stdout));
}

#[test]
fn the_demonstration_as_csv() {
    let ran = Place::new().run(&["list", "--demo", "--format", "csv", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let (header, rows) = ran.stdout.split_once('\n').unwrap();
    insta::assert_snapshot!("demo_csv", format!("{header}\n{}", sorted(rows)));
}

#[test]
fn the_demonstration_as_json_has_the_same_tenants() {
    let place = Place::new();
    let by_id = |mut tenants: Vec<Value>| {
        tenants.sort_by_key(|tenant| tenant["id"].to_string());
        tenants
    };
    let array: Vec<Value> =
        serde_json::from_str(&place.run(&["list", "--demo", "--format", "json"]).stdout).unwrap();
    let lines = place
        .run(&["list", "--demo", "--format", "ndjson"])
        .tenants();
    assert_eq!(array.len(), 20);
    assert_eq!(by_id(array), by_id(lines));
}

#[test]
fn raw_records_are_whole_but_for_their_secrets() {
    let tenants = Place::new()
        .run(&["list", "--demo", "--raw", "--account", "vobiz-demo"])
        .tenants();
    let shown = tenants
        .iter()
        .find(|tenant| tenant["id"] == "SA_W3N6T5BH")
        .unwrap();
    insta::assert_snapshot!(
        "demo_raw",
        serde_json::to_string_pretty(&shown["raw"]).unwrap()
    );
}

#[test]
fn columns_are_chosen_by_name() {
    let place = Place::new();
    let ran = place.run(&[
        "list",
        "--demo",
        "--provider",
        "omnidim",
        "--format",
        "table",
        "--columns",
        "id,balance,members",
    ]);
    insta::assert_snapshot!("demo_columns", ran.shown());
    let csv = place.run(&[
        "list",
        "--demo",
        "--provider",
        "omnidim",
        "--format",
        "csv",
        "--columns",
        "id,balance.amount",
    ]);
    assert_eq!(csv.stdout.lines().nth(4), Some("4011,-87.35"));
}

#[test]
fn providers() {
    insta::assert_snapshot!("providers", Place::new().run(&["providers"]).shown());
    insta::assert_snapshot!(
        "providers_json",
        Place::new().run(&["providers", "--format", "json"]).shown()
    );
}

#[test]
fn help() {
    insta::assert_snapshot!("help", Place::new().run(&["--help"]).shown());
}

// Which accounts and tenants.

#[test]
fn filters_choose_accounts_and_tenants() {
    let place = Place::new();
    let suspended = place.run(&[
        "list",
        "--demo",
        "--status",
        "suspended",
        "--provider",
        "layers",
    ]);
    assert_eq!(
        suspended.ids(),
        ["org_2e41d07b-6c95-4f38-a1b6-0d8c3f72e593"]
    );
    let own_word = place.run(&["list", "--demo", "--status", "pending_review"]);
    assert_eq!(own_word.ids(), ["org_1b8f7c26-90ad-4e52-8c3d-7a1e5d9b4f02"]);
    assert_eq!(own_word.code, Some(0));
    assert!(own_word.stderr.contains(
        "omnidim-demo (omnidim): 0 tenants, complete; 6 not judged: they have no status\n"
    ));
    let known_word = place.run(&[
        "list",
        "--demo",
        "--status",
        "ACTIVE",
        "--account",
        "layers-demo",
    ]);
    assert_eq!(known_word.ids().len(), 4);
}

#[test]
fn a_limit_that_is_reached_is_a_success_and_the_report_says_so() {
    let (simulator, place) = serve([Account::vobiz("agency").population(5000, 1)]);
    let ran = place.run(&list(&["--limit", "120", "--report", "r.json"]));
    assert_eq!((ran.code, ran.tenants().len()), (Some(0), 120));
    assert_eq!(
        ran.stderr,
        "agency (vobiz): 120 tenants, incomplete: stopped at the limit of 120\n"
    );
    let report = place.report();
    assert_eq!(report["complete"], false);
    assert_eq!(report["sources"][0]["error"], "stopped at the limit of 120");
    let requests = simulator.account("agency").requests().len();
    assert!(requests < 25, "{requests} of 50 pages were asked for");
}

#[test]
fn a_list_that_broke_off_is_resumed_without_losing_or_repeating_anybody() {
    let (simulator, place) = serve([
        Account::vobiz("agency").population(500, 1),
        Account::layers("brands").population(20, 2),
    ]);
    let agency = simulator.account("agency");
    agency.fault(When::query("page", "3"), Fault::status(403));
    let first = place.run(&list(&["--concurrency", "1", "--report", "r.json"]));
    assert_eq!(first.code, Some(3));
    assert_eq!(place.report()["sources"][0]["tenants"], 200);

    agency.clear_faults();
    let deleted = agency.ids()[150].clone();
    agency.delete(&deleted);
    simulator.forget_requests();
    let second = place.run(&list(&["--resume", "r.json", "--report", "r.json"]));
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    let mut listed: Vec<_> = first.ids().into_iter().chain(second.ids()).collect();
    let count = listed.len();
    listed.sort();
    listed.dedup();
    assert_eq!((count, listed.len()), (520, 520));
    let report = place.report();
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
    let (simulator, place) = serve([Account::vobiz("agency").population(500, 1)]);
    place.run(&list(&["--limit", "10", "--report", "r.json"]));
    let refused = |arguments: &[&str]| {
        let ran = place.run(&list(arguments));
        assert_eq!(ran.code, Some(2));
        assert_eq!(ran.stdout, "");
        ran.stderr
    };
    let mut told = refused(&["--resume", "r.json", "--status", "active"]);
    told += &refused(&["--resume", "nowhere.json"]);
    fs::write(place.path("list.json"), "[]").unwrap();
    told += &refused(&["--resume", "list.json"]);
    let report = place.report();
    for (what, value) in [
        ("version", serde_json::json!(2)),
        ("provider", serde_json::json!("layers")),
        ("seen", serde_json::json!("?")),
    ] {
        let mut changed = report.clone();
        changed["sources"][0]["checkpoint"][what] = value;
        fs::write(place.path("changed.json"), changed.to_string()).unwrap();
        told += &refused(&["--resume", "changed.json"]);
    }
    let mut other = report;
    other["sources"][0]["account"] = serde_json::json!("gone");
    fs::write(place.path("changed.json"), other.to_string()).unwrap();
    told += &refused(&["--resume", "changed.json"]);
    insta::assert_snapshot!("resume_refused", told);
    assert_eq!(simulator.account("agency").requests().len(), 1);
}

#[test]
fn page_size_and_order_reach_the_provider() {
    let (simulator, place) = serve([Account::vobiz("agency").population(60, 1)]);
    let ran = place.run(&list(&["--page-size", "25"]));
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

#[test]
fn accounts_come_from_the_environment_where_no_file_has_any() {
    // The default addresses are the providers' own: nothing may be sent, so a header that cannot be sent ends it.
    let place = Place::new()
        .with("VOBIZ_AUTH_ID", "MA_1")
        .with("LAYERS_API_KEY", "");
    let ran = place.run(&["list"]);
    insta::assert_snapshot!("environment_incomplete", ran.shown());
    let place = Place::new().with("LAYERS_API_KEY", "line\nbreak");
    insta::assert_snapshot!("environment_unusable", place.run(&["list"]).shown());
}

#[test]
fn the_configuration_is_found_where_it_may_be() {
    let simulator = Simulator::start([Account::layers("agency").population(3, 1)]).unwrap();
    let place = configure(Place::new(), &simulator.account("agency"));
    assert_eq!(place.run(&list(&[])).ids().len(), 3);
    let folder = place.path(".config/tenancy");
    fs::create_dir_all(&folder).unwrap();
    fs::rename(place.path("tenancy.toml"), folder.join("config.toml")).unwrap();
    assert_eq!(place.run(&["list"]).ids().len(), 3);
    fs::rename(folder.join("config.toml"), place.path("elsewhere.toml")).unwrap();
    let place = place.with("TENANCY_CONFIG", "elsewhere.toml");
    assert_eq!(place.run(&["list"]).ids().len(), 3);
}

#[test]
fn keys_come_from_variables_files_and_the_configuration_itself() {
    let accounts =
        ["variable", "file", "literal"].map(|name| Account::layers(name).population(1, 1));
    let simulator = Simulator::start(accounts).unwrap();
    let key = |name: &str| simulator.account(name).credential("api_key");
    let base = |name: &str| simulator.account(name).base_url();
    let configuration = account(
        "variable",
        "layers",
        &base("variable"),
        "api_key = { env = \"K\" }",
    ) + &account(
        "file",
        "layers",
        &base("file"),
        "api_key = { file = \"keys/k\" }",
    ) + &account(
        "literal",
        "layers",
        &base("literal"),
        &format!("api_key = \"{}\"", key("literal")),
    );
    let place = Place::new().with("K", &key("variable"));
    fs::create_dir_all(place.path("conf/keys")).unwrap();
    write_private(&place.path("conf/tenancy.toml"), configuration);
    write_private(&place.path("conf/keys/k"), key("file") + "\r\n");
    let ran = place.run(&["list", "--config", "conf/tenancy.toml"]);
    insta::assert_snapshot!("keys_from_everywhere", ran.stderr);
    assert_eq!((ran.code, ran.ids().len()), (Some(0), 3));
    for name in ["variable", "file", "literal"] {
        let requests = simulator.account(name).requests();
        assert_eq!(
            requests[0].header("authorization"),
            Some(format!("Bearer {}", key(name)).as_str()),
            "{name}"
        );
    }
}

#[test]
fn only_the_accounts_that_are_listed_need_their_secrets() {
    let (_simulator, place) = serve([Account::layers("here").population(2, 1)]);
    let path = place.path("tenancy.toml");
    let more = account(
        "there",
        "vobiz",
        "http://127.0.0.1:9",
        "auth_id = { env = \"NO\" }\nauth_token = { env = \"NO\" }",
    );
    fs::write(&path, fs::read_to_string(&path).unwrap() + &more).unwrap();
    assert_eq!(place.run(&list(&["--account", "here"])).ids().len(), 2);
    assert_eq!(place.run(&list(&["--provider", "layers"])).ids().len(), 2);
    assert_eq!(place.run(&list(&[])).code, Some(2));
}

// Wrong usage and configuration.

#[test]
fn bad_configurations() {
    let key = "api_key = { env = \"KEY\" }";
    let layers = account("agency", "layers", "https://api.example", key);
    for (name, configuration) in [
        (
            "unknown_provider",
            layers.replace("\"layers\"", "\"layer\""),
        ),
        ("missing_variable", layers.clone()),
        ("duplicated_name", layers.repeat(2)),
        (
            "malformed_toml",
            layers.replace(key, "api_key = \"sk-secret"),
        ),
        (
            "unknown_key",
            layers.replace(key, "api_kee = \"sk-secret\""),
        ),
        (
            "foreign_key",
            layers.replace(key, "auth_token = \"sk-secret\""),
        ),
        ("missing_key", layers.replace(key, "")),
        (
            "missing_file",
            layers.replace(key, "api_key = { file = \"no.key\" }"),
        ),
        (
            "assumed_zone",
            layers.replace(key, "api_key = \"sk-secret\"\nassume_timezone = \"UTC\""),
        ),
        (
            "no_zone",
            account(
                "agency",
                "omnidim",
                "https://api.example",
                "api_key = \"sk-secret\"\nassume_timezone = \"Mars\"",
            ),
        ),
        (
            "plain_http",
            layers
                .replace(key, "api_key = \"sk-secret\"")
                .replace("https://", "http://"),
        ),
        (
            "bad_auth_id",
            account(
                "agency",
                "vobiz",
                "https://api.example",
                "auth_id = \"../MA\"\nauth_token = \"sk-secret\"",
            ),
        ),
        ("no_accounts_in_file", String::new()),
    ] {
        let ran = Place::configured(&configuration).run(&CONFIG);
        assert_eq!(ran.code, Some(2), "{name}");
        assert!(!ran.shown().contains("sk-secret"), "{name}");
        insta::assert_snapshot!(format!("bad_{name}"), ran.shown());
    }
    let empty = Place::configured(&layers).with("KEY", " ").run(&CONFIG);
    insta::assert_snapshot!("bad_empty_variable", empty.shown());
}

#[test]
fn no_accounts_at_all() {
    let place = Place::new();
    let ran = place.run(&["list"]);
    let shown = ran
        .shown()
        .replace(&*place.folder.path().to_string_lossy(), "HOME");
    insta::assert_snapshot!("no_accounts", shown);
}

#[test]
fn bad_usage() {
    let place = Place::new();
    for (name, arguments) in [
        (
            "unknown_column",
            &["list", "--demo", "--format", "csv", "--columns", "id,nmae"][..],
        ),
        ("columns_of_ndjson", &["list", "--demo", "--columns", "id"]),
        (
            "raw_table",
            &["list", "--demo", "--format", "table", "--raw"],
        ),
        (
            "unknown_account",
            &["list", "--demo", "--account", "vobiz-dem"],
        ),
        (
            "unknown_provider_argument",
            &["list", "--demo", "--provider", "twilio"],
        ),
        (
            "account_elsewhere",
            &[
                "list",
                "--demo",
                "--account",
                "vobiz-demo",
                "--provider",
                "layers",
            ],
        ),
        ("demo_and_config", &["list", "--demo", "--config", "x.toml"]),
        ("limit_of_nothing", &["list", "--demo", "--limit", "0"]),
        ("config_that_is_not_there", &["list", "--config", "no.toml"]),
        (
            "report_nowhere",
            &["list", "--demo", "--report", "no/r.json"],
        ),
        ("no_subcommand", &[]),
    ] {
        let ran = place.run(arguments);
        assert_eq!(ran.code, Some(2), "{name}");
        assert_eq!(ran.stdout, "", "{name}");
        let shown = ran.shown();
        insta::assert_snapshot!(format!("usage_{name}"), shown);
    }
}

// Accounts that fail.

#[test]
fn a_wrong_key() {
    let simulator = Simulator::start([
        Account::layers("l"),
        Account::vobiz("v"),
        Account::omnidim("o"),
    ])
    .unwrap();
    let base = |name| simulator.account(name).base_url();
    let auth_id = simulator.account("v").credential("auth_id");
    let configuration = account("l", "layers", &base("l"), "api_key = { env = \"K\" }")
        + &account(
            "v",
            "vobiz",
            &base("v"),
            &format!("auth_id = \"{auth_id}\"\nauth_token = {{ env = \"K\" }}"),
        )
        + &account("o", "omnidim", &base("o"), "api_key = { env = \"K\" }");
    let ran = Place::configured(&configuration)
        .with("K", "sk-wrong")
        .run(&CONFIG);
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr.matches("401").count(),
        3,
        "each is said once: {}",
        ran.stderr
    );
    insta::assert_snapshot!("wrong_key", without_request_ids(&ran.stderr));
}

#[test]
fn a_key_without_scope() {
    let forbidden = [
        Account::layers("l"),
        Account::vobiz("v"),
        Account::omnidim("o"),
    ]
    .map(Account::forbidden);
    let (_simulator, place) = serve(forbidden);
    let ran = place.run(&list(&["--report", "r.json"]));
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        ran.stderr.matches("403").count(),
        3,
        "each is said once: {}",
        ran.stderr
    );
    insta::assert_snapshot!("no_scope", without_request_ids(&ran.stderr));
    let report = place.report();
    assert_eq!(
        (
            report["complete"].as_bool(),
            report["sources"].as_array().map(Vec::len)
        ),
        (Some(false), Some(3))
    );
}

/// The same text whichever request came first.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split("req_");
    let mut shown = parts.next().unwrap().to_owned();
    for part in parts {
        shown.push_str("req_N");
        shown.push_str(part.trim_start_matches(|character: char| character.is_ascii_digit()));
    }
    shown
}

#[test]
fn an_unreachable_host() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let configuration = account(
        "agency",
        "layers",
        &format!("http://127.0.0.1:{port}"),
        "api_key = { env = \"K\" }",
    );
    let ran = Place::configured(&configuration)
        .with("K", "k-1")
        .run(&list(&["--max-retries", "0"]));
    insta::assert_snapshot!("unreachable", without_port(&ran.shown(), port));
    assert_eq!(ran.code, Some(1));
}

#[test]
fn what_is_missing_of_some_accounts_is_said_once_and_the_others_are_listed() {
    let broken = Account::vobiz("broken")
        .population(150, 1)
        .fault(2.., Fault::status(500));
    let (_simulator, place) = serve([
        Account::layers("fine").population(4, 1),
        broken,
        Account::omnidim("no").forbidden(),
    ]);
    let ran = place.run(&list(&["--max-retries", "1", "--report", "r.json"]));
    assert_eq!((ran.code, ran.tenants().len()), (Some(3), 104));
    insta::assert_snapshot!("listed_in_part", without_request_ids(&ran.stderr));
    let tenants: Vec<_> = place.report()["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["tenants"].clone())
        .collect();
    assert_eq!(tenants, [4, 100, 0]);
}

#[test]
fn records_that_cannot_be_read_are_named_and_the_others_are_listed() {
    let records = [
        r#"{"auth_id": "SA_1", "name": "One"}"#,
        r#"{"auth_id": {"no": "id"}, "auth_token": "sk-secret"}"#,
        "[]",
    ];
    let (_simulator, place) = serve([Account::vobiz("agency").records(records.map(Record::raw))]);
    let ran = place.run(&CONFIG);
    assert_eq!(ran.ids(), ["SA_1"]);
    insta::assert_snapshot!("unreadable_records", ran.shown());
}

// Where the output goes.

#[test]
fn tenants_are_passed_on_as_they_arrive() {
    let (simulator, place) = serve([
        Account::layers("slow").population(1, 1),
        Account::vobiz("quick").population(2, 1),
    ]);
    simulator.account("slow").hold();
    let mut child = start(&place, &list(&[]));
    let (lines, arrived) = mpsc::channel();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        for line in stdout.lines() {
            lines.send(line.unwrap()).unwrap();
        }
    });
    for _ in 0..2 {
        let line = arrived
            .recv_timeout(PATIENCE)
            .expect("the quick account's tenants come while the slow one's are held");
        assert!(line.contains("quick"), "{line}");
    }
    simulator.account("slow").release_all();
    assert!(arrived.recv_timeout(PATIENCE).unwrap().contains("slow"));
    reader.join().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_closed_pipe_ends_quietly_with_the_report_written() {
    let (simulator, place) = serve([Account::vobiz("agency").population(5000, 1)]);
    let account = simulator.account("agency");
    account.hold();
    let mut child = start(&place, &list(&["--report", "r.json"]));
    drop(child.stdout.take());
    account.release_all();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let report = place.report();
    assert_eq!(report["complete"], false);
    assert_eq!(report["sources"][0]["error"], "the output was closed");
    let requests = account.requests().len();
    assert!(requests < 25, "{requests} of 50 pages were asked for");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_at_once_with_the_report_written() {
    let (simulator, place) = serve([
        Account::vobiz("agency").population(150, 1),
        Account::layers("other").population(2, 1),
    ]);
    let account = simulator.account("agency");
    account.hold();
    let child = start(&place, &list(&["--report", "r.json"]));
    wait_for_request(&account);
    interrupt(&child);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130));
    assert!(
        ran.stderr
            .contains("agency (vobiz): 0 tenants, incomplete: interrupted\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(place.report()["sources"][0]["error"], "interrupted");
    assert_eq!(place.report()["complete"], false);
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_heard_while_nobody_reads_the_output() {
    let (simulator, place) = serve([Account::omnidim("agency").population(20_000, 1)]);
    let mut child = start(&place, &list(&["--report", "r.json"]));
    // The list is longer than the pipe and all buffers: the first line shows that it is being written.
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(place.report()["sources"][0]["error"], "interrupted");
    drop(simulator);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_success() {
    let full = || {
        Stdio::from(
            fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        )
    };
    let place = Place::new();
    let output = place
        .command(&["list", "--demo", "--quiet"])
        .stdout(full())
        .output()
        .unwrap();
    let ran = Ran::from(output);
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.stderr
            .starts_with("error: the output could not be written: No space left on device"),
        "{}",
        ran.stderr
    );
    let unheard = place
        .command(&["list", "--verbose"])
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(
        unheard.code(),
        Some(2),
        "a message that cannot be written is no reason to panic"
    );
    let unheard = place
        .command(&["list", "--demo", "--verbose"])
        .stdout(Stdio::null())
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(unheard.code(), Some(0));
}

#[test]
fn quiet_and_verbose() {
    let place = Place::new();
    let quiet = place.run(&["list", "--demo", "-q"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    let verbose = place.run(&["list", "--demo", "-v", "--account", "vobiz-demo"]);
    let requests: Vec<_> = verbose
        .stderr
        .lines()
        .filter(|line| line.contains("operation="))
        .collect();
    assert_eq!(requests.len(), 1, "{}", verbose.stderr);
    assert!(
        requests[0].contains("GET") && requests[0].contains("200"),
        "{}",
        requests[0]
    );
}

// What strangers send.

/// A tenant's name that would act on a terminal or in a spreadsheet.
const HOSTILE: &str = "=cmd|' /C calc'!A0\u{1b}]0;owned\u{7}\u{202e}\u{9b}2J\r\nerror: forged";

fn hostile() -> (Simulator, Place) {
    let record = serde_json::json!({ "auth_id": "SA_1", "name": HOSTILE, "enabled": true, "is_active": true });
    let unreadable = r#"{"auth_id": {"\u001b[31m": 1}}"#;
    let error = serde_json::json!({ "error": { "code": "X\u{1b}[2J", "message": "no\u{202e}\u{9b}\nerror: forged" } });
    serve([
        Account::vobiz("tenants")
            .records([Record::raw(record.to_string()), Record::raw(unreadable)]),
        Account::layers("errors").fault(
            ..,
            Fault::literal(400, "application/json", error.to_string()),
        ),
    ])
}

#[test]
fn nothing_that_strangers_send_acts_on_a_terminal() {
    let (_simulator, place) = hostile();
    for format in ["table", "json", "ndjson"] {
        let ran = place.run(&list(&[
            "--format",
            format,
            "--verbose",
            "--report",
            "r.json",
        ]));
        for text in [
            &ran.stdout,
            &ran.stderr,
            &fs::read_to_string(place.path("r.json")).unwrap(),
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
    let (_simulator, place) = hostile();
    let ran = place.run(&list(&["--format", "csv", "--columns", "id,name"]));
    assert_eq!(ran.stdout, format!("id,name\nSA_1,\"'{HOSTILE}\"\n"));
}

#[test]
fn no_secret_is_shown_anywhere() {
    let echo = |key: &str| {
        let body = serde_json::json!({ "error": { "code": "BAD", "message": format!("the key {key} is bad") } });
        Fault::literal(401, "application/json", body.to_string())
    };
    let (simulator, place) = serve([
        Account::vobiz("tokens")
            .population(3, 1)
            .knob("shows_auth_tokens"),
        Account::vobiz("demo").demo_records(),
        Account::omnidim("plain").population(2, 1),
        Account::layers("echo")
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
        let ran = place.run(&list(&[arguments, &["-v", "--report", "r.json"]].concat()));
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        let report = fs::read_to_string(place.path("r.json")).unwrap();
        for (place, text) in [
            ("standard output", &ran.stdout),
            ("standard error", &ran.stderr),
            ("the report", &report),
        ] {
            for secret in &secrets {
                assert!(
                    !text.contains(secret),
                    "{secret} in {place} with {arguments:?}"
                );
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_to_standard_output_comes_after_the_list() {
    let place = Place::new();
    let file = || fs::File::create(place.path("out")).unwrap();
    let arguments = [
        "list",
        "--demo",
        "--account",
        "vobiz-demo",
        "--report",
        "/dev/stdout",
    ];
    assert!(
        place
            .command(&arguments)
            .stdout(file())
            .status()
            .unwrap()
            .success()
    );
    let written = fs::read_to_string(place.path("out")).unwrap();
    let (tenants, report) = written.split_once("\n{\n").unwrap();
    assert_eq!(tenants.lines().count(), 7);
    assert!(report.contains("\"complete\": true"));
}

#[test]
fn nothing_is_left_behind_but_the_report() {
    let place = Place::new();
    place.run(&["list", "--demo", "--report", "r.json"]);
    place.run(&["list", "--demo", "--format", "table", "--report", "r.json"]);
    let left: Vec<_> = fs::read_dir(place.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["r.json"]);
    let mut text = String::new();
    fs::File::open(Path::new(&place.path("r.json")))
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(text.ends_with("}\n"));
}
