//! Measures one run: wall time, processor time, time to the first record, and peak memory.

use std::fmt::{self, Display, Write};
use std::fs;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use flate2::Crc;
use serde::{Deserialize, Serialize};

use crate::Failure;

/// The figures of one run, as a child process prints them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Sample {
    pub(crate) records: u64,
    /// A checksum of the identities in order: every subject must list the same.
    pub(crate) ids: u32,
    /// Seconds, like the next two.
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) first: f64,
    /// The largest resident set of the process, in KiB.
    pub(crate) peak: u64,
    #[serde(default)]
    pub(crate) requests: u64,
    #[serde(default)]
    pub(crate) bytes: u64,
}

/// Receives the records of one subject.
pub(crate) struct Meter {
    began: Instant,
    processor: ProcessTime,
    first: Option<Duration>,
    records: u64,
    ids: Sum,
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            first: None,
            records: 0,
            ids: Sum(Crc::new()),
            requests: 0,
            bytes: 0,
            processor: ProcessTime::now(),
            began: Instant::now(),
        }
    }

    /// Counts a record and drops it.
    pub(crate) fn take<T>(&mut self, id: impl Display, record: T) {
        self.first.get_or_insert_with(|| self.began.elapsed());
        self.records += 1;
        // A checksum accepts everything.
        let _ = writeln!(self.ids, "{id}");
        std::hint::black_box(record);
    }

    /// Returns the figures of one of `passes` equal passes.
    pub(crate) fn stop(self, passes: u32) -> Result<Sample, Failure> {
        let wall = self.began.elapsed().as_secs_f64();
        let cpu = self.processor.elapsed().as_secs_f64();
        Ok(Sample {
            records: self.records / u64::from(passes),
            ids: self.ids.0.sum(),
            wall: wall / f64::from(passes),
            cpu: cpu / f64::from(passes),
            first: self.first.ok_or("no record was listed")?.as_secs_f64(),
            peak: peak()?,
            requests: self.requests,
            bytes: self.bytes,
        })
    }
}

struct Sum(Crc);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

fn peak() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("/proc/self/status has no VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
