//! `tenancy sync`: records the tenants of all accounts in a database.

mod edit;
mod fresh;
mod metrics;
mod outputs;

use std::io;

use jiff::Timestamp;
use tenancy::{Certainty, Listing, Report, SourceReport, Tenant};
use tenancy_store::{
    AccountKey, Address, ErrorKind, ListingOutcome, Run, SyncEvent, SyncOptions, SyncRun, Synced,
};
use tokio::time::timeout;

use super::reporter::{Reporter, block_on};
use crate::args::{SyncArguments, SyncCommand};
use crate::config::accounts::Accounts;
use crate::config::database;
use crate::exit::{Ending, Exit, Failure};
use crate::output::progress::{INTERVAL, Progress};
use crate::output::report_file::Written;
use crate::output::{log, message};
use crate::select::filter::{Filter, Verdict};
use crate::signals::Signals;
use metrics::{Measured, MetricsFile};
use outputs::{ChangesFile, Outputs};

pub(crate) fn run(arguments: &SyncArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        None => sync(arguments),
        Some(SyncCommand::Rename(arguments)) => edit::rename(arguments),
        Some(SyncCommand::Forget(arguments)) => edit::forget(arguments),
    }
}

fn sync(arguments: &SyncArguments) -> Result<Exit, Failure> {
    if arguments.verbose {
        log::show();
    }
    let configured = Accounts::load(&arguments.accounts)?;
    let accounts = configured.connect(&arguments.requests)?;
    if accounts.is_empty() {
        message::line("this shard has no account");
        return Ok(Exit::Complete);
    }
    let to = arguments.database.to.as_deref();
    let address = database::to_write(to, configured.is_demo())?;
    let lock_timeout = arguments.database.lock_timeout();
    let accounts = match arguments.recording.fresh {
        None => accounts,
        Some(limit) => fresh::stale(accounts, &address, lock_timeout, limit),
    };
    if accounts.is_empty() {
        return Ok(Exit::Complete);
    }
    let outputs = Outputs::open(arguments, &configured, &address)?;
    let mut options = SyncOptions::default()
        .query(arguments.pages.base_query())
        .max_gone(arguments.recording.max_gone)
        .wait(arguments.recording.wait)
        .lock_timeout(lock_timeout);
    let exclude = arguments.recording.exclude.clone();
    if !exclude.is_empty() {
        let names: Vec<_> = exclude.iter().map(ToString::to_string).collect();
        options = options.exclude(names.join(" "), move |tenant| is_excluded(tenant, &exclude));
    }
    let sync = tenancy_store::sync(accounts, address.clone(), options);
    let ended = block_on(async {
        let (run, sync) = started(sync).await?;
        let progress = Progress::new(!arguments.verbose && !arguments.quiet);
        let quiet = arguments.quiet;
        let reporter = Reporter::new(outputs.report, progress, &arguments.fail_on, quiet)?;
        record(run, sync, reporter, outputs.changes).await
    })??;
    let metrics = outputs.metrics;
    Ok(conclude(arguments, &configured, &address, ended, metrics))
}

fn is_excluded(tenant: &Tenant, filters: &[Filter]) -> bool {
    let mut filters = filters.iter();
    filters.any(|filter| filter.judge(tenant.into()) == Verdict::Matches)
}

/// Waits until the lists begin.
async fn started(mut sync: SyncRun) -> Result<(Run, SyncRun), Failure> {
    while let Some(event) = sync.next().await {
        match event {
            SyncEvent::Waiting(accounts) => {
                message::line(&format!("waiting for another sync of {}", names(&accounts)));
            }
            SyncEvent::Resuming { account, tenants } => {
                message::line(&format!("{account}: resuming after {tenants} tenants"));
            }
            SyncEvent::Restarting { account, reason } => {
                message::line(&format!("{account}: listing from the start: {reason}"));
            }
            SyncEvent::Started(run) => return Ok((run, sync)),
            _ => {}
        }
    }
    Err(match sync.await {
        Err(error) if error.kind() == ErrorKind::Busy => Failure::machine(format!(
            "{error}; try again later, or use --wait to wait for it"
        )),
        Err(error) => database::failure(error),
        Ok(_) => Failure::machine("the sync ended before it began"),
    })
}

