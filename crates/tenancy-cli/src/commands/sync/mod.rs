//! The subcommand `sync`: keeps the tenants of all accounts in a database.

mod preparation;
mod recorder;
mod summary;
mod writer;

use tenancy::Report;
use tenancy_store::Address;

use crate::args::SyncArguments;
use crate::config::demo::Demonstration;
use crate::exit::{Ending, Exit, Failure};
use crate::output::progress::Progress;
use crate::output::report_file::{ReportFile, Written};
use crate::{config::choose, config::connect, config::database, output::log, output::message};

use preparation::Prepared;
use recorder::{Recorded, Recorder};
use summary::Summary;

/// Records the tenants.
pub(crate) fn run(arguments: &SyncArguments) -> Result<Exit, Failure> {
    if arguments.verbose {
        log::show();
    }
    let demonstration = Demonstration::wanted(&arguments.accounts)?;
    let setups = choose::wanted(&arguments.accounts, demonstration.as_ref())?;
    let accounts = connect::open(&setups, &arguments.requests)?;
    let report_file = arguments
        .report
        .as_deref()
        .map(ReportFile::open)
        .transpose()?;
    let address = database::to_write(arguments.database.to.as_deref(), demonstration.is_some())?;
    let prepared = preparation::prepare(arguments, &address, accounts)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine(format!("the runtime cannot be started: {error}")))?;
    let exit = runtime.block_on(sync(arguments, prepared, &address, report_file));
    // A name that is still being resolved is not waited for.
    runtime.shutdown_background();
    exit
}

async fn sync(
    arguments: &SyncArguments,
    prepared: Prepared,
    address: &Address,
    report_file: Option<ReportFile>,
) -> Result<Exit, Failure> {
    let Prepared {
        store,
        run,
        listing,
        busy,
    } = prepared;
    let progress = Progress::new(!arguments.verbose && !arguments.quiet);
    let recorded = Recorder::new(store, run, listing, progress)?.run().await;
    let mut written = Written {
        report: recorded.report.clone(),
        filters: Vec::new(),
        filtered_out: None,
        delivered: true,
    };
    written.report.complete &= busy.is_empty();
    if let Some(error) = &recorded.failure {
        message::error(&error.to_string());
        written.deny();
    }
    let mut exit = exit(&written.report, &recorded);
    if let Some(Err(error)) = report_file.map(|file| file.write(&written)) {
        message::error(&error);
        if exit == Exit::Complete {
            exit = Exit::Partial;
        }
    }
    Summary {
        recorded: &recorded,
        busy: &busy,
        run,
        address,
        quiet: arguments.quiet,
    }
    .write();
    Ok(exit)
}

/// The exit code: that of a list, but that what was not recorded does not count.
fn exit(report: &Report, recorded: &Recorded) -> Exit {
    let ending = if recorded.interrupted {
        Ending::Interrupted
    } else {
        Ending::Finished
    };
    match Exit::of(report, &ending, false) {
        Exit::Complete | Exit::Partial if recorded.conclusions.is_empty() => Exit::Nothing,
        exit => exit,
    }
}
