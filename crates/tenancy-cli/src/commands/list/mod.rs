//! `tenancy list`: writes the tenants of all accounts.

mod read;
mod rows;
mod twins;

use tenancy::{Account, Listing, Query, Report, SourceReport};

use super::reporter::{Reporter, block_on};
use crate::args::ListArguments;
use crate::config::accounts::Accounts;
use crate::exit::{Ending, Exit, Failure};
use crate::output::atomic_file::AtomicFile;
use crate::output::progress::Progress;
use crate::output::report_file::{ReportFile, Written};
use crate::output::sink::{Destination, Sink};
use crate::output::{ListFormat, OutputOptions, Screen, log, message};
use rows::Rows;

/// What became of a list.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) exit: Exit,
    pub(super) ending: Ending,
    pub(super) report: Report,
    /// The number of rows that match.
    pub(super) matched: u64,
    /// Whether all of them were written.
    pub(super) delivered: bool,
}

pub(crate) fn run(arguments: &ListArguments) -> Result<Exit, Failure> {
    list(arguments).map(|listed| listed.exit)
}

/// Lists the accounts, and writes the rows, the report and the summary.
pub(super) fn list(arguments: &ListArguments) -> Result<Listed, Failure> {
    let format = arguments.format()?;
    if arguments.output.verbose {
        log::show();
    }
    let configured = Accounts::load(&arguments.accounts)?;
    let accounts = configured.connect(&arguments.requests)?;
    let (output, report) = (arguments.output.file(), arguments.output.report.as_deref());
    configured.refuse_to_replace(output)?;
    configured.refuse_to_replace(report)?;
    let names = accounts.iter().map(|account| account.name().to_owned());
    let names = names.collect();
    // Before the report file is opened: it may be the same file.
    let resume = arguments.selection.resume.as_deref();
    let shape = arguments.shape(format);
    let earlier = resume
        .map(|path| Written::read(path, &arguments.filters(), &shape))
        .transpose()?;
    let filtered_out = earlier.as_ref().and_then(|earlier| earlier.filtered_out);
    let mut listing = listing(accounts, query(arguments), earlier)?;
    let written = Written {
        filters: arguments.filters(),
        statuses: arguments.statuses(),
        filtered_out,
        excluded_accounts: configured.excluded.clone(),
        other_accounts: configured.not_chosen.clone(),
        written_with: Some(shape),
        ..Written::new(listing.report())
    };
    let report_file = arguments.output.report.as_deref();
    let report_file = report_file.map(ReportFile::open).transpose()?;
    let (mut rows, progress) = rows(arguments, format, names, report_file.as_ref())?;
    let mut reporter = Reporter::new(
        report_file,
        progress,
        &arguments.output.fail_on,
        arguments.output.quiet,
    )?;
    let ending = block_on(read::read(&mut listing, &mut rows, &mut reporter))??;
    Ok(conclude(
        arguments, listing, reporter, rows, ending, written,
    ))
}

/// The statuses that were seen instead of those that were asked for, which may be misspelt.
fn statuses_seen(source: &SourceReport) -> Option<String> {
    let seen: Vec<_> = source.other_statuses.iter().map(String::as_str).collect();
    let none_found = source.tenants == 0 && !seen.is_empty();
    none_found.then(|| format!("; the statuses seen are {}", seen.join(", ")))
}

fn listing(
    accounts: Vec<Account>,
    query: Query,
    earlier: Option<Written>,
) -> Result<Listing, Failure> {
    match earlier {
        Some(earlier) => Listing::resume(accounts, query, earlier.report),
        None => Listing::new(accounts, query),
    }
    .map_err(|error| Failure::usage(error.to_string()))
}

/// The query for the engine. A limit on rows is enforced here, unless rows are tenants in the order of arrival.
fn query(arguments: &ListArguments) -> Query {
    let selection = &arguments.selection;
    let rows_are_tenants =
        selection.filter.is_empty() && selection.sort.is_empty() && !selection.members;
    let mut query = arguments.pages.base_query();
    query.statuses.clone_from(&selection.status);
    query.limit = selection.limit.filter(|_| rows_are_tenants);
    // The first rows are the same in each run.
    query.in_order = selection.limit.is_some() && selection.sort.is_empty();
    query.raw = arguments.output.rows.raw;
    query
}

