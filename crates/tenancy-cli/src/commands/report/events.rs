//! The tenants that came, went and were suspended.

use tenancy_store::{ChangeKind, Event, Events, Period};

use super::content::{Cell, Row, Section, counted, text};
use super::foreign::Foreign;
use crate::output::Tone;

/// The three tables.
pub(super) fn sections(period: &Period) -> [Section; 3] {
    let first_listed = (period.first_listed > 0).then(|| {
        format!(
            "Without {} that the first complete list of an account found: whether they were new is not known.",
            counted(period.first_listed, "tenant", "tenants")
        )
    });
    let section =
        |title: &str, note, columns, events: &Events, row: fn(&Event) -> Vec<Cell>, empty| {
            Section {
                title: title.to_owned(),
                note,
                columns,
                rows: events
                    .latest
                    .iter()
                    .map(|event| Row::new(row(event)))
                    .collect(),
                total: events.total,
                empty,
            }
        };
    [
        section(
            "Came",
            first_listed,
            ["time", "event", "tenant", "account"].map(text).to_vec(),
            &period.came,
            row_of_came,
            "No tenant came.",
        ),
        section(
            "Went",
            None,
            ["time", "tenant", "account"].map(text).to_vec(),
            &period.went,
            row_of_went,
            "No tenant went.",
        ),
        section(
            "Suspended",
            None,
            ["time", "tenant", "account", "status before"]
                .map(text)
                .to_vec(),
            &period.suspended,
            row_of_suspended,
            "No tenant was suspended.",
        ),
    ]
}

fn row_of_came(event: &Event) -> Vec<Cell> {
    let kind = match event.kind {
        ChangeKind::Back => Cell::Word(Tone::Plain, "back"),
        _ => Cell::Word(Tone::Good, "new"),
    };
    vec![Cell::Time(event.at), kind, tenant(event), account(event)]
}

fn row_of_went(event: &Event) -> Vec<Cell> {
    vec![Cell::Time(event.at), tenant(event), account(event)]
}

fn row_of_suspended(event: &Event) -> Vec<Cell> {
    let before = event.old_status.as_deref().map(Foreign::new);
    let before = before.map_or(Cell::Unknown, Cell::Foreign);
    vec![Cell::Time(event.at), tenant(event), account(event), before]
}

fn tenant(event: &Event) -> Cell {
    Cell::Tenant {
        name: event.name.as_deref().map(Foreign::new),
        id: Foreign::new(&event.identity.id),
    }
}

fn account(event: &Event) -> Cell {
    Cell::Foreign(Foreign::new(&event.identity.account.account))
}
