//! The subcommand `list`: the child tenants of all accounts.

pub(crate) mod reading;
mod resume;
mod rows;

use tenancy::{Listing, Query};

use crate::args::{ListArguments, ListFormat};
use crate::commands::list::reading::{Ended, Reading};
use crate::commands::list::rows::{Rows, Wanted};
use crate::config::demo::Demonstration;
use crate::exit::{Ending, Exit, Failure};
use crate::output::atomic_file::Replacement;
use crate::output::progress::Progress;
use crate::output::report_file::{ReportFile, Written};
use crate::output::sink::{Destination, Sink};
use crate::output::summary::{self, Discretion};
use crate::output::{self, Manner, Screen};
use crate::{config::choose, config::connect, output::log, output::message};

/// Lists the tenants.
pub(crate) fn run(arguments: &ListArguments) -> Result<Exit, Failure> {
    let format = arguments.format()?;
    if arguments.output.verbose {
        log::show();
    }
    // The server of a demonstration runs until the list has been read.
    let demonstration = Demonstration::wanted(&arguments.accounts)?;
    let setups = choose::wanted(&arguments.accounts, demonstration.as_ref())?;
    let accounts = connect::open(&setups, &arguments.requests)?;
    let names = setups.into_iter().map(|setup| setup.name).collect();
    // Before the report is opened: it may be the same file.
    let earlier = arguments
        .selection
        .resume
        .as_deref()
        .map(|path| resume::read(path, &arguments.filters()))
        .transpose()?;
    let left_out_before = earlier.as_ref().and_then(|earlier| earlier.filtered_out);
    let listing = match earlier {
        Some(earlier) => Listing::resume(accounts, query(arguments), earlier.report),
        None => Listing::new(accounts, query(arguments)),
    }
    .map_err(|error| Failure::usage(error.to_string()))?;
    let report_file = arguments
        .output
        .report
        .as_deref()
        .map(ReportFile::open)
        .transpose()?;
    let reading = reading(arguments, format, names)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine(format!("the runtime cannot be started: {error}")))?;
    let exit = runtime.block_on(
        List {
            arguments,
            listing,
            reading,
            report_file,
            left_out_before,
        }
        .run(),
    );
    // A name that is still being resolved is not waited for.
    runtime.shutdown_background();
    Ok(exit)
}

/// What the engine is asked for. A limit that counts rows, and not tenants as they come, is kept here.
fn query(arguments: &ListArguments) -> Query {
    let selection = &arguments.selection;
    let counts_tenants =
        selection.filter.is_empty() && selection.sort.is_empty() && !selection.members;
    let mut query = Query::default();
    query.statuses = selection.status.clone();
    query.limit = selection.limit.filter(|_| counts_tenants);
    query.page_size = arguments.pages.page_size;
    query.concurrency = arguments.pages.concurrency.unwrap_or(query.concurrency);
    query.verify = selection.verify;
    query.raw = arguments.output.raw;
    query
}

fn reading(
    arguments: &ListArguments,
    format: ListFormat,
    accounts: Vec<String>,
) -> Result<Reading, Failure> {
    let (selection, output) = (&arguments.selection, &arguments.output);
    let destination = match &output.output {
        None => Destination::Stdout,
        Some(path) => Destination::File(Replacement::of(path).map_err(|error| {
            Failure::usage(format!(
                "the list cannot be written to {}: {error}; choose another file",
                path.display()
            ))
        })?),
    };
    let screen = match destination {
        Destination::Stdout => Screen::stdout(),
        Destination::File(_) => Screen::file(),
    };
    let is_sorted = !selection.sort.is_empty();
    let manner = Manner {
        format,
        columns: output.columns.clone(),
        members: selection.members,
        accounts: if is_sorted { Vec::new() } else { accounts },
        screen,
    };
    let wanted = Wanted {
        filters: selection.filter.clone(),
        sort: selection.sort.clone(),
        limit: selection.limit,
        members: selection.members,
    };
    // What is written to the same terminal meanwhile would tear the line of progress.
    let at_the_end = is_sorted || format == ListFormat::Table || !screen.is_terminal();
    let progress = Progress::new(at_the_end && !output.verbose && !output.quiet);
    let sink = Sink::to(destination)?;
    Ok(Reading::new(
        output::format(manner),
        Rows::new(wanted),
        sink,
        progress,
    ))
}

/// A list on its way.
struct List<'a> {
    arguments: &'a ListArguments,
    listing: Listing,
    reading: Reading,
    report_file: Option<ReportFile>,
    /// How many rows the filters left out of the list that this one goes on from.
    left_out_before: Option<u64>,
}

impl List<'_> {
    async fn run(mut self) -> Exit {
        let ended = self.reading.run(&mut self.listing).await;
        self.conclude(ended)
    }

    /// Says what the list came to: in the summary, in the report and in the exit code.
    fn conclude(mut self, ended: Ended) -> Exit {
        let Ended { ending, delivered } = ended;
        let limited = self.reading.rows.is_full();
        match (&ending, self.arguments.selection.limit) {
            (Ending::Finished, Some(limit)) if limited => {
                self.listing
                    .stop(&format!("stopped at the limit of {limit}"));
            }
            (Ending::Finished, _) => {}
            (Ending::Closed, _) => self.listing.stop("the output was closed"),
            (Ending::Unwritable(_), _) => self.listing.stop("the output could not be written"),
            (Ending::Interrupted, _) => self.listing.stop("interrupted"),
        }
        let mut written = self.written(delivered.is_some());
        let mut exit = Exit::of(&written.report, &ending, limited);
        if let Err(error) = put_in_place(&ending, exit, delivered) {
            message::error(&error);
            written.deny();
            exit = Exit::Partial;
        }
        if let Some(Err(error)) = self.report_file.map(|file| file.write(&written)) {
            message::error(&error);
            if exit == Exit::Complete {
                exit = Exit::Partial;
            }
        }
        let quiet = self.arguments.output.quiet;
        let failed = |account: &str| self.reading.failed.contains(account);
        summary::write(&written.report, &ending, failed, Discretion { quiet });
        let remarks = [self.reading.rows.summary(), self.reading.format.note()];
        for remark in remarks.iter().flatten().filter(|_| !quiet) {
            message::line(remark);
        }
        exit
    }

    fn written(&self, delivered: bool) -> Written {
        let filters = self.arguments.filters();
        let left_out = self.reading.rows.tally().filtered_out();
        let mut written = Written {
            report: self.listing.report(),
            filtered_out: (!filters.is_empty())
                .then(|| left_out + self.left_out_before.unwrap_or_default()),
            filters,
            delivered: true,
        };
        if !delivered {
            written.deny();
        }
        written
    }
}

/// Puts a file in its place once it holds what could be listed, and says what became of it otherwise.
fn put_in_place(ending: &Ending, exit: Exit, delivered: Option<Destination>) -> Result<(), String> {
    match (ending, delivered) {
        (Ending::Unwritable(error), _) => Err(format!("the output could not be written: {error}")),
        (Ending::Finished, Some(Destination::File(file))) if exit != Exit::Nothing => file
            .put_in_place()
            .map_err(|error| format!("the output could not be written: {error}")),
        _ => Ok(()),
    }
}
