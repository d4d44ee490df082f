//! `tenancy sync`: records the tenants of all accounts in a database.

mod edit;
mod prepare;
mod recorder;
mod writer;

use tenancy::{Certainty, SourceReport};
use tenancy_store::{AccountKey, Address, ListingOutcome};

use super::list_run::{ListRun, block_on};
use crate::args::{SyncArguments, SyncCommand};
use crate::config::accounts::Accounts;
use crate::config::database;
use crate::exit::{Ending, Exit, Failure};
use crate::output::atomic_file::are_same;
use crate::output::progress::Progress;
use crate::output::report_file::{ReportFile, Written};
use crate::output::{log, message};
use prepare::Prepared;
use recorder::Recorder;
use writer::Recorded;

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
    let to = arguments.database.to.as_deref();
    let address = database::to_write(to, configured.is_demo())?;
    let report = arguments.report.as_deref();
    configured.refuse_to_replace(report)?;
    if let (Address::File(database), Some(report)) = (&address, report)
        && are_same(database, report)
    {
        return Err(Failure::usage(
            "--report names the database; choose another file for the report",
        ));
    }
    let report_file = report.map(ReportFile::open).transpose()?;
    let Prepared {
        store,
        run,
        listing,
        busy,
        recorded: mut strangers,
    } = prepare::prepare(arguments, &address, accounts)?;
    let progress = Progress::new(!arguments.verbose && !arguments.quiet);
    let mut recorder = Recorder::new(store, run)?;
    let mut list_run = ListRun::new(listing, report_file, progress, arguments.quiet)?;
    let ending = block_on(list_run.read(&mut recorder))?;
    let recorded = recorder.recorded;

    let mut written = Written::new(list_run.listing.report());
    written.report.complete &= busy.is_empty();
    if let Some(error) = &recorded.failure {
        message::error(&error.to_string());
        written.mark_undelivered();
    }
    let exit = exit(&written, &ending, &recorded);
    let exit = list_run.conclude(&written, &ending, exit, |source| {
        Some(format!("; {}", remark(source, &recorded)))
    });
    for account in &busy {
        let name = prepare::name(account);
        message::error(&format!(
            "{name}: skipped, because another sync is working on it; use --wait to wait for that one"
        ));
    }
    strangers.retain(|account| !configured.is_configured(account));
    if !strangers.is_empty() {
        message::warning(&format!(
            "the database has tenants of {}, which {} not configured: they stay as they are; for an account that was renamed, \
             run `tenancy sync rename OLD NEW`, for one that was removed, `tenancy sync forget NAME`",
            prepare::names(&strangers),
            if strangers.len() == 1 { "is" } else { "are" }
        ));
    }
    for (one, other) in &recorded.twins {
        message::warning(&format!(
            "{} and {} have the same tenants, so each is recorded twice; if one is the new name of the other, run \
             `tenancy sync rename OLD NEW --replace`; otherwise remove one from the configuration and run `tenancy sync forget \
             NAME`",
            prepare::name(one),
            prepare::name(other)
        ));
    }
    for (account, outcome) in &recorded.outcomes {
        if outcome.withheld > 0 {
            message::error(&withheld(account, outcome.withheld));
        }
    }
    if !arguments.quiet && !recorded.outcomes.is_empty() {
        message::line(&format!("recorded as run {} in {address}", run.number));
    }
    Ok(exit)
}

/// The exit code of the list, of which nothing counts that was not recorded.
fn exit(written: &Written, ending: &Ending, recorded: &Recorded) -> Exit {
    match Exit::of(&written.report, ending, false) {
        Exit::Complete | Exit::Partial if recorded.outcomes.is_empty() => Exit::Nothing,
        Exit::Complete
            if recorded
                .outcomes
                .iter()
                .any(|(_, outcome)| outcome.withheld > 0) =>
        {
            Exit::Partial
        }
        exit => exit,
    }
}

/// What was recorded of an account.
fn remark(source: &SourceReport, recorded: &Recorded) -> String {
    let mut outcomes = recorded.outcomes.iter();
    match outcomes.find(|(account, _)| account.account == source.account) {
        Some((_, outcome)) => changes(source, outcome),
        None => "not recorded".to_owned(),
    }
}

fn withheld(account: &AccountKey, tenants: u64) -> String {
    format!(
        "{}: its complete list lacks {tenants} known tenants, more than --max-gone allows, so none was marked gone; if they are \
         gone, repeat the command with `--account {} --max-gone 100%`, or sync again in an hour or more: a second complete list \
         that lacks them is believed",
        prepare::name(account),
        account.account
    )
}

fn changes(source: &SourceReport, outcome: &ListingOutcome) -> String {
    let mut text = format!(
        "{} created, {} changed, {} gone, {} back, {} unchanged",
        outcome.created, outcome.changed, outcome.gone, outcome.back, outcome.unchanged
    );
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
