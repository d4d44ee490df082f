//! Hostile and broken servers: nothing hangs, memory stays bounded, and nothing that arrived is lost. Writes `docs/survive.md`.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]
#![cfg(target_os = "linux")]

mod cases;
#[allow(dead_code, reason = "shared with the command's other tests")]
#[path = "../support/sandbox.rs"]
mod sandbox;
mod server;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use tenancy::providers::Paging as Style;
use tenancy::providers::{ALL, Descriptor};

use cases::{Case, Paging};
use sandbox::{Sandbox, account, without_port};
use server::Server;

/// The most memory that a run may take, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;
/// A run may end before its memory is measured if it takes less than this.
const UNMEASURED: Duration = Duration::from_secs(1);
/// How much longer than its deadline a run may take in a debug build on a busy machine.
const SLACK: Duration = Duration::from_secs(60);
/// How much longer than its deadline it may wait for a server that stalls or drips.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many cases run at once.
const WORKERS: usize = 12;

/// What a case came to.
#[derive(Debug)]
struct Outcome {
    code: Option<i32>,
    tenants: usize,
    certainty: String,
    error: String,
    requests: u64,
    peak: u64,
    elapsed: Duration,
    /// How long it waited for a server that stalled or dripped.
    waited: Duration,
}

#[test]
fn nothing_hangs_leaks_or_loses_what_arrived() {
    let cases = cases::all();
    let mut queue: Vec<_> = (0..cases.len()).collect();
    // Those that keep the machine busy come last.
    queue.sort_by_key(|at| cases[*at].timeout);
    let queue = Mutex::new(VecDeque::from(queue));
    let outcomes: Mutex<Vec<Option<Outcome>>> = Mutex::new(cases.iter().map(|_| None).collect());
    let only = std::env::var("SURVIVE_ONLY").ok();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(index) = queue.lock().unwrap().pop_front() else {
                        return;
                    };
                    let case = &cases[index];
                    if only.as_ref().is_none_or(|only| case.sends.contains(only)) {
                        outcomes.lock().unwrap()[index] = Some(run(case));
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let ran = || {
        let rows = cases.iter().zip(&outcomes);
        rows.filter_map(|(case, outcome)| Some((case, outcome.as_ref()?)))
    };
    for (case, outcome) in ran() {
        eprintln!("{}: {outcome:?}", case.sends);
    }
    for (case, outcome) in ran() {
        check(case, outcome);
    }
    if only.is_none() {
        document(&ran().collect::<Vec<_>>());
    }
}

fn check(case: &Case, outcome: &Outcome) {
    let sends = case.sends;
    assert!(outcome.peak <= MOST_MEMORY, "{sends}: {} KiB", outcome.peak);
    assert!(
        outcome.peak > 0 || outcome.elapsed < UNMEASURED,
        "{sends}: its memory was not measured"
    );
    let longest =
        Duration::from_secs(case.timeout) * u32::try_from(outcome.requests.max(1)).unwrap();
    assert!(
        outcome.elapsed < longest + SLACK,
        "{sends}: {:?}",
        outcome.elapsed
    );
    assert!(
        outcome.waited < Duration::from_secs(case.timeout) + PATIENCE,
        "{sends}: {:?}",
        outcome.waited
    );
    match outcome.code {
        Some(0) => assert_eq!(outcome.tenants, case.tenants(), "{sends}"),
        Some(1 | 3) => assert!(!outcome.error.is_empty(), "{sends}"),
        other => panic!("{sends}: exit code {other:?}"),
    }
}

/// The first provider whose list is cut like this.
pub(crate) fn provider(paging: Paging) -> &'static Descriptor {
    let is_it = |style: &Style| match paging {
        Paging::OneBody => matches!(style, Style::OneBody),
        Paging::Numbered => matches!(style, Style::Ranks { .. }),
    };
    let mut providers = ALL.iter();
    providers
        .find(|provider| is_it(&provider.capabilities.paging))
        .unwrap()
}

