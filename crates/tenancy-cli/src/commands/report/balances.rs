//! The tenants whose balance is below a threshold.

use serde::Deserialize;
use tenancy::Money;
use tenancy_store::{Identity, Snapshot};

use super::content::{Cell, Row, Section, counted, number, text};
use super::foreign::Foreign;
use crate::args::Threshold;
use crate::exit::Failure;
use crate::select::field::Number;

/// The fields that are shown.
#[derive(Deserialize)]
struct Shown {
    name: Option<String>,
    status: Option<String>,
    balance: Option<Money>,
}

/// A tenant with a low balance.
struct Low<'a> {
    identity: &'a Identity,
    shown: Shown,
    money: Money,
    amount: Number,
}

/// The tenants below the threshold, by currency, the lowest first.
pub(super) fn section(
    snapshot: &Snapshot,
    threshold: &Threshold,
    most: usize,
) -> Result<Section, Failure> {
    let mut low = Vec::new();
    let mut without = 0;
    for (identity, tenant) in snapshot.tenants() {
        let shown: Shown = serde_json::from_str(tenant).map_err(|error| {
            Failure::machine(format!("the database has no tenant, but {error}"))
        })?;
        let money = shown.balance.clone();
        let amount = money
            .as_ref()
            .and_then(|money| Number::read(money.amount.as_str()));
        match (money, amount) {
            (Some(money), Some(amount)) if amount < threshold.number => low.push(Low {
                identity,
                shown,
                money,
                amount,
            }),
            (Some(_), Some(_)) => {}
            _ => without += 1,
        }
    }
    low.sort_by(|one, other| {
        let key = |low: &Low<'_>| low.money.currency.clone();
        key(one)
            .cmp(&key(other))
            .then_with(|| one.amount.cmp(&other.amount))
    });
    let columns = vec![
        text("tenant"),
        text("account"),
        text("status"),
        text("currency"),
        number("balance"),
    ];
    Ok(Section {
        title: format!("Balance below {}", threshold.text),
        note: Some(format!(
            "Amounts are compared as the provider sent them, whatever the currency. {} no balance.",
            counted(without, "tenant has", "tenants have")
        )),
        columns,
        total: low.len() as u64,
        rows: low.iter().take(most).map(row).collect(),
        empty: "No balance is below it.",
    })
}

fn row(low: &Low<'_>) -> Row {
    let foreign =
        |text: Option<&str>| text.map_or(Cell::Unknown, |text| Cell::Foreign(Foreign::new(text)));
    Row::new(vec![
        Cell::Tenant {
            name: low.shown.name.as_deref().map(Foreign::new),
            id: Foreign::new(&low.identity.id),
        },
        foreign(Some(&low.identity.account.account)),
        foreign(low.shown.status.as_deref()),
        foreign(low.money.currency.as_deref()),
        foreign(Some(low.money.amount.as_str())),
    ])
}
