//! On what was measured, and when.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use super::program::run;
use crate::tasks::TaskError;

/// One line about the machine, the compiler and the day.
pub(super) fn describe(optimised: bool) -> Result<String, TaskError> {
    let day = run(Command::new("date").args(["-u", "+%F"]))?;
    let cores = available_parallelism().map_or(1, usize::from);
    let profile = if optimised { "release" } else { "debug" };
    Ok(format!(
        "{}, {}, {cores} cores, {} ({profile} build)",
        day.trim(),
        processor(),
        compiler()?
    ))
}

/// The compiler that builds the workspace, e.g. `rustc 1.95.0`.
pub(super) fn compiler() -> Result<String, TaskError> {
    let version = run(Command::new("rustc").arg("--version"))?;
    let words: Vec<&str> = version.split_whitespace().take(2).collect();
    Ok(words.join(" "))
}

fn processor() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, name)| name)
        .to_owned()
}
