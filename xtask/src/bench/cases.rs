//! The cases: what each measures, and the table that it comes to.

use super::compare::{Subject, compare};
use super::markdown::{Table, count, ratio, time};
use super::program::{PAGE, Programs};
use super::sample::Figures;
use crate::tasks::TaskError;

type Result<T> = std::result::Result<T, TaskError>;

/// The providers.
const PROVIDERS: [&str; 3] = ["omnidim", "layers", "vobiz"];
/// How often a run from memory goes through its bodies: the first time it is still growing its heap.
const PASSES: u64 = 8;
/// A list of more records runs once.
const LONG: u64 = 300_000;
/// The size of the pages of many accounts: Vobiz' page that is exactly full is not believed to be the last.
const MORE_THAN_ANY: u64 = 200;

/// How large the cases are.
#[derive(Clone, Debug)]
pub struct Scale {
    /// How many records the lists have that are compared.
    pub sizes: Vec<u64>,
    /// How often each subject runs; once where a list has more than 300,000 records.
    pub rounds: usize,
    /// How many records are normalised from memory.
    pub normalised: u64,
    /// How many records the list has whose latency is hidden, and the latency.
    pub latent: u64,
    /// How long a server holds back each answer, in milliseconds.
    pub latency_ms: u64,
    /// How many records the one large body has; a thousand of them are a megabyte.
    pub large: u64,
    /// How many accounts are listed at once, a hundred tenants each.
    pub accounts: u64,
}

impl Scale {
    /// The scale of the figures in `BENCHMARKS.md`.
    #[must_use]
    pub fn full() -> Self {
        Self {
            sizes: vec![1_000, 100_000, 1_000_000],
            rounds: 3,
            normalised: 100_000,
            latent: 20_000,
            latency_ms: 50,
            large: 302_000,
            accounts: 1_000,
        }
    }

    /// Small enough for every run of CI: it shows that everything runs and lists the same, and no figures worth keeping.
    #[must_use]
    pub fn quick() -> Self {
        Self {
            sizes: vec![1_000],
            rounds: 1,
            normalised: 1_000,
            latent: 1_000,
            latency_ms: 5,
            large: 2_000,
            accounts: 20,
        }
    }

    fn rounds(&self, records: u64) -> usize {
        if records > LONG { 1 } else { self.rounds }
    }
}

/// What runs the cases.
pub(super) struct Bench {
    pub(super) programs: Programs,
    pub(super) scale: Scale,
    /// Whether the figures are held against the goals: those of an unoptimised build say nothing.
    pub(super) judged: bool,
}

impl Bench {
    /// Whether a goal was met. Nothing else comes of it: the figures of a loaded machine are no failure.
    fn verdict(&self, met: bool) -> String {
        match (self.judged, met) {
            (false, _) => "",
            (true, true) => "met",
            (true, false) => "**missed**",
        }
        .to_owned()
    }

    /// Lists of growing length, beside the floor, the raw client and the loop by hand.
    pub(super) fn lists(&self) -> Result<String> {
        let mut table = Table::new(&[
            "list",
            "records",
            "wall",
            "to tenancy's",
            "CPU",
            "to tenancy's",
            "allocations a record",
            "peak memory",
            "first tenant",
        ]);
        for provider in PROVIDERS {
            for &records in &self.scale.sizes {
                let bodies = self.programs.bodies(provider, records)?;
                let server = self.programs.serve_bodies(&bodies, &[])?;
                let list =
                    |label, subject| listing(label, provider, subject, server.address(), &[]);
                let subjects = [
                    list("tenancy", "ours"),
                    list("by hand (c)", "plain"),
                    list("raw client (b)", "raw"),
                    normalising(
                        "from memory (a)",
                        provider,
                        "plain",
                        &bodies.display(),
                        1,
                        1,
                    ),
                ];
                let figures = compare(&self.programs, &subjects, self.scale.rounds(records))?;
                for one in &figures {
                    table.row(&[
                        format!("{provider}, {}", one.label),
                        count(one.records),
                        time(one.wall),
                        ratio(one.wall, figures[0].wall),
                        time(one.cpu),
                        ratio(one.cpu, figures[0].cpu),
                        allocations(one),
                        memory(one),
                        time(one.first),
                    ]);
                }
            }
        }
        Ok(table.finish())
    }

