//! `tenancy diff` as a user meets it: what it shows, what it answers with, and what it refuses.

use std::fs;

use provider_sim::{Fault, Simulator, Status, When};
use serde_json::Value;

use crate::database::Database;
use crate::sandbox::{Ran, Sandbox, numbered, serve};

const OLD: &str = r#"{"provider":"acme","account":"agency","id":"SA_1","name":"Acme","status":"active"}
{"provider":"acme","account":"agency","id":"SA_2","name":"Beta","members":[{"id":"1","name":"A"},{"id":"2","name":"B"}]}
{"provider":"acme","account":"agency","id":"SA_3","name":"Gone \u001b[31mred","raw":{"a":1}}
{"provider":"corp","account":"brands","id":"org_1","balance":{"amount":"10.50","currency":"$"}}
"#;

const NEW: &str = r#"{"provider":"corp","account":"brands","id":"org_1","balance":{"amount":"-3.10","currency":"$"},"raw":{"b":2}}
{"provider":"acme","account":"agency","id":"SA_4","name":"مؤسسة النور"}
{"provider":"acme","account":"agency","id":"SA_2","name":"Beta","members":[{"id":"1","name":"A"},{"id":"2","name":"C"}]}
{"status":"suspended","id":"SA_1","provider":"acme","account":"agency","name":"Acme","contact":{"email":"a@b"}}
"#;

/// A sandbox with the two lists.
fn two_lists() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("old.ndjson"), OLD).unwrap();
    fs::write(sandbox.path("new.ndjson"), NEW).unwrap();
    sandbox
}

fn diff(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.run(&[&["diff"], arguments].concat())
}

