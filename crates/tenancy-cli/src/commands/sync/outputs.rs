//! Opens the files that a sync writes, so that a path that cannot be written fails before anything is listed.

use std::io;
use std::path::Path;
use std::time::Duration;

use tenancy_store::{Address, Changes, Run};

use super::metrics::MetricsFile;
use crate::args::SyncArguments;
use crate::config::accounts::Accounts;
use crate::exit::Failure;
use crate::output::atomic_file::are_same;
use crate::output::events;
use crate::output::report_file::ReportFile;
use crate::output::sink::Destination;

/// The files.
#[derive(Debug)]
pub(super) struct Outputs {
    pub(super) report: Option<ReportFile>,
    pub(super) changes: Option<ChangesFile>,
    pub(super) metrics: Option<MetricsFile>,
}

impl Outputs {
    pub(super) fn open(
        arguments: &SyncArguments,
        configured: &Accounts,
        address: &Address,
    ) -> Result<Self, Failure> {
        let report = arguments.report.as_deref();
        let changes = arguments.changes.as_deref();
        let metrics = arguments.metrics.as_deref();
        refuse_the_same(
            &[
                ("--report", report),
                ("--changes", changes),
                ("--metrics", metrics),
            ],
            address,
        )?;
        for path in [report, changes, metrics] {
            configured.refuse_to_replace(path)?;
        }
        let lock_timeout = arguments.database.lock_timeout();
        let changes_file = |path| {
            Ok(ChangesFile {
                destination: events::open(Some(path))?,
                address: address.clone(),
                lock_timeout,
            })
        };
        Ok(Self {
            report: report.map(ReportFile::open).transpose()?,
            changes: changes.map(changes_file).transpose()?,
            metrics: metrics.map(MetricsFile::open).transpose()?,
        })
    }
}

/// Refuses two options that name the same file, and one that names the database.
fn refuse_the_same(files: &[(&str, Option<&Path>)], address: &Address) -> Result<(), Failure> {
    let mut earlier = Vec::new();
    for (option, path) in files {
        let Some(path) = path else { continue };
        if let Address::File(database) = address
            && are_same(database, path)
        {
            return Err(Failure::usage(format!(
                "{option} names the database; choose another file"
            )));
        }
        let same = |(_, other): &&(&str, &Path)| are_same(other, path);
        if let Some((other, _)) = earlier.iter().find(same) {
            return Err(Failure::usage(format!(
                "{other} and {option} name the same file; choose another one"
            )));
        }
        earlier.push((*option, *path));
    }
    Ok(())
}

/// The file of `--changes`.
#[derive(Debug)]
pub(super) struct ChangesFile {
    destination: Destination,
    address: Address,
    lock_timeout: Duration,
}

impl ChangesFile {
    /// Writes what a run recorded that has not ended, and what runs before it recorded that never did.
    pub(super) fn write(self, run: Run) -> io::Result<u64> {
        let changes = Changes::of(&self.address, run, self.lock_timeout);
        let changes = changes.map_err(io::Error::other)?;
        let (since, address) = (changes.begins_after(), &self.address);
        events::write(changes, self.destination).map_err(|error| {
            io::Error::other(format!(
                "{error}; `tenancy changes {address} --since {since}` writes them"
            ))
        })
    }
}
