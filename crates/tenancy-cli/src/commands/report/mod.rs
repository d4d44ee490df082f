//! `tenancy report`: one page about what a database knows of a period.

mod accounts;
mod balances;
mod chart;
mod content;
mod customers;
mod drift;
mod events;
mod foreign;
mod html;
mod markdown;

use std::io::Write;
use std::path::Path;

use tenancy_store::{Period, PeriodOptions};

use super::side::LOCK_TIMEOUT;
use crate::args::{ReportArguments, ReportFormat};
use crate::config::database;
use crate::exit::{Exit, Failure};
use crate::output::atomic_file::{AtomicFile, are_same};
use crate::output::{Tone, message, sink};
use chart::Chart;
use content::{Content, Figure, counted, grouped, minute};

pub(crate) fn run(arguments: &ReportArguments) -> Result<Exit, Failure> {
    refuse_to_replace(arguments)?;
    let output = arguments.file().map(|path| {
        AtomicFile::open(path).map_err(|error| {
            let path = path.display();
            Failure::usage(format!(
                "cannot write the report to {path}: {error}; choose another file"
            ))
        })
    });
    let output = output.transpose()?;
    let address = database::to_read(arguments.database.as_deref())?;
    let options = PeriodOptions {
        from: arguments.from,
        to: arguments.to,
        events: arguments.rows,
    };
    let period =
        tenancy_store::period(&address, options, LOCK_TIMEOUT).map_err(database::failure)?;
    let (content, in_doubt) = content(arguments, period)?;
    let text = match arguments.format() {
        ReportFormat::Html => html::page(&content),
        ReportFormat::Markdown => markdown::text(&content),
    };
    match output {
        Some(file) => write(file, &text)?,
        None => sink::print(text)?,
    }
    if !arguments.quiet {
        message::line(&summary(&content, in_doubt));
    }
    Ok(if in_doubt == 0 {
        Exit::Complete
    } else {
        Exit::Partial
    })
}

/// Refuses to replace a file that the customers are read from.
fn refuse_to_replace(arguments: &ReportArguments) -> Result<(), Failure> {
    let matching = &arguments.matching;
    let customers = matching.customers.as_deref().map(Path::new);
    let mut inputs = customers.into_iter().chain(matching.pins.as_deref());
    let output = arguments.file();
    let replaced = inputs.find(|input| output.is_some_and(|output| are_same(input, output)));
    replaced.map_or(Ok(()), |input| {
        Err(Failure::usage(format!(
            "{} would be replaced, and the customers are read from it; choose another file",
            input.display()
        )))
    })
}

fn write(mut file: AtomicFile, text: &str) -> Result<(), Failure> {
    let written = file.write_all(text.as_bytes());
    written
        .and_then(|()| file.commit())
        .map_err(|error| Failure::machine(format!("the report could not be written: {error}")))
}

/// What the report says, and how many accounts have a list that is not known to be complete.
fn content(arguments: &ReportArguments, period: Period) -> Result<(Content, u64), Failure> {
    let snapshot = &period.snapshot;
    let (accounts, in_doubt) = accounts::section(&period.accounts, snapshot, arguments.rows);
    let mut sections = vec![accounts];
    sections.extend(events::sections(&period));
    if let Some(threshold) = &arguments.balance_below {
        sections.push(balances::section(
            &period.snapshot,
            threshold,
            arguments.rows,
        )?);
    }
    let confirmed =
        in_doubt == 0 && snapshot.assumed().is_empty() && snapshot.excluded().is_empty();
    let (matching, rows) = (&arguments.matching, arguments.rows);
    sections.extend(customers::section(
        matching,
        &period.snapshot,
        confirmed,
        rows,
    )?);
    sections.push(drift::section(&period.accounts, arguments.rows));
    let chart = Chart::new(period.moments.clone(), &period.counts);
    let content = Content {
        period: shown(&period),
        alert: alert(&period, in_doubt),
        figures: figures(&period, &chart, in_doubt),
        chart,
        sections,
    };
    Ok((content, in_doubt))
}

/// The times of a period.
fn shown(period: &Period) -> String {
    let mut shown = format!("{} to {} UTC", minute(period.from), minute(period.to));
    if period.is_whole_history {
        shown.push_str("; the history starts here");
    }
    shown
}

/// The warning that tenants may be missing.
fn alert(period: &Period, in_doubt: u64) -> Option<String> {
    (in_doubt > 0).then(|| {
        let (lists, are) = (
            period.accounts.len() as u64,
            if in_doubt == 1 { "is" } else { "are" },
        );
        format!(
            "Tenants may be missing: {} of {} {are} not known to be complete.",
            grouped(in_doubt),
            counted(lists, "list", "lists"),
        )
    })
}

fn figures(period: &Period, chart: &Chart, in_doubt: u64) -> Vec<Figure> {
    let figure = |label, value, detail, tone| Figure {
        label,
        value,
        detail,
        tone,
    };
    let before = format!("{} at the beginning", grouped(chart.all.first()));
    let accounts = period.accounts.len() as u64;
    let (complete, tone) = match in_doubt {
        0 => ("all complete".to_owned(), Tone::Good),
        _ => (format!("{} not complete", grouped(in_doubt)), Tone::Bad),
    };
    vec![
        figure("tenants", chart.all.last(), Some(before), Tone::Plain),
        figure("accounts", accounts, Some(complete), tone),
        figure("came", period.came.total, None, Tone::Plain),
        figure("went", period.went.total, None, Tone::Plain),
        figure("suspended", period.suspended.total, None, Tone::Plain),
    ]
}

fn summary(content: &Content, in_doubt: u64) -> String {
    let accounts = content
        .sections
        .first()
        .map_or(0, |accounts| accounts.total);
    let lists = match in_doubt {
        0 => "every list is complete".to_owned(),
        _ => format!(
            "{} not known to be complete: see the report",
            counted(in_doubt, "list is", "lists are")
        ),
    };
    format!(
        "{} in {}: {lists}",
        counted(content.chart.all.last(), "tenant", "tenants"),
        counted(accounts, "account", "accounts"),
    )
}
