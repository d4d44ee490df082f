//! Writes a report as one HTML page. It has no script and loads nothing, and its policy forbids both.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart::{Chart, Panel};
use super::content::{Cell, Content, Figure, Row, Section, counted, grouped, minute};
use super::foreign::Foreign;
use crate::output::Tone;

const STYLE: &str = include_str!("page.css");
/// What the page may do: use the style in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page.
pub(super) fn page(content: &Content) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { "Tenants, " (content.period) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Tenants" }
                    p { (content.period) }
                }
                main {
                    @if let Some(alert) = &content.alert { p.alert { (alert) } }
                    dl.figures { @for figure in &content.figures { (self::figure(figure)) } }
                    (chart(&content.chart))
                    @for section in &content.sections { (self::section(section)) }
                }
                footer {
                    p {
                        b { "proved" } ": every tenant was seen. " b { "agreed" } ": a second read found the same tenants. "
                        b { "assumed" } ": nothing contradicts the list, and nothing confirms it. "
                        b { "unproved" } ": tenants may be missing."
                    }
                    p { "Written by tenancy. All times are UTC." }
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn figure(figure: &Figure) -> Markup {
    html! {
        div {
            dt { (figure.label) }
            dd {
                span.value { (grouped(figure.value)) }
                @if let Some(detail) = &figure.detail { span.(tone(figure.tone)) { (detail) } }
            }
        }
    }
}

/// The tenants of all providers, and of each.
fn chart(chart: &Chart) -> Markup {
    let ticks = chart.all.ticks();
    let top = ticks.last().copied().unwrap_or(1);
    html! {
        section {
            h2 { "Tenants over time" }
            ul.legend {
                @for band in &chart.all.bands {
                    li.(band.status.name()) {
                        (band.status.label()) " "
                        b { (grouped(band.counts.last().copied().unwrap_or_default())) }
                    }
                }
            }
            div.plot {
                @for tick in &ticks {
                    span.tick style=(format!("bottom:{}%", percent(*tick, top))) { (grouped(*tick)) }
                }
                (bands(&chart.all, top))
            }
            p.ends {
                @for moment in [chart.moments.first(), chart.moments.last()].into_iter().flatten() {
                    span { (minute(*moment)) }
                }
            }
            div.panels {
                @for panel in &chart.providers {
                    div {
                        h3 { bdi { (panel.title.as_str()) } }
                        p { b { (grouped(panel.last())) } " " span.faint { (change(panel)) } }
                        (bands(panel, panel.sums.iter().copied().max().unwrap_or(1).max(1)))
                    }
                }
            }
        }
    }
}

/// The statuses stacked, from zero at the bottom to `top`.
fn bands(panel: &Panel, top: u64) -> Markup {
    let width = panel.sums.len().saturating_sub(1).max(1);
    let counts = panel.bands.iter().map(|band| {
        let [first, last] = [band.counts.first(), band.counts.last()];
        let [first, last] = [first, last].map(|count| count.copied().unwrap_or_default());
        format!("{} {first} to {last}", band.status.label())
    });
    let label = format!(
        "Tenants of {}: {}",
        panel.title,
        counts.collect::<Vec<_>>().join(", ")
    );
    html! {
        svg viewBox=(format!("0 0 {width} {top}")) preserveAspectRatio="none" role="img" aria-label=(label) {
            @for (status, outline) in panel.outlines(top) { path.(status.name()) d=(outline) {} }
        }
    }
}

/// How the number of tenants changed.
fn change(panel: &Panel) -> String {
    let (first, last) = (panel.first(), panel.last());
    match last.checked_sub(first) {
        Some(0) => "unchanged".to_owned(),
        Some(more) => format!("+{}", grouped(more)),
        None => format!("−{}", grouped(first - last)),
    }
}

/// A share with two digits after the point.
fn percent(part: u64, whole: u64) -> String {
    let share = u128::from(part) * 10_000 / u128::from(whole.max(1));
    format!("{}.{:02}", share / 100, share % 100)
}

/// A table, whose rows are cards on a narrow screen: the roles keep it a table there.
fn section(section: &Section) -> Markup {
    html! {
        section {
            h2 { (section.title) @if section.total > 0 { " " span.faint { (grouped(section.total)) } } }
            @if let Some(note) = &section.note { p.note { (note) } }
            @if section.total == 0 {
                p.empty { (section.empty) }
            } @else {
                table role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            @for column in &section.columns {
                                th role="columnheader" scope="col" class=[column.is_number.then_some("number")] { (column.name) }
                            }
                        }
                    }
                    tbody role="rowgroup" { @for row in &section.rows { (self::row(section, row)) } }
                }
                @if section.more() > 0 { p.note { "and " (counted(section.more(), "more", "more")) } }
            }
        }
    }
}

fn row(section: &Section, row: &Row) -> Markup {
    html! {
        tr role="row" {
            @for (column, cell) in section.columns.iter().zip(&row.cells) {
                td role="cell" data-column=(column.name) class=[column.is_number.then_some("number")] { (self::cell(cell)) }
            }
        }
        @for note in &row.notes {
            tr.advice role="row" { td role="cell" colspan=(section.columns.len()) { (foreign(note)) } }
        }
    }
}

fn cell(cell: &Cell) -> Markup {
    html! {
        @match cell {
            Cell::Word(Tone::Plain, word) => (word),
            Cell::Word(tone, word) => span.badge.(self::tone(*tone)) { (word) },
            Cell::Number(number) => (grouped(*number)),
            Cell::Time(time) => time datetime=(time) { (minute(*time)) },
            Cell::Foreign(text) => (foreign(text)),
            Cell::Tenant { name, id } => {
                @if let Some(name) = name { (foreign(name)) " " }
                code { (foreign(id)) }
            }
            Cell::Unknown => span.faint { "–" },
        }
    }
}

/// Text whose direction does not affect what surrounds it.
fn foreign(text: &Foreign) -> Markup {
    html! { bdi { (text.as_str()) } }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Doubtful => "doubtful",
        Tone::Bad => "bad",
        Tone::Faint => "faint",
    }
}