    /// Records a second from memory, on one core and on two, against the floor.
    pub(super) fn normalise(&self) -> Result<String> {
        let mut table = Table::new(&[
            "from memory",
            "records",
            "records a second",
            "to the floor",
            "CPU to the floor's",
            "allocations a record",
            "goal",
            "",
        ]);
        let records = self.scale.normalised;
        for provider in PROVIDERS {
            let bodies = self.programs.bodies(provider, records)?;
            let subject = |label, subject, threads| {
                normalising(label, provider, subject, &bodies.display(), PASSES, threads)
            };
            let subjects = [
                subject("plain structs (a)", "plain", 1),
                subject("normaliser, one core", "ours", 1),
                subject("normaliser, two cores", "ours", 2),
                subject("listing, one core", "listing", 1),
                subject("listing, two cores", "listing", 2),
            ];
            // A listing has one consumer, and with it one core that decodes.
            let goals = [None, Some(0.9), Some(1.6), Some(0.9), None];
            let figures = compare(&self.programs, &subjects, self.scale.rounds)?;
            for (one, goal) in figures.iter().zip(goals) {
                let of_floor = one.pace() / figures[0].pace();
                table.row(&[
                    format!("{provider}, {}", one.label),
                    count(one.records),
                    count(one.pace() as u64),
                    format!("{of_floor:.2}"),
                    ratio(one.cpu, figures[0].cpu),
                    allocations(one),
                    goal.map_or_else(String::new, |goal| format!("≥ {goal}")),
                    goal.map_or_else(String::new, |goal| self.verdict(of_floor >= goal)),
                ]);
            }
        }
        Ok(table.finish())
    }

    /// Latency that is hidden: pages side by side, and a page ahead of a slow consumer.
    pub(super) fn latency(&self) -> Result<String> {
        let mut table = Table::new(&[
            "list",
            "records",
            "requests",
            "wall",
            "bound",
            "to the bound",
            "goal",
            "",
        ]);
        let latency = self.scale.latency_ms;
        let wait = latency.to_string();
        let mut row = |figures: &Figures, bound: f64| {
            table.row(&[
                figures.label.clone(),
                count(figures.records),
                figures.requests.map_or_else(String::new, count),
                time(figures.wall),
                time(bound),
                ratio(figures.wall, bound),
                "≤ 1.15".to_owned(),
                self.verdict(figures.wall <= 1.15 * bound),
            ]);
        };
        let seconds = latency as f64 / 1e3;
        let pages = self.scale.latent.div_ceil(PAGE);
        let bodies = self.programs.bodies("vobiz", self.scale.latent)?;
        let server = self
            .programs
            .serve_bodies(&bodies, &["--latency-ms", &wait])?;
        let label = format!("vobiz, {latency} ms latency, concurrency 8");
        let subject = listing(
            &label,
            "vobiz",
            "ours",
            server.address(),
            &["--concurrency", "8"],
        );
        for one in compare(&self.programs, &[subject], self.scale.rounds)? {
            row(&one, seconds * (1 + (pages - 1).div_ceil(8)) as f64);
        }
        // A fifth of the records: what is one page after the other takes long enough.
        let bodies = self.programs.bodies("layers", self.scale.latent / 5)?;
        let server = self
            .programs
            .serve_bodies(&bodies, &["--latency-ms", &wait])?;
        let label = format!("layers, {latency} ms latency, consumer as slow a page");
        let subject = listing(
            &label,
            "layers",
            "ours",
            server.address(),
            &["--consumer-ms", &wait],
        );
        for one in compare(&self.programs, &[subject], self.scale.rounds)? {
            row(&one, seconds * one.requests.unwrap_or_default() as f64);
        }
        Ok(table.finish())
    }

