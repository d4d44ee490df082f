//! `tenancy providers`: the supported providers, and what their lists can do.

use serde::Serialize;
use tenancy::{Capabilities, PagingStyle};

use crate::args::{ProvidersArguments, ProvidersFormat};
use crate::exit::{Exit, Failure};
use crate::output::{Grid, Screen, Tone, sink};
use crate::select::field::Style;

/// What the command shows of a provider.
#[derive(Debug, Serialize)]
struct Shown {
    name: &'static str,
    paging: &'static str,
    /// Absent if there are no pages.
    default_page_size: Option<u32>,
    /// Absent if there are no pages, or if not documented.
    largest_page_size: Option<u32>,
    status_filter: &'static [&'static str],
    /// Statuses that a list without a filter may leave out; they are requested separately.
    maybe_left_out: &'static [&'static str],
    reports_status: bool,
    tells_total: bool,
    /// Absent if not documented.
    rate_limit: Option<&'static str>,
    rate_limit_source: Option<&'static str>,
    source: &'static str,
}

pub(crate) fn run(arguments: &ProvidersArguments) -> Result<Exit, Failure> {
    let shown: Vec<_> = tenancy::providers::ALL
        .iter()
        .map(|provider| shown(provider.name, &provider.capabilities))
        .collect();
    let text = match arguments.format {
        ProvidersFormat::Table => table(&shown),
        ProvidersFormat::Json => serde_json::to_string_pretty(&shown)
            .map_err(|error| Failure::machine(format!("cannot write the providers: {error}")))?,
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

/// One line per fact.
fn table(providers: &[Shown]) -> String {
    let columns = ["provider", "what", "how"].map(|name| (name, Style::Prose));
    let mut grid = Grid::new(columns.to_vec());
    for provider in providers {
        for (at, (what, how)) in facts(provider).into_iter().enumerate() {
            let name = if at == 0 { provider.name } else { "" };
            let cells = [name.to_owned(), what.to_owned(), how];
            grid.add(cells.map(|cell| (cell, Tone::Plain)));
        }
    }
    grid.draw(Screen::stdout()).text
}

fn facts(provider: &Shown) -> Vec<(&'static str, String)> {
    let pages = match (provider.default_page_size, provider.largest_page_size) {
        (Some(usual), Some(largest)) => {
            format!("{usual} by default, at most {largest}; set by --page-size")
        }
        (Some(usual), None) => {
            format!("{usual} by default, maximum not documented; set by --page-size")
        }
        (None, _) => "no pages".to_owned(),
    };
    let filter = match (provider.reports_status, provider.status_filter) {
        (false, _) => "not reported: --status counts the tenants as not judged".to_owned(),
        (true, []) => "--status is applied by this command, to the whole list".to_owned(),
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
            format!("a plain list may leave out {words}: requested separately"),
        ));
    }
    let total = if provider.tells_total {
        "reported, and checked against the tenants that arrived"
    } else {
        "not reported"
    };
    facts.push(("total", total.to_owned()));
    facts.push(match (provider.rate_limit, provider.rate_limit_source) {
        (Some(limit), Some(source)) => ("rate limit", format!("{limit}: {source}")),
        _ => (
            "rate limit",
            "not documented; Retry-After is respected".to_owned(),
        ),
    });
    facts.push(("source", provider.source.to_owned()));
    facts
}
