//! `tenancy runs`: prints which runs a database has, and what they recorded.

use std::borrow::Cow;
use std::io;

use serde_json::Value;
use tenancy_store::RecordedRun;

use super::side::LOCK_TIMEOUT;
use crate::args::RunsArguments;
use crate::config::database;
use crate::exit::{Exit, Failure};
use crate::output::{Grid, ListFormat, Screen, Tone, csv_line, print_json, sink, yaml_item};
use crate::select::field::Style;

/// The names of the members in JSON.
const COLUMNS: [&str; 10] = [
    "run",
    "started_at",
    "ended_at",
    "complete",
    "incomplete",
    "tenants",
    "created",
    "changed",
    "gone",
    "back",
];

pub(crate) fn run(arguments: &RunsArguments) -> Result<Exit, Failure> {
    let address = database::to_read(arguments.database.as_deref())?;
    let runs = tenancy_store::runs(&address, LOCK_TIMEOUT).map_err(database::failure)?;
    let text = match arguments.format {
        ListFormat::Json => return print_json(&runs).map(|()| Exit::Complete),
        ListFormat::Ndjson => ndjson(&runs),
        ListFormat::Csv => csv(&runs),
        ListFormat::Yaml => yaml(&runs),
        ListFormat::Table => table(&runs),
    };
    let unwritable = |error| Failure::machine(format!("cannot write the runs: {error}"));
    sink::print(text.map_err(unwritable)?)?;
    Ok(Exit::Complete)
}

fn ndjson(runs: &[RecordedRun]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for run in runs {
        serde_json::to_writer(&mut text, run)?;
        text.push(b'\n');
    }
    Ok(text)
}

fn yaml(runs: &[RecordedRun]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for run in runs {
        yaml_item(run, &mut text)?;
    }
    if runs.is_empty() {
        text.extend_from_slice(b"[]\n");
    }
    Ok(text)
}

fn csv(runs: &[RecordedRun]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    csv_line(COLUMNS.into_iter().map(Cow::Borrowed), false, &mut text)?;
    for run in runs {
        csv_line(cells(run)?.into_iter().map(Cow::Owned), false, &mut text)?;
    }
    Ok(text)
}

fn table(runs: &[RecordedRun]) -> io::Result<Vec<u8>> {
    let mut grid = Grid::new(COLUMNS.map(|name| (name, Style::Whole)).to_vec());
    for run in runs {
        let tone = match (run.incomplete, run.ended_at) {
            (0, Some(_)) => Tone::Plain,
            _ => Tone::Doubtful,
        };
        grid.add(cells(run)?.into_iter().map(|cell| (cell, tone)));
    }
    Ok((grid.draw(Screen::stdout()).text + "\n").into_bytes())
}

/// The cells of a run, in the order of the columns.
fn cells(run: &RecordedRun) -> serde_json::Result<Vec<String>> {
    let run = serde_json::to_value(run)?;
    let cell = |name: &&str| match &run[name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Ok(COLUMNS.iter().map(cell).collect())
}
