//! Writes a report as Markdown, for a pull request or a chat. Text from outside is in code spans, in which nothing has a meaning.

use super::chart::{Chart, Panel};
use super::content::{Cell, Content, Section, grouped, minute};
use super::foreign::Foreign;

/// The heights of a bar.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// How many bars a chart has at most.
const WIDTH: usize = 20;

/// The text.
pub(super) fn text(content: &Content) -> String {
    let mut text = format!("# Tenants\n\n{}\n\n", content.period);
    if let Some(alert) = &content.alert {
        text.push_str(&format!("> **{alert}**\n\n"));
    }
    for figure in &content.figures {
        text.push_str(&format!(
            "- {}: **{}**",
            figure.label,
            grouped(figure.value)
        ));
        if let Some(detail) = &figure.detail {
            text.push_str(&format!(" ({detail})"));
        }
        text.push('\n');
    }
    chart(&content.chart, &mut text);
    for section in &content.sections {
        self::section(section, &mut text);
    }
    text
}

fn chart(chart: &Chart, text: &mut String) {
    text.push_str("\n## Tenants over time\n\n");
    let ends = [chart.moments.first(), chart.moments.last()];
    let [from, to] = ends.map(|moment| moment.map_or_else(String::new, |moment| minute(*moment)));
    text.push_str(&format!(
        "| provider | tenants | {from} | {to} |\n|---|---|--:|--:|\n"
    ));
    let all = ("all".to_owned(), &chart.all);
    let providers = chart.providers.iter();
    let providers = providers.map(|panel| (code(&panel.title), panel));
    for (title, panel) in std::iter::once(all).chain(providers) {
        let [first, last] = [panel.first(), panel.last()].map(grouped);
        text.push_str(&format!(
            "| {title} | {} | {first} | {last} |\n",
            bars(panel)
        ));
    }
    text.push_str(&format!("\n| status | {from} | {to} |\n|---|--:|--:|\n"));
    for band in &chart.all.bands {
        let ends = [band.counts.first(), band.counts.last()];
        let [first, last] = ends.map(|count| grouped(count.copied().unwrap_or_default()));
        text.push_str(&format!("| {} | {first} | {last} |\n", band.status.label()));
    }
}

/// The tenants over time as bars from zero.
fn bars(panel: &Panel) -> String {
    let most = panel.sums.iter().copied().max().unwrap_or_default().max(1);
    let last = panel.sums.len() - 1;
    let width = WIDTH.min(panel.sums.len());
    let bar = |at: usize| {
        let sum = u128::from(panel.sums[(at * last) / (width - 1).max(1)]);
        BARS[usize::try_from(sum * 7 / u128::from(most)).unwrap_or_default()]
    };
    (0..width).map(bar).collect()
}

fn section(section: &Section, text: &mut String) {
    text.push_str(&format!("\n## {}\n\n", section.title));
    if let Some(note) = &section.note {
        text.push_str(&format!("{note}\n\n"));
    }
    if section.total == 0 {
        text.push_str(&format!("{}\n", section.empty));
        return;
    }
    for column in &section.columns {
        text.push_str(&format!("| {} ", column.name));
    }
    text.push_str("|\n");
    for column in &section.columns {
        text.push_str(if column.is_number { "|--:" } else { "|---" });
    }
    text.push_str("|\n");
    for row in &section.rows {
        for cell in &row.cells {
            text.push_str(&format!("| {} ", self::cell(cell)));
        }
        text.push_str("|\n");
    }
    if section.more() > 0 {
        text.push_str(&format!("\nand {} more\n", grouped(section.more())));
    }
    let rows = section.rows.iter().filter(|row| !row.notes.is_empty());
    for row in rows {
        let first = row.cells.first().map(cell).unwrap_or_default();
        for note in &row.notes {
            text.push_str(&format!("\n- {first}: {}\n", code(note)));
        }
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Word(_, word) => (*word).to_owned(),
        Cell::Number(number) => grouped(*number),
        Cell::Time(time) => minute(*time),
        Cell::Foreign(text) => code(text),
        Cell::Tenant { name, id } => {
            let name = name.as_ref().map(|name| code(name) + " ");
            name.unwrap_or_default() + &code(id)
        }
        Cell::Unknown => "–".to_owned(),
    }
}

/// A code span, which also holds in a table: `|` is shown as an escape, because it would end the cell.
fn code(text: &Foreign) -> String {
    let text = text.as_str().replace('|', "\\u{7c}");
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    // One space on each side is not part of it.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}
