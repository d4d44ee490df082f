//! Where the output goes, and what ends it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc;

use crate::sandbox::*;

#[test]
fn tenants_are_passed_on_as_they_arrive() {
    let (simulator, sandbox) = serve([
        cursors("slow").population(1, 1),
        numbered("quick").population(2, 1),
    ]);
    simulator.account("slow").hold();
    let mut child = start(&sandbox, &list(&[]));
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
    let (simulator, sandbox) = serve([numbered("agency").population(5000, 1)]);
    let account = simulator.account("agency");
    account.hold();
    let mut child = start(&sandbox, &list(&["--report", "r.json"]));
    drop(child.stdout.take());
    account.release_all();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let report = sandbox.report();
    assert_eq!(report["complete"], false);
    assert_eq!(report["sources"][0]["error"], "the output was closed");
    let requests = account.requests().len();
    assert!(requests < 25, "{requests} of 50 pages were asked for");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_at_once_with_the_report_written() {
    let (simulator, sandbox) = serve([
        numbered("agency").population(150, 1),
        cursors("other").population(2, 1),
    ]);
    let account = simulator.account("agency");
    account.hold();
    let child = start(&sandbox, &list(&["--report", "r.json"]));
    wait_for_request(&account);
    interrupt(&child);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(130));
    assert!(
        ran.stderr
            .contains(": 0 tenants, incomplete: interrupted\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(sandbox.report()["sources"][0]["error"], "interrupted");
    assert_eq!(sandbox.report()["complete"], false);
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_heard_while_nobody_reads_the_output() {
    let (simulator, sandbox) = serve([one_body("agency").population(20_000, 1)]);
    let mut child = start(&sandbox, &list(&["--report", "r.json"]));
    // The list is longer than the pipe and all buffers: the first line shows that it is being written.
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(sandbox.report()["sources"][0]["error"], "interrupted");
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
    let sandbox = Sandbox::new();
    let output = sandbox
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
    let unheard = sandbox
        .command(&["list", "--verbose"])
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(
        unheard.code(),
        Some(2),
        "a message that cannot be written is no reason to panic"
    );
    let unheard = sandbox
        .command(&["list", "--demo", "--verbose"])
        .stdout(Stdio::null())
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(unheard.code(), Some(0));
}

#[test]
fn quiet_and_verbose() {
    let sandbox = Sandbox::new();
    let quiet = sandbox.run(&["list", "--demo", "-q"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    let verbose = sandbox.run(&[
        "list",
        "--demo",
        "-v",
        "--account",
        &demo_account(numbered_provider()),
    ]);
    let requests: Vec<_> = verbose
        .stderr
        .lines()
        .filter(|line| line.contains("operation="))
        .collect();
    assert!(!requests.is_empty(), "{}", verbose.stderr);
    let account = format!("account=\"{}\"", demo_account(numbered_provider()));
    for part in ["GET", "200", "http://127.0.0.1:", "page=1", &account] {
        assert!(requests[0].contains(part), "{part}: {}", requests[0]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_to_standard_output_comes_after_the_list() {
    let sandbox = Sandbox::new();
    let file = || fs::File::create(sandbox.path("out")).unwrap();
    let arguments = [
        "list",
        "--demo",
        "--account",
        &demo_account(numbered_provider()),
        "--report",
        "/dev/stdout",
    ];
    assert!(
        sandbox
            .command(&arguments)
            .stdout(file())
            .status()
            .unwrap()
            .success()
    );
    let written = fs::read_to_string(sandbox.path("out")).unwrap();
    let (tenants, report) = written.split_once("\n{\n").unwrap();
    assert!(tenants.lines().all(|line| line.starts_with('{')));
    assert!(report.contains("\"complete\": true"));
}

#[test]
fn nothing_is_left_behind_but_the_report() {
    let sandbox = Sandbox::new();
    sandbox.run(&["list", "--demo", "--report", "r.json"]);
    sandbox.run(&["list", "--demo", "--format", "table", "--report", "r.json"]);
    let left = fs::read_dir(sandbox.folder.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["r.json"]);
    let report = fs::read_to_string(sandbox.path("r.json")).unwrap();
    assert!(report.ends_with("}\n"));
}

#[test]
fn no_output_replaces_what_the_run_reads_or_a_database() {
    let (_simulator, sandbox) = serve([numbered("agency").population(3, 1)]);
    let synced = |more: &[&str]| {
        let to = ["sync", "--config", "tenancy.toml", "--to", "t.db"];
        sandbox.run(&[&to[..], more].concat())
    };
    let new = synced(&["--report", "./t.db"]);
    let text = "error: --report names the database; choose another file\n";
    assert_eq!((new.code, new.stderr.as_str()), (Some(2), text));
    assert_eq!(synced(&[]).code, Some(0));
    for (option, path, why) in [
        ("--report", "t.db", "it is an SQLite database"),
        ("--output", "t.db", "it is an SQLite database"),
        ("--report", "tenancy.toml", "the accounts are read from it"),
        (
            "--output",
            "./tenancy.toml",
            "the accounts are read from it",
        ),
    ] {
        let before = fs::read(sandbox.path(path)).unwrap();
        let ran = sandbox.run(&list(&["--format", "ndjson", option, path]));
        assert_eq!(ran.code, Some(2), "{option} {path}");
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
        assert_eq!(
            fs::read(sandbox.path(path)).unwrap(),
            before,
            "{option} {path}"
        );
    }
}

#[test]
fn the_list_and_its_report_need_two_files() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    let refused = |output: &str, report: &str| {
        let ran = sandbox.run(&["list", "--demo", "-o", output, "--report", report]);
        let same =
            "error: --output and --report name the same file; choose another one for the report\n";
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (Some(2), same),
            "{output} {report}"
        );
    };
    refused("t.ndjson", "t.ndjson");
    refused("t.ndjson", "folder/../t.ndjson");
    #[cfg(unix)]
    {
        fs::write(sandbox.path("t.ndjson"), "before").unwrap();
        std::os::unix::fs::symlink(sandbox.path("t.ndjson"), sandbox.path("link")).unwrap();
        refused("link", "t.ndjson");
    }
}

#[test]
fn an_output_that_is_not_a_file_of_a_known_format_is_refused_or_understood() {
    let sandbox = Sandbox::new();
    let demo = |output: &str| sandbox.run(&["list", "--demo", "--quiet", "-o", output]);
    let refused = |output: &str, error: &str| {
        let ran = demo(output);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{output}");
        assert_eq!(ran.stderr, format!("error: {error}\n"));
        assert!(!sandbox.path(output).exists());
    };
    let word = "--output takes a file, and `json` is a format; use --format json, or ./json for a file of that name";
    refused("json", word);
    for (name, extension) in [("x.parquet", "parquet"), ("x.xlsx", "xlsx")] {
        let error = format!(
            "cannot tell the format from `.{extension}`: end the name of --output in one of .txt, .json, .ndjson, \
             .jsonl, .csv, .yaml, .yml, or add --format"
        );
        refused(name, &error);
    }
    let stdout = demo("-");
    assert_eq!(stdout.code, Some(0));
    assert!(!stdout.ids().is_empty() && !sandbox.path("-").exists());
    for name in ["./json", "t.jsonl", "T.NDJSON", "plain"] {
        assert_eq!(demo(name).code, Some(0), "{name}");
        assert!(sandbox.path(name).exists());
    }
    let named = [
        "list", "--demo", "--quiet", "--format", "csv", "-o", "x.xlsx",
    ];
    assert_eq!(sandbox.run(&named).code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_standard_output_that_cannot_be_written_is_no_success() {
    let sandbox = Sandbox::new();
    for (arguments, code) in [(&["list", "--demo", "-q"][..], 3), (&["providers"], 1)] {
        // Open for reading only.
        let stdout = fs::File::open("/dev/null").unwrap();
        let output = sandbox.command(arguments).stdout(stdout).output().unwrap();
        let ran = Ran::from(output);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("Bad file descriptor"), "{}", ran.stderr);
    }
}
