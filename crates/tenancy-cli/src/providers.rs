//! The subcommand `providers`: the providers and what their lists can do.

use serde::Serialize;
use tenancy::{Capabilities, PagingStyle};

use crate::args::{ProvidersArguments, ProvidersFormat};
use crate::exit::{Exit, Failure};
use crate::field::Style;
use crate::output::{Colour, Grid, Screen};
use crate::sink;

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
    tells_total: bool,
    source: &'static str,
}

/// Shows the providers.
pub(crate) fn run(arguments: &ProvidersArguments) -> Result<Exit, Failure> {
    let shown: Vec<_> = tenancy::providers::all()
        .into_iter()
        .map(|(name, can)| shown(name, can))
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
        tells_total: can.tells_total,
        source: can.source,
    }
}

fn table(providers: &[Shown]) -> String {
    let columns = [
        "provider",
        "paging",
        "page size",
        "status filter",
        "total",
        "source",
    ];
    let mut grid = Grid::new(columns.map(|name| (name, Style::Prose)).to_vec());
    for provider in providers {
        let cells = [
            provider.name.to_owned(),
            provider.paging.to_owned(),
            match (provider.default_page_size, provider.largest_page_size) {
                (Some(usual), Some(largest)) => format!("{usual}, at most {largest}"),
                (Some(usual), None) => format!("{usual}, limit not stated"),
                (None, _) => String::new(),
            },
            provider.status_filter.join(", "),
            if provider.tells_total {
                "told"
            } else {
                "not told"
            }
            .to_owned(),
            provider.source.to_owned(),
        ];
        grid.add(cells.map(|cell| (cell, Colour::Plain)));
    }
    grid.draw(Screen::stdout()).text
}