#[test]
fn two_files() {
    let sandbox = two_lists();
    let table = diff(&sandbox, &["old.ndjson", "new.ndjson"]);
    let json = diff(
        &sandbox,
        &["old.ndjson", "new.ndjson", "--format", "json", "--quiet"],
    );
    insta::assert_snapshot!("diff_table", table.shown());
    insta::assert_snapshot!("diff_json", json.shown());
    assert_eq!((table.code, json.code), (Some(1), Some(1)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_database_on_a_read_only_mount() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("read only?");
    fs::create_dir(&folder).unwrap();
    let database = folder.join("t.db");
    let database = database.to_str().unwrap();
    let synced = sandbox.run(&["sync", "--demo", "--to", database]);
    assert_eq!(synced.code, Some(0), "{}", synced.stderr);
    let mounted = |script: &str| -> Ran {
        let mount = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" && ";
        let mut command = std::process::Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c"]);
        command.args([&format!("{mount}{script}"), "sh"]);
        command.args([
            folder.to_str().unwrap(),
            database,
            env!("CARGO_BIN_EXE_tenancy"),
        ]);
        command.output().unwrap().into()
    };
    if mounted("true").code != Some(0) {
        eprintln!("!!! SKIPPED, because this user cannot mount: a read-only mount");
        return;
    }
    let compared = mounted("\"$3\" diff \"$2\"@run:1 \"$2\"");
    assert_eq!(compared.code, Some(0), "{}", compared.stderr);
}

#[test]
fn the_same_twice() {
    let sandbox = two_lists();
    let same = diff(&sandbox, &["old.ndjson", "old.ndjson"]);
    insta::assert_snapshot!("diff_same", same.shown());
    let json = diff(&sandbox, &["old.ndjson", "old.ndjson", "--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["created"].as_array().unwrap().len(), 0);
    assert_eq!(json["unchanged"], 4);
}

#[test]
fn what_list_writes_can_be_compared() {
    let sandbox = Sandbox::new();
    let mut count = 0;
    for (name, more) in [("a.ndjson", "--raw"), ("b.ndjson", "--quiet")] {
        let ran = sandbox.run(&["list", "--demo", "--format", "ndjson", more]);
        count = ran.tenants().len();
        fs::write(sandbox.path(name), ran.stdout).unwrap();
    }
    let ran = diff(&sandbox, &["a.ndjson", "b.ndjson"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            Some(0),
            format!("0 created, 0 changed, 0 gone, {count} unchanged\n").as_str()
        )
    );
}

#[test]
fn what_editors_add_to_a_list_is_ignored() {
    let sandbox = two_lists();
    for text in [
        format!("\u{feff}{OLD}"),
        format!("{OLD}\n"),
        format!("{OLD}\r\n "),
    ] {
        fs::write(sandbox.path("edited.ndjson"), text).unwrap();
        let ran = diff(&sandbox, &["old.ndjson", "edited.ndjson"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
}

#[test]
fn a_list_in_json_can_be_compared() {
    let sandbox = two_lists();
    let tenants: Vec<_> = OLD.lines().collect();
    let array = format!("[\n{}\n]\n", tenants.join(",\n"));
    fs::write(sandbox.path("old.json"), &array).unwrap();
    fs::write(sandbox.path("cut.json"), &array[..array.len() - 2]).unwrap();
    let same = diff(&sandbox, &["old.ndjson", "old.json"]);
    assert_eq!(
        (same.code, same.stderr.as_str()),
        (Some(0), "0 created, 0 changed, 0 gone, 4 unchanged\n")
    );
    let cut = diff(&sandbox, &["old.ndjson", "cut.json"]);
    assert_eq!(
        (cut.code, cut.stderr.as_str()),
        (
            Some(2),
            "error: cut.json, incomplete array: the file is truncated\n"
        )
    );
}

#[test]
fn what_is_no_list_is_refused_with_its_line() {
    let sandbox = two_lists();
    let (first, second) = OLD.split_once('\n').unwrap();
    for (name, text) in [
        ("cut.ndjson", &OLD[..OLD.len() - 20]),
        ("unended.ndjson", OLD.trim_end()),
        ("twice.ndjson", &format!("{OLD}{first}\n")),
        ("blank.ndjson", &format!("{first}\n\n{second}")),
        ("array.ndjson", "[\n"),
        ("other.ndjson", "{\"id\":\"1\"}\n"),
    ] {
        fs::write(sandbox.path(name), text).unwrap();
    }
    let names = [
        "cut.ndjson",
        "unended.ndjson",
        "twice.ndjson",
        "blank.ndjson",
        "array.ndjson",
        "other.ndjson",
        "missing.ndjson",
        "old.ndjson@run:1",
        "old.ndjson@yesterday",
        ".",
    ];
    let shown: Vec<_> = names
        .iter()
        .map(|name| diff(&sandbox, &["old.ndjson", name]).shown())
        .collect();
    insta::assert_snapshot!(
        "diff_refused",
        crate::sandbox::without_port(&shown.join("\n"), 65_535)
    );
}

/// A simulator whose tenants were recorded, changed and recorded again.
fn recorded(place_of: impl Fn(&Sandbox) -> String) -> (Simulator, Sandbox, String) {
    let (simulator, sandbox) = serve([numbered("agency").population(12, 7)]);
    let address = place_of(&sandbox);
    let sync = |sandbox: &Sandbox| {
        let mut command = sandbox.command(&[
            "sync",
            "--config",
            "tenancy.toml",
            "--quiet",
            "--max-retries",
            "0",
        ]);
        let ran: Ran = command
            .env("TENANCY_DATABASE_URL", &address)
            .output()
            .unwrap()
            .into();
        ran.code
    };
    assert_eq!(sync(&sandbox), Some(0));
    let account = simulator.account("agency");
    let ids = account.ids();
    account.delete(&ids[2]);
    account.population(|population| population.set_status(&ids[4], Status::Suspended));
    account.create(1);
    assert_eq!(sync(&sandbox), Some(0));
    account.fault(When::query("page", "1"), Fault::status(500));
    assert_eq!(sync(&sandbox), Some(1));
    account.clear_faults();
    (simulator, sandbox, address)
}

#[test]
fn two_times_of_a_database() {
    let (_simulator, sandbox, _) = recorded(|_| "t.db".to_owned());
    let ran = diff(&sandbox, &["t.db@run:1", "t.db@run:2"]);
    insta::assert_snapshot!("diff_runs", ran.shown());
    let back = diff(&sandbox, &["t.db@run:2", "t.db@run:1", "--format", "json"]);
    let back: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(back["changed"][0]["fields"][0]["new"], "active");
    // The third run listed nothing: nothing is gone for that, and it is said.
    let latest = diff(&sandbox, &["t.db@run:2", "t.db"]);
    insta::assert_snapshot!("diff_incomplete", latest.shown());
}

#[test]
fn a_database_and_a_list() {
    let (_simulator, sandbox, _) = recorded(|_| "t.db".to_owned());
    let list = sandbox.run(&["list", "--config", "tenancy.toml", "--format", "ndjson"]);
    fs::write(sandbox.path("now.ndjson"), list.stdout).unwrap();
    assert_eq!(diff(&sandbox, &["t.db", "now.ndjson"]).code, Some(0));
    assert_eq!(diff(&sandbox, &["now.ndjson", "t.db@run:1"]).code, Some(1));
}

#[test]
fn times_that_a_database_does_not_know() {
    let (_simulator, sandbox, _) = recorded(|_| "t.db".to_owned());
    let shown: Vec<_> = ["t.db@run:9", "t.db@2001-01-01", "t.db@never", "no.db@run:1"]
        .iter()
        .map(|side| diff(&sandbox, &[side, "t.db"]).shown())
        .collect();
    let shown = shown.join("\n");
    let (before, after) = shown.split_once("its history starts at ").unwrap();
    let after = after.split_once('\n').unwrap().1;
    insta::assert_snapshot!(
        "diff_unknown_times",
        format!("{before}its history starts at TIME\n{after}")
    );
    // Without a zone.
    let ran = diff(&sandbox, &["t.db@2001-01-01T08:30:00", "t.db"]);
    assert!(
        ran.stderr.contains("2001-01-01T08:30:00Z"),
        "{}",
        ran.stderr
    );
    // A time to come is now.
    assert_eq!(diff(&sandbox, &["t.db@2999-01-01", "t.db"]).code, Some(0));
}

#[test]
fn a_server_is_a_side_as_well() {
    let Some(database) = Database::postgres("diff") else {
        return;
    };
    let (_simulator, sandbox, address) = recorded(|_| database.address());
    let sandbox = sandbox.with("PGPASSWORD", "tenancy");
    let public = address.replacen(":tenancy@", "@", 1);
    let ran = diff(
        &sandbox,
        &[&format!("{public}@run:1"), &format!("{public}@run:2")],
    );
    let shown = ran.shown().replace(&public, "t.db");
    insta::assert_snapshot!("diff_runs", shown);
    assert_eq!(diff(&sandbox, &[&public, &public]).code, Some(0));
}
