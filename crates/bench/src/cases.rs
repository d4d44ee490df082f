//! The benchmark cases, with their tables and goals.

use clap::ValueEnum;
use tenancy::providers::Paging;
use tenancy::providers::{self, Descriptor};

use crate::Failure;
use crate::process::{Server, compare, has_python};
use crate::server::servable;
use crate::subjects::Subject;
use crate::table::{Table, count, mib, time};

/// The page size, and the one for many accounts, where a hundred tenants must not fill a page.
const PAGE: u32 = 100;
const LARGE_PAGE: u32 = 200;
/// Longer lists are read once, and not by Python.
const LONG: u32 = 300_000;
/// tenancy's default limit of requests in flight.
const IN_FLIGHT: f64 = 64.0;

/// A case of the benchmarks: a part of `BENCHMARKS.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Case {
    /// Lists of growing length over the wire, and how memory grows with them.
    Wire,
    /// The same lists, from a server that takes its time.
    Latency,
    /// The normaliser and plain serde_json over the same bodies in memory.
    Memory,
    /// One body of 300 MB.
    LargeBody,
    /// A thousand accounts at once.
    Accounts,
}

/// How large the cases are.
pub(crate) struct Scale {
    /// Records of the lists over the wire.
    pub(crate) sizes: Vec<u32>,
    pub(crate) rounds: usize,
    /// Records of the list with latency, and how long the server waits before it answers.
    slow: (u32, u64),
    /// Records of the list in memory.
    in_memory: u32,
    /// Records of the large body: a thousand are a megabyte.
    large: u32,
    accounts: u32,
    latency_ms: u64,
}

impl Scale {
    pub(crate) fn full() -> Self {
        Self {
            sizes: vec![1_000, 100_000, 1_000_000],
            rounds: 3,
            slow: (10_000, 20),
            in_memory: 10_000,
            large: 302_000,
            accounts: 1_000,
            latency_ms: 50,
        }
    }

    pub(crate) fn quick() -> Self {
        Self {
            sizes: vec![500, 1_000],
            rounds: 1,
            slow: (500, 2),
            in_memory: 1_000,
            large: 2_000,
            accounts: 20,
            latency_ms: 5,
        }
    }
}

impl Case {
    /// Its name on the command line and in `BENCHMARKS.md`.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    pub(crate) fn measure(self, scale: &Scale) -> Result<String, Failure> {
        match self {
            Self::Wire => wire(scale),
            Self::Latency => latency(scale),
            Self::Memory => memory(scale),
            Self::LargeBody => large_body(scale),
            Self::Accounts => accounts(scale),
        }
    }
}

fn wire(scale: &Scale) -> Result<String, Failure> {
    let mut table = Table::new(&[
        "list",
        "records",
        "tenancy",
        "by hand",
        "by hand ÷ tenancy",
        "goal",
        "Python ÷ tenancy",
        "first tenant",
        "peak memory",
        "by hand",
    ]);
    let mut growth = Table::new(&[
        "tenancy",
        "records",
        "CPU a record",
        "peak memory",
        "more a record",
    ]);
    let python = has_python();
    for provider in servable()? {
        let mut shorter: Option<(u64, u64)> = None;
        for &records in &scale.sizes {
            let server = Server::start(provider.name, records, 0)?;
            let mut runs = vec![
                server.run(Subject::Tenancy, PAGE),
                server.run(Subject::ByHand, PAGE),
            ];
            if python && records <= LONG {
                runs.push(server.run(Subject::Python, PAGE));
            }
            let rounds = if records > LONG { 1 } else { scale.rounds };
            let samples = compare(&runs, rounds)?;
            let (ours, hand) = (&samples[0], &samples[1]);
            let ratio = hand.wall / ours.wall;
            table.row(&[
                provider.name.to_owned(),
                count(ours.records),
                time(ours.wall),
                time(hand.wall),
                format!("{ratio:.2}"),
                goal("≥ 1", ratio >= 1.0),
                samples.get(2).map_or("–".to_owned(), |python| {
                    format!("{:.1}", python.wall / ours.wall)
                }),
                time(ours.first),
                mib(ours.peak),
                mib(hand.peak),
            ]);
            let more = shorter.map(|(records, peak)| {
                let bytes = ours.peak.saturating_sub(peak) * 1024;
                format!("{} bytes", bytes / (ours.records - records).max(1))
            });
            growth.row(&[
                provider.name.to_owned(),
                count(ours.records),
                time(ours.cpu / ours.records as f64),
                mib(ours.peak),
                more.unwrap_or_default(),
            ]);
            shorter = Some((ours.records, ours.peak));
        }
    }
    Ok(format!("{}\n{}", table.finish(), growth.finish()))
}

