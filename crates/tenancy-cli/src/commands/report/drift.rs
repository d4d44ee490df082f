//! What the providers sent in the last lists that their documents do not declare.

use tenancy::DriftKind;
use tenancy_store::AccountState;

use super::content::{Cell, Row, Section, number, text};
use super::foreign::Foreign;
use crate::output::Tone;

pub(super) fn section(accounts: &[AccountState], most: usize) -> Section {
    let rows: Vec<_> = accounts.iter().flat_map(rows).collect();
    let columns = vec![
        text("account"),
        text("drift"),
        text("field"),
        number("records"),
    ];
    Section {
        title: "Drift".to_owned(),
        note: Some(
            "Data in the last list of each account that the provider's document does not declare. An undeclared field costs no \
             tenant; an omitted one is missing from the tenants."
                .to_owned(),
        ),
        columns,
        total: rows.len() as u64,
        rows: rows.into_iter().take(most).collect(),
        empty: "There was none.",
    }
}

fn rows(account: &AccountState) -> Vec<Row> {
    let report = &account.report;
    let row = |tone, kind, field: &str, records| {
        let account = Foreign::new(&account.account.account);
        Row::new(vec![
            Cell::Foreign(account),
            Cell::Word(tone, kind),
            Cell::Foreign(Foreign::new(field)),
            Cell::Number(records),
        ])
    };
    let omitted = report.omitted.iter();
    let omitted = omitted.map(|field| {
        let why = format!("{}: {}", field.path, field.reason);
        row(Tone::Doubtful, "omitted field", &why, field.records)
    });
    let drift = report.drift.iter();
    let drift = drift.map(|drift| {
        let kind = match drift.kind {
            DriftKind::UnknownValue => "undeclared value",
            DriftKind::UndeclaredNull => "undeclared null",
            _ => "undeclared field",
        };
        row(Tone::Plain, kind, &drift.path, drift.records)
    });
    let others = report.in_other_places;
    let others = (others > 0).then(|| row(Tone::Plain, "any", "in further fields", others));
    omitted.chain(drift).chain(others).collect()
}