    /// One large body: memory, and how soon the first tenant is out.
    pub(super) fn large_body(&self) -> Result<String> {
        let bodies = self.programs.bodies("omnidim", self.scale.large)?;
        let server = self.programs.serve_bodies(&bodies, &[])?;
        let list = |label, subject| listing(label, "omnidim", subject, server.address(), &[]);
        let mut subjects = vec![
            list("tenancy", "ours"),
            list("received whole, parsed by (a)", "plain"),
            list("raw client (b)", "raw"),
        ];
        if self.programs.has_python() {
            let arguments = ["omnidim", server.address(), "100"];
            subjects.push(Subject::python("Python, requests", &arguments));
        } else {
            eprintln!(
                "SKIPPED: the loop in Python; no python3 has requests (TENANCY_BENCH_PYTHON names one)"
            );
        }
        let figures = compare(
            &self.programs,
            &subjects,
            self.scale.rounds(self.scale.large),
        )?;
        let mut table = Table::new(&[
            "omnidim, one body",
            "records",
            "wall",
            "to tenancy's",
            "CPU",
            "peak memory",
            "first tenant after its last byte",
        ]);
        for one in &figures {
            table.row(&[
                one.label.clone(),
                count(one.records),
                time(one.wall),
                ratio(one.wall, figures[0].wall),
                time(one.cpu),
                memory(one),
                one.first_lag.map_or_else(String::new, time),
            ]);
        }
        let paused = self
            .programs
            .serve_bodies(&bodies, &["--pause-ms", "200"])?;
        let subject = listing("paused", "omnidim", "ours", paused.address(), &[]);
        let first = compare(&self.programs, &[subject], 1)?;
        let lag = first
            .iter()
            .find_map(|one| one.first_lag)
            .unwrap_or(f64::INFINITY);
        let ours = &figures[0];
        let goals = [
            (
                "peak memory",
                memory(ours),
                "≤ 24 MiB",
                ours.peak_mib <= 24.0,
            ),
            (
                "first tenant, the server silent for 200 ms after its record",
                time(lag),
                "≤ 20 ms",
                lag <= 0.02,
            ),
            (
                "wall, to that of receiving whole and parsing",
                ratio(ours.wall, figures[1].wall),
                "< 1",
                ours.wall < figures[1].wall,
            ),
        ];
        let mut reached = Table::new(&["tenancy", "", "goal", ""]);
        for (what, figure, goal, met) in goals {
            reached.row(&[what.to_owned(), figure, goal.to_owned(), self.verdict(met)]);
        }
        Ok(format!("{}\n{}", table.finish(), reached.finish()))
    }

    /// Many accounts side by side.
    pub(super) fn accounts(&self) -> Result<String> {
        let mut table = Table::new(&[
            "accounts",
            "records",
            "requests",
            "wall",
            "bound",
            "to the bound",
            "peak memory",
            "goal",
            "",
        ]);
        let wait = self.scale.latency_ms.to_string();
        let few = self.scale.accounts;
        for provider in ["omnidim", "vobiz"] {
            for (accounts, tenants) in [(few, 10), (few, 100), (4 * few, 100)] {
                let bodies = self.programs.bodies_by(provider, tenants, MORE_THAN_ANY)?;
                let server = self
                    .programs
                    .serve_bodies(&bodies, &["--latency-ms", &wait])?;
                let label = format!("{provider}, {} of {tenants} tenants", count(accounts));
                let bound = accounts as f64 / 64.0 * self.scale.latency_ms as f64 / 1e3;
                let accounts = accounts.to_string();
                let arguments = [
                    "list-accounts",
                    "--provider",
                    provider,
                    "--accounts",
                    &accounts,
                    "--address",
                    server.address(),
                ];
                let subject = Subject::new(&label, arguments);
                for one in compare(&self.programs, &[subject], self.scale.rounds)? {
                    table.row(&[
                        one.label.clone(),
                        count(one.records),
                        one.requests.map_or_else(String::new, count),
                        time(one.wall),
                        time(bound),
                        ratio(one.wall, bound),
                        memory(&one),
                        "≤ 1.2".to_owned(),
                        self.verdict(one.wall <= 1.2 * bound),
                    ]);
                }
            }
        }
        Ok(table.finish())
    }

