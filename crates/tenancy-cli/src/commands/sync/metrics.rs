//! The file of `--metrics`: what a run did, and the state of each account after it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tenancy::{Certainty, DriftKind, Report, SourceReport};
use tenancy_store::{AccountKey, AccountOverview, Address, ListingOutcome, Run, overview};

use crate::exit::{Exit, Failure};
use crate::output::atomic_file::AtomicFile;
use crate::output::prometheus::{Metrics, Sample};

/// The certainties, as in the report.
const CERTAINTIES: [(&str, Certainty); 4] = [
    ("proved", Certainty::Proved),
    ("agreed", Certainty::Agreed),
    ("assumed", Certainty::Assumed),
    ("unproved", Certainty::Unproved),
];
/// The statuses that have a series each. A provider could invent a status for each tenant, so all others share one.
const STATUSES: [&str; 3] = ["active", "suspended", "archived"];

/// A run that has ended.
#[derive(Debug)]
pub(super) struct Measured<'a> {
    pub(super) run: Run,
    pub(super) ended_at: Timestamp,
    pub(super) report: &'a Report,
    pub(super) outcomes: &'a [(AccountKey, ListingOutcome)],
    pub(super) exit: Exit,
}

/// The file that will hold the metrics.
#[derive(Debug)]
pub(super) struct MetricsFile {
    path: PathBuf,
    file: AtomicFile,
}

