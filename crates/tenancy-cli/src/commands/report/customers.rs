//! The tenants and customers that do not match.

use tenancy_store::Snapshot;

use super::content::{Cell, Row, Section, text};
use super::foreign::Foreign;
use crate::args::MatchingArguments;
use crate::commands::reconcile::compared::Compared;
use crate::commands::reconcile::inputs;
use crate::exit::Failure;
use crate::matching::{Matcher, Pins};

/// What does not match, if customers are named. `is_complete` tells whether no tenant is missing from the snapshot.
pub(super) fn section(
    arguments: &MatchingArguments,
    snapshot: &Snapshot,
    is_complete: bool,
    most: usize,
) -> Result<Option<Section>, Failure> {
    let Some(customers) = &arguments.customers else {
        return Ok(None);
    };
    let (rules, id) = (&arguments.rules, arguments.customer_id.as_deref());
    if rules.is_empty() && arguments.pins.is_none() {
        let why =
            "--customers needs --match, --pins or both: `tenancy reconcile --help` explains them";
        return Err(Failure::usage(why));
    }
    let customers = inputs::customers(customers, arguments.query.as_deref(), id, rules)?;
    let pins = arguments.pins.as_deref().map(inputs::pins).transpose()?;
    let matcher = Matcher::new(rules, customers, pins.unwrap_or_else(Pins::new));
    let compared = Compared::new(rules, &matcher, snapshot, is_complete)?;
    let (mut rows, mut total) = (Vec::new(), 0);
    compared.each(false, |row| {
        total += 1;
        if rows.len() < most {
            let cell = |text: Option<&str>| {
                text.map_or(Cell::Unknown, |text| Cell::Foreign(Foreign::new(text)))
            };
            let tenant = row.tenant.map_or(Cell::Unknown, |identity| Cell::Tenant {
                name: row.name.as_deref().map(Foreign::new),
                id: Foreign::new(&identity.id),
            });
            let account = row.tenant.map(|identity| identity.account.account.as_str());
            let kind = Cell::Word(row.tone, row.kind);
            let detail = Cell::Foreign(Foreign::message(&row.detail()));
            rows.push(Row::new(vec![
                kind,
                tenant,
                cell(account),
                cell(row.customer),
                detail,
            ]));
        }
        Ok(())
    })?;
    Ok(Some(Section {
        title: "Customers".to_owned(),
        note: None,
        columns: ["difference", "tenant", "account", "customer", "detail"]
            .map(text)
            .to_vec(),
        rows,
        total,
        empty: "Each tenant has one customer, and each customer a tenant.",
    }))
}