/// Credentials of the provider's, in TOML.
fn credentials(provider: &Descriptor) -> String {
    let fields = provider.credentials.iter();
    let fields = fields.map(|field| {
        let value = if field.secret { "sk-1" } else { field.example };
        format!("{} = \"{value}\"\n", field.key)
    });
    fields.collect()
}

fn run(case: &Case) -> Outcome {
    let server = Server::start(case.answer);
    let provider = provider(case.paging);
    let base_url = (case.base_url)(server.port);
    let configuration = account("agency", provider.name, &base_url, &credentials(provider));
    let mut sandbox = Sandbox::configured(&configuration);
    if base_url.ends_with(".invalid") {
        sandbox = sandbox.with("HTTPS_PROXY", &format!("http://127.0.0.1:{}", server.port));
    }
    let (timeout, retries) = (case.timeout.to_string(), case.retries.to_string());
    let begun = Instant::now();
    let mut arguments = sandbox::list(&[
        "--timeout",
        &timeout,
        "--max-retries",
        &retries,
        "--report",
        "r.json",
        "--quiet",
    ]);
    arguments.extend(case.raw.then_some("--raw"));
    let (code, peak) = measured(&sandbox, &arguments);
    let elapsed = begun.elapsed();
    let report = sandbox.report();
    let source = &report["sources"][0];
    let text = |name: &str| source[name].as_str().unwrap_or_default().to_owned();
    Outcome {
        code,
        tenants: fs::read_to_string(sandbox.path("out"))
            .unwrap()
            .lines()
            .count(),
        certainty: text("certainty"),
        error: without_port(&text("error"), server.port),
        requests: source["requests"].as_u64().unwrap(),
        peak,
        elapsed,
        waited: server.waited(),
    }
}

/// Runs the command, and returns its exit code and the most memory that it took, in KiB. Its outputs go to the files `out` and
/// `err`.
fn measured(sandbox: &Sandbox, arguments: &[&str]) -> (Option<i32>, u64) {
    let file = |name| fs::File::create(sandbox.path(name)).unwrap();
    let mut child = sandbox
        .command(arguments)
        .stdout(file("out"))
        .stderr(file("err"))
        .spawn()
        .unwrap();
    let status = Path::new("/proc")
        .join(child.id().to_string())
        .join("status");
    let (ended, end) = channel();
    thread::scope(|scope| {
        scope.spawn(move || ended.send(child.wait().unwrap().code()));
        let mut peak = 0;
        loop {
            // The peak never falls, so that only the last moments can be missed.
            peak = peak.max(high_water_mark(&status));
            match end.recv_timeout(Duration::from_millis(5)) {
                Ok(code) => return (code, peak),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("the command was not waited for"),
            }
        }
    })
}

/// The most memory that the command has taken in a process, in KiB; 0 before it begins and after it has ended.
///
/// A process that is spawned shares this test's memory until the command replaces it, perhaps after `spawn` has returned.
fn high_water_mark(status: &Path) -> u64 {
    let status = fs::read_to_string(status).unwrap_or_default();
    if !status.starts_with("Name:\ttenancy\n") {
        return 0;
    }
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.map_or(0, |kib| kib.trim().parse().unwrap())
}

/// Tenants of a megabyte, all of which the second run finds changed.
#[test]
fn large_tenants_are_recorded_in_little_memory() {
    let server = Server::start(|exchange| {
        let letter = if exchange.number == 1 { "a" } else { "b" };
        let name = letter.repeat(1_000_000);
        let records = (1..=60).map(|id| format!("{{\"id\":{id},\"name\":\"{name}\"}}"));
        let body = cases::records(&records.collect::<Vec<_>>().join(","));
        exchange.respond("200 OK", body)
    });
    let provider = provider(Paging::OneBody);
    let base_url = format!("http://127.0.0.1:{}", server.port);
    let sandbox = Sandbox::configured(&account(
        "agency",
        provider.name,
        &base_url,
        &credentials(provider),
    ));
    let sync = ["sync", "--config", "tenancy.toml", "--to", "t.db"];
    for changes in ["60 created", "60 changed"] {
        let (code, peak) = measured(&sandbox, &sync);
        let said = fs::read_to_string(sandbox.path("err")).unwrap();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(changes), "{said}");
        assert!(peak <= MOST_MEMORY, "{changes}: {peak} KiB");
    }
}