fn latency(scale: &Scale) -> Result<String, Failure> {
    let (records, latency) = scale.slow;
    let mut table = Table::new(&[
        "list",
        "records",
        "requests",
        "tenancy",
        "by hand",
        "requests",
        "by hand ÷ tenancy",
    ]);
    for provider in servable()? {
        let server = Server::start(provider.name, records, latency)?;
        let runs = [Subject::Tenancy, Subject::ByHand].map(|subject| server.run(subject, PAGE));
        let samples = compare(&runs, scale.rounds)?;
        let (ours, hand) = (&samples[0], &samples[1]);
        table.row(&[
            provider.name.to_owned(),
            count(ours.records),
            count(ours.requests),
            time(ours.wall),
            time(hand.wall),
            count(hand.requests),
            format!("{:.2}", hand.wall / ours.wall),
        ]);
    }
    Ok(table.finish())
}

fn memory(scale: &Scale) -> Result<String, Failure> {
    let mut table = Table::new(&[
        "bodies in memory",
        "records",
        "normaliser",
        "serde_json",
        "serde_json ÷ normaliser",
        "goal",
    ]);
    for provider in servable()? {
        let server = Server::start(provider.name, scale.in_memory, 0)?;
        let runs = [Subject::Normaliser, Subject::Bare].map(|subject| {
            let mut run = server.run(subject, PAGE);
            run.passes = 10;
            run
        });
        let samples = compare(&runs, scale.rounds)?;
        let ratio = samples[1].wall / samples[0].wall;
        let pace = |at: usize| count((samples[at].records as f64 / samples[at].wall) as u64);
        table.row(&[
            provider.name.to_owned(),
            count(samples[0].records),
            format!("{} records/s", pace(0)),
            format!("{} records/s", pace(1)),
            format!("{ratio:.2}"),
            goal("≥ 0.9", ratio >= 0.9),
        ]);
    }
    Ok(table.finish())
}

fn large_body(scale: &Scale) -> Result<String, Failure> {
    let mut table = Table::new(&[
        "one body",
        "size",
        "tenancy",
        "receive, then parse",
        "tenancy ÷ that",
        "goal",
        "peak memory",
        "goal",
        "receive, then parse",
        "first tenant",
    ]);
    let is_one_body =
        |provider: &&&Descriptor| matches!(provider.capabilities.paging, Paging::OneBody);
    for provider in providers::ALL.iter().filter(is_one_body) {
        let server = Server::start(provider.name, scale.large, 0)?;
        let runs = [Subject::Tenancy, Subject::ByHand].map(|subject| server.run(subject, PAGE));
        let samples = compare(&runs, scale.rounds)?;
        let (ours, hand) = (&samples[0], &samples[1]);
        let ratio = ours.wall / hand.wall;
        table.row(&[
            provider.name.to_owned(),
            format!("{} MB", hand.bytes / 1_000_000),
            time(ours.wall),
            time(hand.wall),
            format!("{ratio:.2}"),
            goal("≤ 0.6", ratio <= 0.6),
            mib(ours.peak),
            goal("≤ 24 MiB", ours.peak <= 24 * 1024),
            mib(hand.peak),
            time(ours.first),
        ]);
    }
    Ok(table.finish())
}

fn accounts(scale: &Scale) -> Result<String, Failure> {
    let mut table = Table::new(&[
        "accounts",
        "records",
        "requests",
        "tenancy",
        "bound",
        "tenancy ÷ bound",
        "goal",
        "peak memory",
    ]);
    for provider in servable()? {
        let server = Server::start(provider.name, 100, scale.latency_ms)?;
        let mut run = server.run(Subject::Tenancy, LARGE_PAGE);
        run.accounts = scale.accounts;
        let samples = compare(&[run], scale.rounds)?;
        let ours = &samples[0];
        let turns = (ours.requests as f64 / IN_FLIGHT).max(1.0);
        let bound = turns * scale.latency_ms as f64 / 1e3;
        let ratio = ours.wall / bound;
        table.row(&[
            format!(
                "{}, {} of 100 tenants",
                provider.name,
                count(scale.accounts.into())
            ),
            count(ours.records),
            count(ours.requests),
            time(ours.wall),
            time(bound),
            format!("{ratio:.2}"),
            goal("≤ 1.2", ratio <= 1.2),
            mib(ours.peak),
        ]);
    }
    Ok(table.finish())
}

/// A goal, and whether it was met. A debug build meets none and misses none.
fn goal(goal: &str, met: bool) -> String {
    match met {
        _ if cfg!(debug_assertions) => goal.to_owned(),
        true => format!("{goal}: met"),
        false => format!("{goal}: **missed**"),
    }
}
