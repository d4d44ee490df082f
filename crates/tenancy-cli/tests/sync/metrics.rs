//! `sync --metrics`: what Prometheus is told.

use std::fs;
use std::process::Command;

use super::*;

/// The metrics without times and durations, which differ each time.
fn without_times(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("_seconds") {
        Some((name, rest)) if !line.starts_with('#') => {
            let (labels, value) = rest.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().unwrap() >= 0.0, "{line}");
            format!("{name}_seconds{labels} NUMBER\n")
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn prometheus_is_told_of_each_account() {
    on_each_database("metrics", |database| {
        let (simulator, sandbox) = serve([
            agency("agency", 4),
            agency("a, b", 2),
            cursors("brands").forbidden(),
        ]);
        let account = simulator.account("agency");
        let ids = account.ids();
        account.population(|population| population.set_status(&ids[1], Status::Suspended));
        sync(&sandbox, database, &["--account", "a, b"]);
        fs::write(sandbox.path("tenancy.prom"), "before\n").unwrap();
        let arguments = ["--exclude-account", "a, b", "--metrics", "tenancy.prom"];
        let ran = sync(&sandbox, database, &arguments);
        assert_eq!(ran.code, Some(3), "{}", ran.stderr);
        let text = fs::read_to_string(sandbox.path("tenancy.prom")).unwrap();
        insta::assert_snapshot!("metrics", without_times(&text));
        check(&text);
    });
}

/// Has Prometheus' own tool look for mistakes, if there is one.
fn check(text: &str) {
    use std::io::Write;
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped());
    let Ok(mut tool) = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    else {
        eprintln!(
            "!!! SKIPPED, because there is no promtool: the metrics as Prometheus reads them"
        );
        return;
    };
    tool.stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let ran = tool.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.is_empty(), "{said}");
}
