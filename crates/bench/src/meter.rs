//! What a subject's run cost: wall time, processor time, allocations, memory, and the time to the first tenant.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cpu_time::ProcessTime;
use serde::Serialize;

use crate::Failure;
use crate::digest::Digest;
use crate::told::Told;

/// What an allocator has been asked for so far.
#[derive(Clone, Copy, Debug)]
pub struct Allocated {
    /// How often.
    pub times: u64,
    /// How many bytes in all.
    pub bytes: u64,
}

/// Takes the records of one subject and measures what they cost.
pub(crate) struct Meter {
    allocated: Option<fn() -> Allocated>,
    before: Option<Allocated>,
    began: Instant,
    processor: ProcessTime,
    records: u64,
    first: Option<(Duration, SystemTime)>,
    digest: Option<Digest>,
}

/// The figures of one run.
#[derive(Debug, Serialize)]
pub(crate) struct Sample {
    /// How many records the subject gave.
    records: u64,
    wall_ns: u64,
    cpu_ns: u64,
    /// From the beginning to the first record.
    first_ns: u64,
    /// When the first record came, in nanoseconds since 1970.
    first_at: u64,
    /// The largest resident set of the process so far.
    peak_kib: u64,
    allocations: Option<u64>,
    allocated_bytes: Option<u64>,
    /// Digests of the identities in order, and of everything that all subjects know.
    ids: Option<u32>,
    facts: Option<u32>,
}

impl Meter {
    /// Begins to measure.
    pub(crate) fn start(allocated: Option<fn() -> Allocated>) -> Self {
        Self {
            allocated,
            before: allocated.map(|count| count()),
            digest: allocated.map(|_| Digest::default()),
            records: 0,
            first: None,
            processor: ProcessTime::now(),
            began: Instant::now(),
        }
    }

    /// Takes a record and drops it.
    #[inline]
    pub(crate) fn take<T: Told>(&mut self, record: T) {
        if self.records == 0 {
            self.first = Some((self.began.elapsed(), SystemTime::now()));
        }
        self.records += 1;
        if let Some(digest) = &mut self.digest {
            record.tell(digest);
        }
        std::hint::black_box(&record);
    }

    /// How many records there were.
    pub(crate) fn records(&self) -> u64 {
        self.records
    }

    /// The figures, those that add up divided by the number of passes.
    pub(crate) fn stop(self, passes: u32) -> Result<Sample, Failure> {
        let wall = self.began.elapsed();
        let processor = self.processor.elapsed();
        let after = self.allocated.map(|count| count());
        let of_one = |all: u64| all / u64::from(passes);
        let between = |what: fn(&Allocated) -> u64| {
            let (before, after) = (self.before?, after?);
            Some(of_one(what(&after) - what(&before)))
        };
        let (first, first_at) = self.first.ok_or("the subject gave no record")?;
        let (ids, facts) = self.digest.map(Digest::sums).unzip();
        Ok(Sample {
            records: of_one(self.records),
            wall_ns: of_one(nanoseconds(wall)),
            cpu_ns: of_one(nanoseconds(processor)),
            first_ns: nanoseconds(first),
            first_at: nanoseconds(first_at.duration_since(UNIX_EPOCH)?),
            peak_kib: peak_memory()?,
            allocations: between(|allocated| allocated.times),
            allocated_bytes: between(|allocated| allocated.bytes),
            ids,
            facts,
        })
    }
}

/// A length of time in nanoseconds, as far as 64 bits reach: 584 years.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The largest resident set of this process so far, in KiB.
fn peak_memory() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("/proc/self/status does not tell VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
