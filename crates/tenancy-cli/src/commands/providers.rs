//! `tenancy providers`: prints the providers and what their lists support.

use serde_json::{Value, json};
use tenancy::providers::{self, Descriptor};
use tenancy::providers::{Paging, RankBy};

use crate::args::ProvidersArguments;
use crate::exit::{Exit, Failure};
use crate::output::{Grid, Screen, Tone};
use crate::select::field::Style;

pub(crate) fn run(arguments: &ProvidersArguments) -> Result<Exit, Failure> {
    let shown: Vec<_> = providers::ALL.iter().copied().map(shown).collect();
    arguments.format.print(&shown, table)?;
    Ok(Exit::Complete)
}

fn shown(provider: &Descriptor) -> Value {
    let can = &provider.capabilities;
    json!({
        "name": provider.name,
        "paging": paging(provider),
        // Null if there are no pages, or if not documented.
        "default_page_size": (can.default_page_size > 0).then_some(can.default_page_size),
        "largest_page_size": can.largest_page,
        "status_filter": can.status_filter,
        // A list without a filter may leave these out; they are requested separately, if there is a filter for them.
        "maybe_left_out": can.maybe_left_out,
        "reports_status": can.reports_status,
        "tells_total": can.reports_total,
        "rate_limit": can.rate_limit.map(|(limit, _)| limit),
        "rate_limit_source": can.rate_limit.map(|(_, source)| source),
        "source": can.source,
    })
}

fn paging(provider: &Descriptor) -> &'static str {
    match provider.capabilities.paging {
        Paging::OneBody => "one body",
        Paging::Ranks {
            by: RankBy::Offset { .. },
            ..
        } => "offsets",
        Paging::Ranks { .. } => "page numbers",
        Paging::Links => "cursors",
        Paging::Keyset { .. } => "the last record's identity",
        _ => "other",
    }
}

/// One line per fact.
fn table() -> String {
    let columns = ["provider", "what", "how"].map(|name| (name, Style::Prose));
    let mut grid = Grid::new(columns.to_vec());
    for provider in providers::ALL {
        for (at, (what, how)) in facts(provider).into_iter().enumerate() {
            let name = if at == 0 { provider.name } else { "" };
            let cells = [name.to_owned(), what.to_owned(), how];
            grid.add(cells.map(|cell| (cell, Tone::Plain)));
        }
    }
    grid.draw(Screen::stdout()).text + "\n"
}

fn facts(provider: &Descriptor) -> Vec<(&'static str, String)> {
    let can = &provider.capabilities;
    let pages = match (can.default_page_size, can.largest_page) {
        (0, _) => "no pages".to_owned(),
        (usual, Some(largest)) => {
            format!("{usual} by default, at most {largest}; set by --page-size")
        }
        (usual, None) => {
            format!("{usual} by default, maximum not documented; set by --page-size")
        }
    };
    let filter = match (can.reports_status, can.status_filter) {
        (false, _) => "not reported: --status counts the tenants as not judged".to_owned(),
        (true, []) => "--status is applied by this command, to the whole list".to_owned(),
        (true, words) => {
            let words = words.join(", ");
            format!("--status is applied by the provider for {words}")
        }
    };
    let mut facts = vec![
        ("paging", paging(provider).to_owned()),
        ("page size", pages),
        ("status", filter),
    ];
    let unlisted: Vec<_> = can.unlisted().collect();
    let omitted = can.maybe_left_out.iter().copied();
    let separate: Vec<_> = omitted.filter(|word| !unlisted.contains(word)).collect();
    for (words, what) in [
        (separate, "requested separately"),
        (unlisted, "no request selects them"),
    ] {
        if !words.is_empty() {
            let words = words.join(", ");
            facts.push(("", format!("a plain list may leave out {words}: {what}")));
        }
    }
    let total = if can.reports_total {
        "reported, and checked against the tenants that arrived"
    } else {
        "not reported"
    };
    let rate_limit = match can.rate_limit {
        Some((limit, source)) => format!("{limit}: {source}"),
        None => "not documented; Retry-After is respected".to_owned(),
    };
    facts.push(("total", total.to_owned()));
    facts.push(("rate limit", rate_limit));
    facts.push(("source", can.source.to_owned()));
    facts
}