/// A sync that has ended.
#[derive(Debug)]
struct Ended {
    run: Run,
    ending: Ending,
    reporter: Reporter,
    report: Report,
    outcomes: Vec<(AccountKey, ListingOutcome)>,
    /// Whether the changes were written; nothing if they were not to be, or the sync was abandoned.
    changes: Option<io::Result<u64>>,
    /// Nothing if a second signal abandoned the sync.
    result: Option<Result<Synced, tenancy_store::Error>>,
}

/// Records the lists until they end or a signal arrives. A second signal abandons what has not been recorded yet.
async fn record(
    run: Run,
    mut sync: SyncRun,
    mut reporter: Reporter,
    changes: Option<ChangesFile>,
) -> Result<Ended, Failure> {
    let mut signals = Signals::listen()?;
    let mut outcomes = Vec::new();
    let mut ending = tokio::select! {
        biased;
        exit = signals.next() => Ending::Interrupted(exit),
        () = follow(&mut sync, &mut reporter, &mut outcomes) => Ending::Finished,
    };
    reporter.progress.finish();
    let mut abandoned = false;
    if matches!(ending, Ending::Interrupted(_)) {
        sync.stop("interrupted");
        tokio::select! {
            biased;
            _ = signals.next() => abandoned = true,
            () = follow(&mut sync, &mut reporter, &mut outcomes) => {}
        }
    }
    let report = sync.listing().map(Listing::report);
    let report = report.unwrap_or_else(|| Report::of(Vec::new()));
    let mut written = None;
    if let Some(changes) = changes.filter(|_| !abandoned) {
        // Before the run ends: the next one writes the changes of a run without an end.
        let writing = tokio::task::spawn_blocking(move || changes.write(run));
        tokio::select! {
            biased;
            exit = signals.next() => {
                ending = Ending::Interrupted(exit);
                abandoned = true;
            }
            done = writing => written = Some(done.unwrap_or_else(|error| Err(io::Error::other(error)))),
        }
    }
    let result = match abandoned {
        true => None,
        false => Some(sync.await),
    };
    if let (Ending::Finished, Some(Err(error))) = (&ending, &result) {
        ending = Ending::Unwritable(error.to_string());
    }
    Ok(Ended {
        run,
        ending,
        reporter,
        report,
        outcomes,
        changes: written,
        result,
    })
}

async fn follow(
    sync: &mut SyncRun,
    reporter: &mut Reporter,
    outcomes: &mut Vec<(AccountKey, ListingOutcome)>,
) {
    loop {
        if let Some(listing) = sync.listing() {
            reporter.update(listing);
        }
        let event = match reporter.progress.is_shown() {
            true => match timeout(INTERVAL, sync.next()).await {
                Ok(event) => event,
                Err(_) => continue,
            },
            false => sync.next().await,
        };
        match event {
            Some(SyncEvent::Missing(error)) => reporter.note([error]),
            Some(SyncEvent::Recorded { account, outcome }) => outcomes.push((account, outcome)),
            Some(_) => {}
            None => return,
        }
    }
}

