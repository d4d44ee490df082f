//! The subcommand `list`: the child tenants of all accounts.

use std::collections::HashSet;
use std::future::pending;
use std::io::{self, IsTerminal};

use futures::{FutureExt, StreamExt};
use tenancy::{Fault, FaultKind, Listing, Query};

use crate::accounts;
use crate::args::{ListArguments, ListFormat};
use crate::demo::Demonstration;
use crate::exit::{Ending, Exit, Failure};
use crate::output::{self, Format, Surroundings};
use crate::progress::Progress;
use crate::report_file::ReportFile;
use crate::sink::Sink;
use crate::summary::{self, Discretion};
use crate::{log, message, resume, select};

/// Lists the tenants.
pub(crate) fn run(arguments: &ListArguments) -> Result<Exit, Failure> {
    let format = chosen_format(arguments)?;
    if arguments.output.verbose {
        log::show();
    }
    // The server of a demonstration runs until the list has been read.
    let demonstration = Demonstration::wanted(&arguments.accounts)?;
    let wanted = select::wanted(&arguments.accounts, demonstration.as_ref())?;
    let accounts = accounts::open(&wanted, &arguments.requests)?;
    // Before the report is opened: it may be the same file.
    let earlier = arguments
        .selection
        .resume
        .as_deref()
        .map(resume::read)
        .transpose()?;
    let names = accounts
        .iter()
        .map(|account| account.name().to_owned())
        .collect();
    let query = query(arguments);
    let listing = match earlier {
        Some(earlier) => Listing::resume(accounts, query, earlier),
        None => Listing::new(accounts, query),
    }
    .map_err(|error| Failure::usage(error.to_string()))?;
    let report_file = arguments
        .output
        .report
        .as_deref()
        .map(ReportFile::open)
        .transpose()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine(format!("the runtime cannot be started: {error}")))?;
    let exit = runtime.block_on(list(arguments, format, listing, names, report_file));
    // A name that is still being resolved is not waited for.
    runtime.shutdown_background();
    exit
}

/// The format, if the other arguments go with it.
fn chosen_format(arguments: &ListArguments) -> Result<ListFormat, Failure> {
    let usual = if io::stdout().is_terminal() {
        ListFormat::Table
    } else {
        ListFormat::Ndjson
    };
    let format = arguments.output.format.unwrap_or(usual);
    let has_columns = matches!(format, ListFormat::Table | ListFormat::Csv);
    let misfit = if has_columns && arguments.output.raw {
        Some("--raw goes with --format json or ndjson")
    } else if !has_columns && !arguments.output.columns.is_empty() {
        Some("--columns goes with --format table or csv")
    } else {
        None
    };
    match misfit {
        Some(misfit) => Err(Failure::usage(format!(
            "{misfit}, and the format is {}",
            format.name()
        ))),
        None => Ok(format),
    }
}

fn query(arguments: &ListArguments) -> Query {
    let mut query = Query::default();
    query.statuses = arguments.selection.status.clone();
    query.limit = arguments.selection.limit;
    query.page_size = arguments.pages.page_size;
    query.concurrency = arguments.pages.concurrency.unwrap_or(query.concurrency);
    query.verify = arguments.selection.verify;
    query.raw = arguments.output.raw;
    query
}

async fn list(
    arguments: &ListArguments,
    format: ListFormat,
    mut listing: Listing,
    names: Vec<String>,
    report_file: Option<ReportFile>,
) -> Result<Exit, Failure> {
    let terminal = io::stdout().is_terminal();
    let surroundings = Surroundings {
        accounts: names,
        terminal,
    };
    // What is written to the same terminal meanwhile would tear the line of progress.
    let undisturbed = !arguments.output.verbose && (!terminal || format == ListFormat::Table);
    let mut reading = Reading {
        format: output::format(format, arguments.output.columns.clone(), surroundings),
        sink: Sink::stdout()?,
        failed: HashSet::new(),
        progress: Progress::new(undisturbed && !arguments.output.quiet),
    };
    let ending = tokio::select! {
        biased;
        () = interrupted() => Ending::Interrupted,
        read = reading.read(&mut listing) => match read {
            Ok(()) => Ending::Finished,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ending::Closed,
            Err(error) => Ending::Unwritable(error),
        },
    };
    reading.progress.finish();
    Ok(conclude(
        arguments,
        &mut listing,
        &ending,
        &reading.failed,
        report_file,
    ))
}

/// Says what the list came to: in the summary, in the report and in the exit code.
fn conclude(
    arguments: &ListArguments,
    listing: &mut Listing,
    ending: &Ending,
    failed: &HashSet<String>,
    report_file: Option<ReportFile>,
) -> Exit {
    match ending {
        Ending::Finished => {}
        Ending::Closed => listing.stop("the output was closed"),
        Ending::Unwritable(_) => listing.stop("the output could not be written"),
        Ending::Interrupted => listing.stop("interrupted"),
    }
    if let Ending::Unwritable(error) = ending {
        message::error(&format!("the output could not be written: {error}"));
    }
    let report = listing.report();
    let mut exit = Exit::of(&report, ending, arguments.selection.limit);
    if let Some(Err(error)) = report_file.map(|file| file.write(&report)) {
        message::error(&error);
        if exit == Exit::Complete {
            exit = Exit::Partial;
        }
    }
    summary::write(
        &report,
        ending,
        |account| failed.contains(account),
        Discretion {
            quiet: arguments.output.quiet,
        },
    );
    exit
}

/// Waits for Ctrl-C.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Where it cannot be waited for, it ends the command by itself.
        pending().await
    }
}

/// A list that is being read and written.
struct Reading {
    format: Box<dyn Format>,
    sink: Sink,
    /// The accounts of which something is missing by their own fault.
    failed: HashSet<String>,
    progress: Progress,
}

impl Reading {
    async fn read(&mut self, listing: &mut Listing) -> io::Result<()> {
        self.format.begin(self.sink.buffer())?;
        while let Some(item) = self.next(listing).await? {
            match item {
                Ok(tenant) => self.format.tenant(&tenant, self.sink.buffer())?,
                Err(fault) => self.note(fault),
            }
            if self.sink.is_full() {
                self.sink.pass_on().await?;
            }
        }
        self.format.end(self.sink.buffer())?;
        self.sink.finish().await
    }

    /// The next item. Before it is waited for, what is there is passed on.
    async fn next(
        &mut self,
        listing: &mut Listing,
    ) -> io::Result<Option<Result<tenancy::Tenant, Fault>>> {
        if let Some(item) = listing.next().now_or_never() {
            return Ok(item);
        }
        self.progress.update(listing);
        self.sink.pass_on().await?;
        Ok(listing.next().await)
    }

    /// Notes that something is missing. The summary says why an account failed, and not which records could not be read.
    fn note(&mut self, fault: Fault) {
        if let FaultKind::Record(_) = fault.kind {
            self.progress.error(&fault.to_string());
        }
        self.failed.insert(fault.account);
    }
}
