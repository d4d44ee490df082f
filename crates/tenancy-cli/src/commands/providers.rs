//! The subcommand `providers`: the providers and what their lists can do.

use serde::Serialize;
use tenancy::{Capabilities, PagingStyle};

use crate::args::{ProvidersArguments, ProvidersFormat};
use crate::exit::{Exit, Failure};
use crate::output::sink;
use crate::output::{Colour, Grid, Screen};
use crate::select::field::Style;

/// What is shown of a provider.
#[derive(Debug, Serialize)]
struct Shown {
    name: &'static str,
    paging: &'static str,
    /// Absent where there are no pages.
    default_page_size: Option<u32>,
    /// Absent where there are no pages or the provider does not state it.
    largest_page_size: Option<u32>,
    status_filter: &'static [&'static str],
    /// Statuses whose tenants a list without a filter may leave out: they are asked for as well.
    maybe_left_out: &'static [&'static str],
    reports_status: bool,
    tells_total: bool,
    /// Absent where the provider does not state it.
    rate_limit: Option<&'static str>,
    rate_limit_source: Option<&'static str>,
    source: &'static str,
}

/// Shows the providers.
pub(crate) fn run(arguments: &ProvidersArguments) -> Result<Exit, Failure> {
    let shown: Vec<_> = tenancy::providers::ALL
        .iter()
        .map(|provider| shown(provider.name, &provider.capabilities))
        .collect();
    let text = match arguments.format {
        ProvidersFormat::Table => table(&shown),
        ProvidersFormat::Json => serde_json::to_string_pretty(&shown).map_err(|error| {
            Failure::machine(format!("the providers cannot be written: {error}"))
        })?,
    };
    sink::print(&format!("{text}\n"))?;
    Ok(Exit::Complete)
}

fn shown(name: &'static str, can: &Capabilities) -> Shown {
    Shown {
        name,
        paging: match can.style {
            PagingStyle::OneBody => "one body",
            PagingStyle::Numbered => "page numbers",
            PagingStyle::Cursor => "cursors",
            _ => "other",
        },
        default_page_size: (can.default_page_size > 0).then_some(can.default_page_size),
        largest_page_size: can.largest_page,
        status_filter: can.status_filter,
        maybe_left_out: can.maybe_left_out,
        reports_status: can.reports_status,
        tells_total: can.tells_total,
        rate_limit: can.rate_limit.map(|(limit, _)| limit),
        rate_limit_source: can.rate_limit.map(|(_, source)| source),
        source: can.source,
    }
}

/// One line a fact: so it fits a terminal, and there is room for what is not known.
fn table(providers: &[Shown]) -> String {
    let columns = ["provider", "what", "how"].map(|name| (name, Style::Prose));
    let mut grid = Grid::new(columns.to_vec());
    for provider in providers {
        for (at, (what, how)) in facts(provider).into_iter().enumerate() {
            let name = if at == 0 { provider.name } else { "" };
            let cells = [name.to_owned(), what.to_owned(), how];
            grid.add(cells.map(|cell| (cell, Colour::Plain)));
        }
    }
    grid.draw(Screen::stdout()).text
}

fn facts(provider: &Shown) -> Vec<(&'static str, String)> {
    let pages = match (provider.default_page_size, provider.largest_page_size) {
        (Some(usual), Some(largest)) => {
            format!("{usual} unless --page-size says otherwise, at most {largest}")
        }
        (Some(usual), None) => {
            format!("{usual} unless --page-size says otherwise; the most is not stated")
        }
        (None, _) => "there are no pages".to_owned(),
    };
    let filter = match (provider.reports_status, provider.status_filter) {
        (false, _) => "no status is reported: --status counts its tenants as not judged".to_owned(),
        (true, []) => "--status is applied here, to the whole list".to_owned(),
        (true, words) => format!(
            "--status is applied by the provider for {}",
            words.join(", ")
        ),
    };
    let mut facts = vec![
        ("paging", provider.paging.to_owned()),
        ("page size", pages),
        ("status", filter),
    ];
    if !provider.maybe_left_out.is_empty() {
        let words = provider.maybe_left_out.join(", ");
        facts.push((
            "",
            format!("{words} may be left out of a list: asked for as well"),
        ));
    }
    let total = if provider.tells_total {
        "told, and checked against what came"
    } else {
        "not told"
    };
    facts.push(("total", total.to_owned()));
    facts.push(match (provider.rate_limit, provider.rate_limit_source) {
        (Some(limit), Some(source)) => ("rate limit", format!("{limit}: {source}")),
        _ => ("rate limit", "not stated; Retry-After is heeded".to_owned()),
    });
    facts.push(("source", provider.source.to_owned()));
    facts
}
