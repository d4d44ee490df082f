//! `list --output`, and `list --resume > FILE`.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::*;

#[test]
fn a_list_in_parts_has_every_tenant_once() {
    let (kills, mut rng) = plan();
    let world = World::new();
    let (mut killed, mut rounds) = (BTreeMap::new(), 0);
    while killed.values().sum::<u64>() < kills {
        world.round(&mut rng, &mut killed);
        rounds += 1;
        assert!(rounds < 4 * kills, "only {killed:?} could be ended");
    }
    println!("{rounds} lists, ended by a signal: {killed:?}");
}

/// The providers, and what an uninterrupted list has.
struct World {
    simulator: Simulator,
    sandbox: Sandbox,
    all: Vec<String>,
    requests: u64,
}

/// A run of a list in parts: its files, and the report that it resumes.
struct Part {
    output: String,
    report: String,
    resume: Option<String>,
}

impl World {
    fn new() -> Self {
        let (simulator, sandbox) = providers();
        let mut world = Self {
            simulator,
            sandbox,
            all: Vec::new(),
            requests: 0,
        };
        let whole = Part::new(0, None);
        assert!(world.start(&whole).wait().unwrap().success());
        world.requests = world.simulator.stats().requests;
        world.all = world.lines(&whole);
        world.all.sort();
        world
    }

    fn start(&self, part: &Part) -> Child {
        let mut arguments = vec!["list", "--config", "tenancy.toml", "--quiet"];
        arguments.extend(["--report", &part.report]);
        match &part.resume {
            None => arguments.extend(["--output", &part.output]),
            Some(earlier) => arguments.extend(["--format", "ndjson", "--resume", earlier]),
        }
        let mut command = self.sandbox.command(&arguments);
        if part.resume.is_some() {
            // The rest of a list goes to standard output.
            let output = fs::File::create(self.sandbox.path(&part.output)).unwrap();
            command.stdout(output);
        }
        command.stderr(Stdio::inherit()).spawn().unwrap()
    }

    /// Lists in parts, each of which resumes the one before, until nothing is missing.
    fn round(&self, rng: &mut Rng, killed: &mut BTreeMap<String, u64>) {
        self.clear();
        let mut kills_left = rng.u32(1..=4);
        let mut listed = Vec::new();
        let mut part = Part::new(0, None);
        for number in 1.. {
            let signalled = kills_left > 0;
            let (ended, kind) = if signalled {
                kills_left -= 1;
                self.kill(&part, listed.len(), rng)
            } else {
                (self.start(&part).wait().unwrap(), None)
            };
            if let Some(kind) = &kind {
                *killed.entry(kind.clone()).or_default() += 1;
            } else {
                assert!(ended.success(), "{ended}");
            }
            let Some(report) = self.report(&part) else {
                // As a user would: it is run again, and its file, if it is there, replaced.
                assert!(kind.is_some(), "no report, although it ended by itself");
                continue;
            };
            listed.extend(self.lines(&part));
            self.check(&report, &listed, kind.is_some());
            if report["complete"] == true {
                break;
            }
            part = Part::new(number, Some(part.report));
        }
        listed.sort();
        assert!(
            listed == self.all,
            "{} tenants, not {}",
            listed.len(),
            self.all.len()
        );
        self.check_names();
    }

    /// Ends a run at a moment that is counted in requests, or a little later. Returns how, and of which kind if it was ended.
    fn kill(&self, part: &Part, listed: usize, rng: &mut Rng) -> (ExitStatus, Option<String>) {
        let mut child = self.start(part);
        let missing = (self.all.len() - listed) as u64;
        let requests_left = self.requests * missing / self.all.len() as u64;
        let moment = self.simulator.stats().requests + rng.u64(0..=requests_left);
        let mut later = rng.u32(0..200);
        let (status, by_signal) = end(&mut child, rng, || {
            let passed = self.simulator.stats().requests >= moment;
            later -= u32::from(passed && later > 0);
            passed && later == 0
        });
        let command = if part.resume.is_some() {
            "--resume"
        } else {
            "--output"
        };
        (status, by_signal.then(|| format!("{command}, {status}")))
    }

    fn report(&self, part: &Part) -> Option<Value> {
        let text = fs::read_to_string(self.sandbox.path(&part.report)).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }

    /// The lines of a part; none if it listed nothing.
    fn lines(&self, part: &Part) -> Vec<String> {
        let text = fs::read_to_string(self.sandbox.path(&part.output)).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().map(str::to_owned).collect()
    }

    /// A report claims what is in the files, and no more.
    fn check(&self, report: &Value, listed: &[String], was_ended: bool) {
        let sources = report["sources"].as_array().unwrap();
        let counted: u64 = sources
            .iter()
            .map(|source| source["tenants"].as_u64().unwrap())
            .sum();
        assert_eq!(counted, listed.len() as u64, "{report:#}");
        assert_ne!(report["delivered"], false, "{report:#}");
        if report["complete"] == true {
            assert_eq!(listed.len(), self.all.len());
        } else {
            assert!(was_ended, "{report:#}");
        }
    }

    fn clear(&self) {
        for entry in fs::read_dir(self.sandbox.folder.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name() != "tenancy.toml" {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// Only the files that were asked for are left.
    fn check_names(&self) {
        for entry in fs::read_dir(self.sandbox.folder.path()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.starts_with('.'), "{name} was left behind");
        }
    }
}

impl Part {
    fn new(number: u64, resume: Option<String>) -> Self {
        Self {
            output: format!("part{number}.ndjson"),
            report: format!("r{number}.json"),
            resume,
        }
    }
}