/// Writes the report and the summary.
fn conclude(
    arguments: &SyncArguments,
    configured: &Accounts,
    address: &Address,
    ended: Ended,
    metrics: Option<MetricsFile>,
) -> Exit {
    let Ended {
        run,
        ending,
        reporter,
        report,
        outcomes,
        changes,
        result,
    } = ended;
    let exclude = arguments.recording.exclude.iter();
    let exclude: Vec<_> = exclude.map(ToString::to_string).collect();
    let excluded = outcomes.iter().map(|(_, outcome)| outcome.excluded).sum();
    let mut written = Written {
        excluded_accounts: configured.excluded.clone(),
        other_accounts: configured.not_chosen.clone(),
        excluded: (!exclude.is_empty()).then_some(excluded),
        exclude,
        ..Written::new(report)
    };
    let (mut skipped, mut known, mut twins) = (Vec::new(), Vec::new(), Vec::new());
    match result {
        Some(Ok(synced)) => {
            written.report.complete = synced.report.complete;
            (skipped, known, twins) = (synced.skipped, synced.known, synced.twins);
        }
        Some(Err(error)) => {
            message::error(&error.to_string());
            written.mark_undelivered();
        }
        None => {}
    }
    let exit = exit(&written, &ending, &outcomes);
    let mut exit = reporter.conclude(&written, &ending, exit, |source| {
        Some(format!("; {}", remark(source, &outcomes)))
    });
    if let Some(Err(error)) = changes {
        message::error(&format!("the changes could not be written: {error}"));
        exit = exit.or_partial();
    }
    for account in &skipped {
        message::error(&format!(
            "{account}: skipped, because another sync is working on it; use --wait to wait for that one"
        ));
    }
    known.retain(|account| !configured.is_configured(account));
    if !known.is_empty() {
        message::warning(&format!(
            "the database has tenants of {}, which {} not configured: they stay as they are; for an account that was renamed, \
             run `tenancy sync rename OLD NEW`, for one that was removed, `tenancy sync forget NAME`",
            names(&known),
            if known.len() == 1 { "is" } else { "are" }
        ));
    }
    for (one, other) in &twins {
        message::warning(&format!(
            "{one} and {other} have the same tenants, so each is recorded twice; if one is the new name of the other, run \
             `tenancy sync rename OLD NEW --replace`; otherwise remove one from the configuration and run `tenancy sync forget \
             NAME`"
        ));
    }
    for (account, outcome) in &outcomes {
        if outcome.withheld > 0 {
            message::error(&withheld(account, outcome.withheld));
        }
    }
    if !arguments.quiet && !outcomes.is_empty() {
        message::line(&format!("recorded as run {} in {address}", run.number));
    }
    let Some(file) = metrics else {
        return exit;
    };
    let measured = Measured {
        run,
        ended_at: Timestamp::now(),
        report: &written.report,
        outcomes: &outcomes,
        exit,
    };
    match file.write(address, arguments.database.lock_timeout(), &measured) {
        Ok(()) => exit,
        Err(error) => {
            message::error(&error);
            exit.or_partial()
        }
    }
}

/// The names of accounts, for messages.
fn names(accounts: &[AccountKey]) -> String {
    let names: Vec<_> = accounts.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// The exit code of the list, of which nothing counts that was not recorded.
fn exit(written: &Written, ending: &Ending, outcomes: &[(AccountKey, ListingOutcome)]) -> Exit {
    match Exit::of(&written.report, ending, false) {
        Exit::Complete | Exit::Partial if outcomes.is_empty() => Exit::Nothing,
        Exit::Complete if outcomes.iter().any(|(_, outcome)| outcome.withheld > 0) => Exit::Partial,
        exit => exit,
    }
}

/// What was recorded of an account.
fn remark(source: &SourceReport, outcomes: &[(AccountKey, ListingOutcome)]) -> String {
    let mut outcomes = outcomes.iter();
    match outcomes.find(|(account, _)| account.account == source.account) {
        Some((_, outcome)) => changes(source, outcome),
        None => "not recorded".to_owned(),
    }
}

fn withheld(account: &AccountKey, tenants: u64) -> String {
    format!(
        "{account}: its complete list lacks {tenants} known tenants, more than --max-gone allows, so none was marked gone; if they are \
         gone, repeat the command with `--account {} --max-gone 100%`, or sync again in an hour or more: a second complete list \
         that lacks them is believed",
        account.account
    )
}

fn changes(source: &SourceReport, outcome: &ListingOutcome) -> String {
    let mut text = format!(
        "{} created, {} changed, {} gone, {} back, {} unchanged",
        outcome.created, outcome.changed, outcome.gone, outcome.back, outcome.unchanged
    );
    if outcome.excluded > 0 {
        text.push_str(&format!(", {} excluded", outcome.excluded));
    }
    if outcome.missing > 0 {
        let mut because = source.because.iter();
        // Another read cannot settle these.
        let final_codes = ["status_left_out", "ambiguous"];
        let open = because.find(|reason| final_codes.contains(&&*reason.code));
        let why = if outcome.withheld > 0 {
            "they are too many"
        } else if let Some(reason) = open.filter(|_| source.complete) {
            &reason.text
        } else if source.complete && source.certainty == Certainty::Assumed {
            "nothing confirms that the list is complete; --verify reads it again"
        } else {
            "the list was not complete"
        };
        let missing = outcome.missing;
        text.push_str(&format!(
            "; {missing} not found, but not marked gone: {why}"
        ));
    }
    if outcome.resumable {
        text.push_str("; the next run resumes here");
    }
    text
}
