//! How many instructions the decode path takes, counted by callgrind and held against a checked-in file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::machine::compiler;
use super::markdown::{Table, count, ratio};
use super::program::{Programs, run};
use crate::tasks::TaskError;

type Result<T> = std::result::Result<T, TaskError>;

/// Where the counts are kept.
const FILE: &str = "crates/bench/instructions.json";
/// How far a count may be from the one that is kept.
const TOLERANCE: f64 = 0.03;
/// How many records are normalised.
const RECORDS: u64 = 2_000;
/// The function whose instructions are counted, with all that it calls.
const COUNTED: &str = "*tenancy_bench*normalise*counted_region*";

/// The counts that are kept.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Kept {
    /// The compiler that they belong to: another one makes other instructions.
    compiler: String,
    /// Instructions a record, by provider and subject.
    instructions: BTreeMap<String, u64>,
}

/// What a comparison with the kept counts came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The counts are within the tolerance, or were written.
    Good,
    /// There is nothing to compare: no valgrind, or the counts are of another compiler.
    Skipped,
}

/// Counts the instructions of the decode path and prints them; `check` holds them against those that are kept, otherwise
/// they are kept.
///
/// # Errors
/// A program cannot be built or fails, or a count is more than three in a hundred from the one that is kept.
pub fn instructions(root: &Path, check: bool) -> Result<Checked> {
    let has_valgrind = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_valgrind {
        eprintln!("SKIPPED: instructions are counted by valgrind, which is not installed");
        return Ok(Checked::Skipped);
    }
    let programs = Programs::build(root, true)?;
    let counted = Kept {
        compiler: compiler()?,
        instructions: count_all(&programs)?,
    };
    print!("{}", table(&counted.instructions));
    let path = root.join(FILE);
    let failed = |source| TaskError::File {
        path: path.display().to_string(),
        source,
    };
    if !check {
        let mut text = serde_json::to_string_pretty(&counted).unwrap_or_default();
        text.push('\n');
        fs::write(&path, text).map_err(failed)?;
        return Ok(Checked::Good);
    }
    let kept: Kept = serde_json::from_str(&fs::read_to_string(&path).map_err(failed)?)
        .map_err(|error| TaskError::Usage(format!("{FILE}: {error}")))?;
    if kept.compiler != counted.compiler {
        eprintln!(
            "SKIPPED: the instructions in {FILE} are those of {}, and this is {}: \
             `cargo xtask instructions` on the commit before tells what a change costs",
            kept.compiler, counted.compiler
        );
        return Ok(Checked::Skipped);
    }
    let differences = differences(&kept.instructions, &counted.instructions);
    if differences.is_empty() {
        return Ok(Checked::Good);
    }
    Err(TaskError::Program {
        program: "cargo xtask instructions --check".to_owned(),
        reason: format!(
            "{}; if that is meant, run `cargo xtask instructions` and commit {FILE}",
            differences.join("; ")
        ),
    })
}

fn count_all(programs: &Programs) -> Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for provider in ["omnidim", "layers", "vobiz"] {
        let bodies = programs.bodies(provider, RECORDS)?;
        for subject in ["ours", "plain"] {
            let instructions = count_one(programs, provider, subject, &bodies)?;
            counts.insert(format!("{provider} {subject}"), instructions / RECORDS);
        }
    }
    Ok(counts)
}

fn count_one(programs: &Programs, provider: &str, subject: &str, bodies: &Path) -> Result<u64> {
    let output = bodies.with_extension("callgrind");
    run(Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", output.display()))
        .arg(programs.timed())
        .args([
            "normalise",
            "--provider",
            provider,
            "--subject",
            subject,
            "--bodies",
        ])
        .arg(bodies))?;
    let told = fs::read_to_string(&output).map_err(|source| TaskError::File {
        path: output.display().to_string(),
        source,
    })?;
    total(&told).ok_or_else(|| TaskError::Program {
        program: "callgrind".to_owned(),
        reason: format!("counted no instruction of {COUNTED}"),
    })
}

/// The total in callgrind's output.
fn total(told: &str) -> Option<u64> {
    let total = told.lines().find_map(|line| {
        line.strip_prefix("totals:")
            .or(line.strip_prefix("summary:"))
    })?;
    total.trim().parse().ok().filter(|total| *total > 0)
}

fn differences(kept: &BTreeMap<String, u64>, counted: &BTreeMap<String, u64>) -> Vec<String> {
    let names = kept
        .keys()
        .chain(counted.keys().filter(|name| !kept.contains_key(*name)));
    names
        .filter_map(|name| match (kept.get(name), counted.get(name)) {
            (Some(kept), Some(counted)) => {
                let change = *counted as f64 / *kept as f64 - 1.0;
                (change.abs() > TOLERANCE).then(|| {
                    format!(
                        "{name}: {} instructions a record, {:+.1} %",
                        count(*counted),
                        change * 100.0
                    )
                })
            }
            (Some(_), None) => Some(format!("{name} is kept and was not counted")),
            (None, _) => Some(format!("{name} was counted and is not kept")),
        })
        .collect()
}

fn table(counts: &BTreeMap<String, u64>) -> String {
    let mut table = Table::new(&[
        "instructions a record",
        "tenancy",
        "plain structs (a)",
        "to the floor",
    ]);
    for provider in ["omnidim", "layers", "vobiz"] {
        let of = |subject: &str| {
            counts
                .get(&format!("{provider} {subject}"))
                .copied()
                .unwrap_or_default()
        };
        let (ours, plain) = (of("ours"), of("plain"));
        table.row(&[
            provider.to_owned(),
            count(ours),
            count(plain),
            ratio(ours as f64, plain as f64),
        ]);
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_move_by_three_in_a_hundred() {
        let counts = |ours: u64| BTreeMap::from([("a".to_owned(), ours)]);
        assert!(differences(&counts(1_000), &counts(1_029)).is_empty());
        assert_eq!(
            differences(&counts(1_000), &counts(1_031)),
            ["a: 1,031 instructions a record, +3.1 %"]
        );
        assert_eq!(
            differences(&counts(1_000), &counts(900)).len(),
            1,
            "faster is a change as well"
        );
        assert_eq!(
            differences(&BTreeMap::new(), &counts(1)),
            ["a was counted and is not kept"]
        );
        assert_eq!(
            differences(&counts(1), &BTreeMap::new()),
            ["a is kept and was not counted"]
        );
    }

    #[test]
    fn reads_what_callgrind_tells() {
        assert_eq!(total("events: Ir\nsummary: 42\n"), Some(42));
        assert_eq!(total("totals: 7\n"), Some(7));
        assert_eq!(total("summary: 0\n"), None, "nothing was collected");
        assert_eq!(total("events: Ir\n"), None);
    }
}
