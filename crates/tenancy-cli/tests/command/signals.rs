//! Signals that end a list whose output is a file.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use provider_sim::{Fault, Place, Simulator, When};
use serde_json::Value;

use crate::sandbox::*;

/// The signals, and the exit code of each.
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

/// A list of three pages, the last of which never arrives.
fn stalled() -> (Simulator, Sandbox) {
    let (simulator, sandbox) = serve([numbered("agency").population(250, 1)]);
    let stall = Fault::as_usual().stall(Place::Start);
    simulator
        .account("agency")
        .fault(When::query("page", "3"), stall);
    (simulator, sandbox)
}

/// Runs a list that reports to `r.json`, and ends it with a signal before the third page arrives.
fn ended_by(name: &str, simulator: &Simulator, sandbox: &Sandbox, more: &[&str]) -> Ran {
    let arguments = [&["--concurrency", "1", "--report", "r.json"], more].concat();
    let child = start(sandbox, &list(&arguments));
    wait_for_request_number(&simulator.account("agency"), 3);
    signal(&child, name);
    child.wait_with_output().unwrap().into()
}

fn names(sandbox: &Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.folder.path()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn any_signal_puts_in_place_what_arrived_and_the_list_can_be_resumed() {
    for (name, code) in SIGNALS {
        let (simulator, sandbox) = stalled();
        let first = ended_by(name, &simulator, &sandbox, &["-o", "t.ndjson"]);
        assert_eq!(first.code, Some(code), "SIG{name}: {}", first.stderr);
        assert_eq!(names(&sandbox), ["r.json", "t.ndjson", "tenancy.toml"]);
        let written = fs::read_to_string(sandbox.path("t.ndjson")).unwrap();
        let report = sandbox.report();
        assert_eq!(report["complete"], false);
        assert_eq!(report["sources"][0]["error"], "interrupted");
        assert_eq!(report["sources"][0]["tenants"], written.lines().count());

        simulator.account("agency").clear_faults();
        let second = sandbox.run(&list(&["--resume", "r.json"]));
        assert_eq!(second.code, Some(0), "{}", second.stderr);
        let mut ids: Vec<_> = (written + &second.stdout)
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].to_string())
            .collect();
        ids.sort();
        let count = ids.len();
        ids.dedup();
        assert_eq!((count, ids.len()), (250, 250), "SIG{name}");
    }
}

#[test]
fn rows_that_wait_for_the_end_of_the_list_are_written_at_a_signal() {
    for more in [&["--sort", "-id"][..], &["--format", "table"]] {
        let (simulator, sandbox) = stalled();
        let first = ended_by("INT", &simulator, &sandbox, more);
        assert_eq!(first.code, Some(130), "{}", first.stderr);
        assert_eq!(sandbox.report()["sources"][0]["tenants"], 200);
        simulator.account("agency").clear_faults();
        let second = sandbox.run(&list(&[more, &["--resume", "r.json"]].concat()));
        assert_eq!(second.code, Some(0), "{}", second.stderr);
        let ids = simulator.account("agency").ids();
        let has = |ran: &Ran| ids.iter().filter(|id| ran.stdout.contains(&***id)).count();
        assert_eq!((has(&first), has(&second)), (200, 50), "{more:?}");
        if more[0] == "--sort" {
            assert!(first.ids().is_sorted_by(|one, other| one > other));
        }
    }
}

#[test]
fn the_first_rows_of_a_part_of_a_list_are_not_those_of_the_list() {
    let (simulator, sandbox) = stalled();
    fs::write(sandbox.path("t.ndjson"), "before").unwrap();
    let sorted = ["-o", "t.ndjson", "--sort", "id", "--limit", "240"];
    let ran = ended_by("INT", &simulator, &sandbox, &sorted);
    assert_eq!(ran.code, Some(130));
    let note = "no row was written: the first 240 in sorted order are known only at the end of the list; list again from the start\n";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    assert_eq!(
        fs::read_to_string(sandbox.path("t.ndjson")).unwrap(),
        "before"
    );
    assert_eq!(sandbox.report()["delivered"], false);
    let refused = sandbox.run(&list(&["--resume", "r.json"]));
    assert_eq!(
        (refused.code, refused.stderr.as_str()),
        (
            Some(2),
            "error: cannot resume from r.json: some rows of its list were never written; list again from the start\n"
        )
    );
}

#[test]
fn a_killed_list_leaves_no_earlier_report_to_resume_from() {
    let (simulator, sandbox) = stalled();
    let complete = r#"{"complete": true, "sources": []}"#;
    fs::write(sandbox.path("r.json"), complete).unwrap();
    assert_eq!(ended_by("KILL", &simulator, &sandbox, &[]).code, None);
    assert!(!sandbox.path("r.json").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn nohup_protects_a_list_from_sighup() {
    let (simulator, sandbox) = stalled();
    let mut command = Command::new("nohup");
    let list = sandbox.command(&list(&["--concurrency", "1", "-o", "t.ndjson"]));
    command
        .arg(list.get_program())
        .args(list.get_args())
        .current_dir(sandbox.folder.path())
        .envs(sandbox.variables.iter().map(|(name, value)| (name, value)))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    wait_for_request_number(&simulator.account("agency"), 3);
    signal(&child, "HUP");
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(143),
        "{:?}",
        output.status.signal()
    );
}

#[test]
fn a_list_that_is_being_written_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (simulator, sandbox) = stalled();
    let mode = |name: &str| {
        let found = fs::metadata(sandbox.path(name)).unwrap();
        found.permissions().mode() & 0o777
    };
    fs::write(sandbox.path("usual"), "").unwrap();
    fs::write(sandbox.path("t.ndjson"), "before").unwrap();
    set_mode(&sandbox.path("t.ndjson"), 0o640);
    let arguments = ["--concurrency", "1", "--report", "r.json", "-o", "t.ndjson"];
    let child = start(&sandbox, &list(&arguments));
    wait_for_request_number(&simulator.account("agency"), 3);
    let temporary: Vec<_> = names(&sandbox)
        .into_iter()
        .filter(|name| name.starts_with(".tenancy-"))
        .collect();
    assert_eq!(temporary.len(), 2);
    for name in &temporary {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    signal(&child, "TERM");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(143));
    assert_eq!(
        mode("t.ndjson"),
        0o640,
        "a file that is replaced keeps its mode"
    );
    assert_eq!(
        mode("r.json"),
        mode("usual"),
        "the umask applies to a new file"
    );
}

#[test]
fn the_third_signal_ends_a_query_that_never_ends() {
    let (simulator, sandbox) = serve([numbered("agency").population(3, 1)]);
    let mut child = start(&sandbox, &list(&["--query", "last(repeat(1))"]));
    wait_for_request(&simulator.account("agency"));
    // Signals that arrive together count as one.
    let status = (0..10_000).find_map(|_| {
        signal(&child, "INT");
        child.try_wait().unwrap()
    });
    assert_eq!(status.unwrap().code(), Some(130));
}