    /// Time a record and memory, as lists grow.
    pub(super) fn growth(&self) -> Result<String> {
        let mut table = Table::new(&[
            "from memory",
            "records",
            "time a record",
            "to the longest list's",
            "goal",
            "",
        ]);
        let longest = self.scale.sizes.iter().copied().max().unwrap_or_default();
        for provider in PROVIDERS {
            let mut rows = Vec::new();
            for &records in &self.scale.sizes {
                let bodies = self.programs.bodies(provider, records)?;
                let passes = (longest.min(LONG) / records).max(1);
                let label = format!("{provider}, tenancy");
                let subject = normalising(&label, provider, "ours", &bodies.display(), passes, 1);
                rows.extend(compare(
                    &self.programs,
                    &[subject],
                    self.scale.rounds(records),
                )?);
            }
            let of = |figures: &Figures| figures.cpu / figures.records as f64;
            let last = rows.last().map_or(1.0, of);
            for one in &rows {
                let to_last = of(one) / last;
                table.row(&[
                    one.label.clone(),
                    count(one.records),
                    format!("{:.2} µs", of(one) * 1e6),
                    format!("{to_last:.2}"),
                    "0.85 to 1.15".to_owned(),
                    self.verdict((0.85..=1.15).contains(&to_last)),
                ]);
            }
        }
        let mut memories =
            Table::new(&["over the wire", "records", "peak memory", "more a record"]);
        let mut before: Option<Figures> = None;
        for &records in &self.scale.sizes {
            let bodies = self.programs.bodies("vobiz", records)?;
            let server = self.programs.serve_bodies(&bodies, &[])?;
            let subject = listing("vobiz, tenancy", "vobiz", "ours", server.address(), &[]);
            for one in compare(&self.programs, &[subject], 1)? {
                let more = before.as_ref().map_or_else(String::new, |before| {
                    let bytes = (one.peak_mib - before.peak_mib) * 1024.0 * 1024.0;
                    format!("{:.0} bytes", bytes / (one.records - before.records) as f64)
                });
                memories.row(&[one.label.clone(), count(one.records), memory(&one), more]);
                before = Some(one);
            }
        }
        Ok(format!("{}\n{}", table.finish(), memories.finish()))
    }
}

/// A subject that lists from a server.
fn listing(label: &str, provider: &str, subject: &str, address: &str, more: &[&str]) -> Subject {
    let page = PAGE.to_string();
    let fixed = [
        "list",
        "--provider",
        provider,
        "--subject",
        subject,
        "--address",
        address,
        "--page-size",
        &page,
    ];
    Subject::new(label, fixed.iter().chain(more))
}

/// A subject that works from memory.
fn normalising(
    label: &str,
    provider: &str,
    subject: &str,
    bodies: &dyn std::fmt::Display,
    passes: u64,
    threads: u64,
) -> Subject {
    let (bodies, passes, threads) = (bodies.to_string(), passes.to_string(), threads.to_string());
    Subject::new(
        label,
        [
            "normalise",
            "--provider",
            provider,
            "--subject",
            subject,
            "--bodies",
            &bodies,
            "--passes",
            &passes,
            "--threads",
            &threads,
        ],
    )
}

fn allocations(figures: &Figures) -> String {
    let a_record = figures.allocations_a_record();
    a_record.map_or_else(String::new, |number| format!("{number:.1}"))
}

fn memory(figures: &Figures) -> String {
    format!("{:.1} MiB", figures.peak_mib)
}
