//! Starts the server and each subject in its own process, and takes medians over rounds.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

use serde::Serialize;

use crate::Failure;
use crate::meter::Sample;
use crate::server::{Endpoint, Plan};
use crate::subjects::{Run, Subject};

/// A running server. Dropping it ends it.
pub(crate) struct Server {
    child: Child,
    pub(crate) endpoint: Endpoint,
}

impl Server {
    pub(crate) fn start(provider: &str, records: u32, latency_ms: u64) -> Result<Self, Failure> {
        let mut child = Command::new(env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let plan = Plan {
            provider: provider.to_owned(),
            records,
            latency_ms,
        };
        give(&mut child, &plan)?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self {
            endpoint: serde_json::from_str(&line)?,
            child,
        })
    }

    /// Describes a run against this server.
    pub(crate) fn run(&self, subject: Subject, page_size: u32) -> Run {
        Run {
            subject,
            endpoint: self.endpoint.clone(),
            page_size,
            accounts: 1,
            passes: 1,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves until its standard input ends.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Runs the subjects in turns, so that a disturbance hits all alike, and returns the median of each.
///
/// The first subject runs once unmeasured, so that the server has every body in memory.
///
/// # Errors
/// A subject fails, or lists something else than the first one.
pub(crate) fn compare(runs: &[Run], rounds: usize) -> Result<Vec<Sample>, Failure> {
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); runs.len()];
    let expected = sample(&runs[0])?;
    for _ in 0..rounds {
        for (run, samples) in runs.iter().zip(&mut samples) {
            let sample = sample(run)?;
            // Several accounts arrive in any order.
            let same_ids = sample.ids == expected.ids || run.accounts > 1;
            if sample.records != expected.records || !same_ids {
                return Err(format!(
                    "{:?} and {:?} list different tenants at {}",
                    run.subject, runs[0].subject, run.endpoint.provider
                )
                .into());
            }
            samples.push(sample);
        }
    }
    Ok(samples.into_iter().map(median).collect())
}

fn sample(run: &Run) -> Result<Sample, Failure> {
    let mut command = if run.subject == Subject::Python {
        let mut command = Command::new(PYTHON);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/requests_loop.py"));
        command
    } else {
        let mut command = Command::new(env::current_exe()?);
        command.arg("run");
        command
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    give(&mut child, run)?;
    drop(child.stdin.take());
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("{:?} failed: {}", run.subject, output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Writes one line of JSON to a child, whose standard input stays open.
fn give(child: &mut Child, task: &impl Serialize) -> Result<(), Failure> {
    let input = child.stdin.as_mut().ok_or("the child has no input")?;
    writeln!(input, "{}", serde_json::to_string(task)?)?;
    Ok(input.flush()?)
}

/// Takes the median of each figure.
fn median(samples: Vec<Sample>) -> Sample {
    let middle = |figure: fn(&Sample) -> f64| {
        let mut figures: Vec<f64> = samples.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        (figures[(figures.len() - 1) / 2] + figures[figures.len() / 2]) / 2.0
    };
    Sample {
        wall: middle(|sample| sample.wall),
        cpu: middle(|sample| sample.cpu),
        first: middle(|sample| sample.first),
        peak: middle(|sample| sample.peak as f64) as u64,
        ..samples[0].clone()
    }
}

const PYTHON: &str = "python3";

/// Whether there is a Python with requests.
pub(crate) fn has_python() -> bool {
    Command::new(PYTHON)
        .args(["-c", "import requests"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Describes the day, the machine and the build in one line.
pub(crate) fn machine() -> Result<String, Failure> {
    let output = |program: &str, argument: &str| -> Result<String, Failure> {
        let output = Command::new(program).arg(argument).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let processor = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    let version = output("rustc", "--version")?;
    let version = version.split(" (").next().unwrap_or_default();
    let profile = if cfg!(debug_assertions) {
        "debug build, figures meaningless"
    } else {
        "release build"
    };
    Ok(format!(
        "{}, {processor}, {} cores, {version}, {profile}",
        output("date", "+%F")?,
        thread::available_parallelism()?,
    ))
}