#[test]
fn endless_files_are_refused() {
    let sandbox = Sandbox::new();
    let file = fs::File::create(sandbox.path("huge")).unwrap();
    file.set_len(1 << 30).unwrap();
    let key = "[[account]]\nname = \"a\"\n";
    let provider = provider(Paging::OneBody);
    let fields = provider.credentials.iter();
    let fields: String = fields
        .map(|field| format!("{} = {{ file = \"/dev/zero\" }}\n", field.key))
        .collect();
    let configuration = format!("{key}provider = \"{}\"\n{fields}", provider.name);
    sandbox::write_private(&sandbox.path("zero.toml"), configuration);
    for config in ["huge", "zero.toml"] {
        let (code, peak) = measured(&sandbox, &["list", "--config", config]);
        let said = fs::read_to_string(sandbox.path("err")).unwrap();
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("it is larger than 4 MiB"), "{said}");
        assert!(peak <= MOST_MEMORY, "{config}: {peak} KiB");
    }
}

#[test]
fn the_memory_of_this_test_is_not_the_commands() {
    let own = Path::new("/proc/self/status");
    assert!(fs::read_to_string(own).unwrap().contains("VmHWM:"));
    assert_eq!(high_water_mark(own), 0);
}

const INTRODUCTION: &str = "\
# What we survive

This page shows how `tenancy list --timeout 2` ends when a server stalls, floods, lies or breaks off (`--timeout 300` for large
bodies). Each row is one run of the command against a raw socket. The test, `crates/tenancy-cli/tests/survive`, also asserts:

- Each run takes at most 64 MiB of memory.
- No run waits longer than its timeout and two seconds for a server that stalls or drips.
- Each run ends within the timeouts of its requests, plus a minute for a slow machine.
- Exit code 0 means that every tenant was listed. With any other exit code, the report has an error.

A request is abandoned when its head, or 1 KiB of its body, does not arrive within the timeout. The body of an error is read for one
timeout in all. Exit code 0 is a complete list, 1 a list that failed, and 3 a list with tenants missing. The list is one body, unless
the row mentions pages.

Memory grows with the number of tenants, whoever sends them: `list` keeps a fingerprint of each, `--sort` and a table keep the rows,
and a checkpoint of `sync` holds all fingerprints. [BENCHMARKS.md](../BENCHMARKS.md#memory-by-tenants) has the figures. A list of
ever-new tenants ends after 50 million records.

A PostgreSQL server is trusted further than a provider, because it is the operator's own: each answer has a deadline, but its size has
no limit. A real answer may have a checkpoint of hundreds of megabytes, and a server that sends more than that, such as notices without
end, fills the memory until the deadline.
";

fn document(rows: &[(&Case, &Outcome)]) {
    let mut text = INTRODUCTION.to_owned();
    let mut phase = "";
    for (case, outcome) in rows {
        if case.phase != phase {
            phase = case.phase;
            let head = "| the server sends | requests | exit | tenants | certainty | the report's error |\n|---|---|---|---|---|---|";
            writeln!(text, "\n## {phase}\n\n{head}").unwrap();
        }
        writeln!(
            text,
            "| {} | {} | {} | {} of {} | {} | {} |",
            case.sends,
            outcome.requests,
            outcome.code.unwrap(),
            outcome.tenants,
            case.tenants(),
            outcome.certainty,
            outcome.error.replace('|', "\\|"),
        )
        .unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/survive.md");
    if std::env::var_os("SURVIVE_UPDATE").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let written = fs::read_to_string(path).unwrap();
    let differs = |(old, new): &(&str, &str)| old != new;
    let line = written.lines().zip(text.lines()).find(differs);
    assert!(
        written == text,
        "docs/survive.md is out of date, first here: {line:#?}; SURVIVE_UPDATE=1 writes it"
    );
}