impl MetricsFile {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let file = AtomicFile::open(path).map_err(|error| {
            let path = path.display();
            Failure::usage(format!(
                "cannot write the metrics to {path}: {error}; choose another file"
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Writes the metrics of a run, and those of the accounts in the database.
    pub(super) fn write(
        mut self,
        address: &Address,
        lock_timeout: Duration,
        measured: &Measured<'_>,
    ) -> Result<(), String> {
        let accounts = overview(address, lock_timeout);
        let mut metrics = Metrics::default();
        of_run(&mut metrics, measured);
        of_lists(&mut metrics, measured);
        if let Ok(accounts) = &accounts {
            of_accounts(&mut metrics, accounts);
        }
        let written = self.file.write_all(metrics.text.as_bytes());
        let written = written.and_then(|()| self.file.commit());
        written.map_err(|error| {
            format!(
                "cannot write the metrics to {}: {error}",
                self.path.display()
            )
        })?;
        let incomplete = |error| format!("the metrics lack the state of the accounts: {error}");
        accounts.map(drop).map_err(incomplete)
    }
}

fn of_run(metrics: &mut Metrics, measured: &Measured<'_>) {
    let (started_at, ended_at) = (measured.run.started_at, measured.ended_at);
    let duration = ended_at.duration_since(started_at).as_secs_f64().max(0.0);
    for (name, help, value) in [
        (
            "tenancy_sync_last_run_timestamp_seconds",
            "When the last sync ended.",
            seconds(ended_at),
        ),
        (
            "tenancy_sync_duration_seconds",
            "How long the last sync took.",
            duration,
        ),
        (
            "tenancy_sync_exit_code",
            "The exit code of the last sync: 0 if everything was listed and recorded.",
            f64::from(measured.exit as u8),
        ),
    ] {
        metrics.gauge(name, help, [(Vec::new(), value)]);
    }
}

/// What the lists of the run came to.
fn of_lists(metrics: &mut Metrics, measured: &Measured<'_>) {
    let sources = &measured.report.sources;
    let mut gauge = |name: &str, help: &str, value: fn(&SourceReport) -> u64| {
        let samples = sources.iter();
        let samples = samples.map(|source| (labels(source), float(value(source))));
        metrics.gauge(name, help, samples);
    };
    gauge(
        "tenancy_sync_complete",
        "Whether the account's list was complete in the last sync.",
        |source| u64::from(source.complete),
    );
    gauge(
        "tenancy_sync_requests",
        "Requests of the last sync, with retries and redirects.",
        |source| source.requests,
    );
    gauge(
        "tenancy_sync_retries",
        "Retries of the last sync.",
        |source| source.retries,
    );
    gauge(
        "tenancy_sync_quarantined_records",
        "Records that the last sync could not read as tenants.",
        |source| source.quarantined,
    );
    gauge(
        "tenancy_sync_left_out_values",
        "Values that tenants lack since the last sync, because they did not fit the provider's document.",
        |source| source.omitted.iter().map(|field| field.records).sum(),
    );
    let certainty = sources.iter().flat_map(|source| {
        CERTAINTIES.map(|(name, certainty)| {
            let is = u64::from(source.certainty == certainty);
            (with(labels(source), "certainty", name), float(is))
        })
    });
    let help = "1 for the certainty of the account's list in the last sync.";
    metrics.gauge("tenancy_sync_certainty", help, certainty);
    let kinds = [
        ("unknown_field", DriftKind::UnknownField),
        ("unknown_value", DriftKind::UnknownValue),
        ("undeclared_null", DriftKind::UndeclaredNull),
    ];
    let drift = sources.iter().flat_map(|source| {
        kinds.map(|(name, kind)| {
            let drift = source.drift.iter().filter(|drift| drift.kind == kind);
            let records = drift.map(|drift| drift.records).sum();
            (with(labels(source), "kind", name), float(records))
        })
    });
    let help = "Data of the last sync that the provider's document does not declare.";
    metrics.gauge("tenancy_sync_drift_occurrences", help, drift);
    let outcomes = measured.outcomes.iter();
    // In the order of the accounts, not of the ends of their lists.
    let outcomes: BTreeMap<_, _> = outcomes
        .map(|(account, outcome)| (account, outcome))
        .collect();
    let tenants = outcomes.into_iter().flat_map(|(account, outcome)| {
        let results = [
            ("created", outcome.created),
            ("changed", outcome.changed),
            ("gone", outcome.gone),
            ("back", outcome.back),
            ("unchanged", outcome.unchanged),
            ("excluded", outcome.excluded),
            ("missing", outcome.missing),
        ];
        results.map(|(name, count)| (with(key(account), "result", name), float(count)))
    });
    let help =
        "Tenants of the account, by what the last sync found; those missing are not marked gone.";
    metrics.gauge("tenancy_sync_tenants", help, tenants);
}

/// What the database has of each account, whether or not the run listed it.
fn of_accounts(metrics: &mut Metrics, accounts: &BTreeMap<AccountKey, AccountOverview>) {
    let complete = accounts.iter().filter_map(|(account, overview)| {
        let at = overview.last_complete_at?;
        Some((key(account), seconds(at)))
    });
    metrics.gauge(
        "tenancy_last_complete_timestamp_seconds",
        "When the account's list was last complete.",
        complete,
    );
    let tenants = accounts.iter().flat_map(|(account, overview)| {
        let of = |status: &'static str, count: u64| -> Sample<'_> {
            (with(key(account), "status", status), float(count))
        };
        let count = |status: &str| overview.tenants.get(status).copied().unwrap_or_default();
        let all: u64 = overview.tenants.values().sum();
        let known: u64 = STATUSES.iter().map(|status| count(status)).sum();
        let mut samples: Vec<_> = STATUSES.map(|status| of(status, count(status))).into();
        samples.push(of("none", count("")));
        samples.push(of("other", all - known - count("")));
        samples
    });
    metrics.gauge(
        "tenancy_tenants",
        "Tenants of the account that exist, by status.",
        tenants,
    );
}

fn labels(source: &SourceReport) -> Vec<(&'static str, &str)> {
    vec![("account", &source.account), ("provider", &source.provider)]
}

fn key(account: &AccountKey) -> Vec<(&'static str, &str)> {
    vec![
        ("account", &account.account),
        ("provider", &account.provider),
    ]
}

fn with<'a>(
    mut labels: Vec<(&'static str, &'a str)>,
    name: &'static str,
    value: &'a str,
) -> Vec<(&'static str, &'a str)> {
    labels.push((name, value));
    labels
}

fn seconds(at: Timestamp) -> f64 {
    at.as_second() as f64
}

fn float(count: u64) -> f64 {
    count as f64
}
