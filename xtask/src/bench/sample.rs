//! The figures of one run, as the measured programs print them, and the median of several.

use serde::Deserialize;

/// The figures of one run.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sample {
    pub(super) records: u64,
    pub(super) wall_ns: u64,
    pub(super) cpu_ns: u64,
    /// From the beginning to the first record.
    pub(super) first_ns: u64,
    /// When the first record came, in nanoseconds since 1970.
    first_at: u64,
    /// When the server had sent the last byte of the first record; only the server of rendered bodies tells.
    first_sent_at: Option<u64>,
    pub(super) peak_kib: u64,
    pub(super) allocations: Option<u64>,
    /// How many requests tenancy sent.
    pub(super) requests: Option<u64>,
    /// Digests of the identities in order, and of what all subjects know of the records.
    pub(super) ids: Option<u32>,
    pub(super) facts: Option<u32>,
}

impl Sample {
    /// How long after the last byte of the first record was sent the first record came out.
    pub(super) fn first_lag_ns(&self) -> Option<u64> {
        Some(self.first_at.saturating_sub(self.first_sent_at?))
    }
}

/// The median of each figure over several runs of one subject.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    pub(super) label: String,
    pub(super) records: u64,
    pub(super) wall: f64,
    pub(super) cpu: f64,
    pub(super) first: f64,
    pub(super) first_lag: Option<f64>,
    pub(super) peak_mib: f64,
    /// In all, from the run that counts them.
    pub(super) allocations: Option<u64>,
    pub(super) requests: Option<u64>,
}

impl Figures {
    /// The medians of `samples`, of which there is at least one.
    pub(super) fn of(label: &str, samples: &[Sample], counted: Option<&Sample>) -> Self {
        let seconds = |what: fn(&Sample) -> u64| median(samples, what) / 1e9;
        let lagged = samples.iter().all(|sample| sample.first_sent_at.is_some());
        let last = samples.last();
        Self {
            label: label.to_owned(),
            records: last.map_or(0, |sample| sample.records),
            wall: seconds(|sample| sample.wall_ns),
            cpu: seconds(|sample| sample.cpu_ns),
            first: seconds(|sample| sample.first_ns),
            first_lag: lagged.then(|| seconds(|sample| sample.first_lag_ns().unwrap_or_default())),
            peak_mib: median(samples, |sample| sample.peak_kib) / 1024.0,
            allocations: counted.and_then(|sample| sample.allocations),
            requests: last.and_then(|sample| sample.requests),
        }
    }

    /// Allocations a record, where they were counted.
    pub(super) fn allocations_a_record(&self) -> Option<f64> {
        Some(self.allocations? as f64 / self.records as f64)
    }

    /// Records a second.
    pub(super) fn pace(&self) -> f64 {
        self.records as f64 / self.wall
    }
}

fn median(samples: &[Sample], what: fn(&Sample) -> u64) -> f64 {
    let mut values: Vec<u64> = samples.iter().map(what).collect();
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[middle] as f64,
        _ => (values[middle - 1] + values[middle]) as f64 / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_slow_run() {
        let sample = |wall_ns| Sample {
            records: 10,
            wall_ns,
            cpu_ns: 1,
            first_ns: 1,
            first_at: 7,
            first_sent_at: Some(5),
            peak_kib: 2048,
            allocations: None,
            requests: None,
            ids: None,
            facts: None,
        };
        let figures = |walls: &[u64]| {
            let samples: Vec<Sample> = walls.iter().copied().map(sample).collect();
            Figures::of("a", &samples, None)
        };
        assert_eq!(figures(&[2_000_000_000, 1, 99_000_000_000]).wall, 2.0);
        assert_eq!(figures(&[1_000_000_000, 2_000_000_000]).wall, 1.5);
        let one = figures(&[2_000_000_000]);
        assert_eq!(
            (one.pace(), one.peak_mib, one.first_lag),
            (5.0, 2.0, Some(2e-9))
        );
    }
}