fn rows<'a>(
    arguments: &'a ListArguments,
    format: ListFormat,
    accounts: Vec<String>,
    report_file: Option<&ReportFile>,
) -> Result<(Rows<'a>, Progress), Failure> {
    let (selection, output) = (&arguments.selection, &arguments.output);
    let (destination, screen) = match output.file() {
        None => (Destination::Stdout, Screen::stdout()),
        Some(path) => {
            let file = AtomicFile::open(path).map_err(|error| {
                let path = path.display();
                Failure::usage(format!(
                    "cannot write the list to {path}: {error}; choose another file"
                ))
            })?;
            if report_file.is_some_and(|report| report.replaces_same(&file)) {
                return Err(Failure::usage(
                    "--output and --report name the same file; choose another one for the report",
                ));
            }
            (Destination::File(file), Screen::file())
        }
    };
    let is_sorted = !selection.sort.is_empty();
    // Rows that go to the same terminal would tear the progress line.
    let written_at_end = is_sorted || !format.streams() || !screen.is_terminal;
    let progress = Progress::new(written_at_end && !output.verbose && !output.quiet);
    let options = OutputOptions {
        format,
        columns: output.rows.columns.clone(),
        query: output.rows.program()?,
        members: selection.members,
        accounts: if is_sorted { Vec::new() } else { accounts },
        screen,
    };
    let sink = Sink::start(destination)?;
    let streams = format.streams();
    let rows = Rows::new(selection, options.into_format(), streams, sink);
    let rows = rows.map_err(|error| Failure::machine(error.to_string()))?;
    Ok((rows, progress))
}

/// Puts the file in place, and writes the report and the summary.
fn conclude(
    arguments: &ListArguments,
    mut listing: Listing,
    reporter: Reporter,
    mut rows: Rows<'_>,
    ending: Ending,
    mut written: Written,
) -> Listed {
    let limited = rows.is_full();
    if let (Ending::Finished, true, Some(limit)) = (&ending, limited, arguments.selection.limit) {
        let reason = format!("stopped at the limit of {limit}");
        listing.stop(&reason);
    }
    written.report = listing.report();
    let filtered_out = rows.filtered_out() + written.filtered_out.unwrap_or_default();
    written.filtered_out = (!written.filters.is_empty()).then_some(filtered_out);
    if let (Ending::Interrupted(_), Some(limit)) = (&ending, rows.needs_end()) {
        message::error(&format!(
            "no row was written: the first {limit} in sorted order are known only at the end of the list; list again from the start"
        ));
    }
    let delivered = rows.delivered.take();
    if delivered.is_none() {
        written.mark_undelivered();
    }
    let mut exit = Exit::of(&written.report, &ending, limited);
    let is_empty = Exit::of(&written.report, &Ending::Finished, limited) == Exit::Nothing;
    let error = match (&ending, delivered) {
        (Ending::Unwritable(error), _) => Some(error.clone()),
        (_, Some(Destination::File(file))) if !is_empty => {
            let error = file.commit().err();
            error.map(|error| format!("the output could not be written: {error}"))
        }
        _ => None,
    };
    if let Some(error) = error.or_else(|| rows.failure()) {
        message::error(&error);
        written.mark_undelivered();
        if !matches!(ending, Ending::Interrupted(_)) {
            exit = Exit::Partial;
        }
    }
    let exit = reporter.conclude(&written, &ending, exit, statuses_seen);
    for [one, other] in rows.twins.pairs() {
        message::warning(&format!(
            "{one} and {other} have the same tenants, so each is listed twice; remove one of them from the configuration, or \
             choose one with --account"
        ));
    }
    if !arguments.output.quiet {
        let sources = written.report.sources.iter();
        let without_status = sources.map(|source| source.not_judged).sum();
        let notes = [rows.summary(without_status), rows.note()];
        notes.iter().flatten().for_each(|note| message::line(note));
    }
    Listed {
        exit,
        ending,
        matched: rows.matched(),
        delivered: written.delivered,
        report: written.report,
    }
}
