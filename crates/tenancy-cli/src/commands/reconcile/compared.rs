//! Tenants compared with customers: the rows, and how many there are of each kind.

use tenancy_store::Snapshot;

use super::rows::{Kind, Row, Rows, kind};
use crate::args::Difference;
use crate::exit::Failure;
use crate::matching::{Matcher, Outcome, Reconciliation, Rule};

/// Tenants compared with customers.
#[derive(Debug)]
pub(in crate::commands) struct Compared<'a> {
    rows: Rows<'a>,
    snapshot: &'a Snapshot,
    /// One for each tenant.
    outcomes: Vec<Outcome>,
    reconciliation: Reconciliation<'a>,
}

impl<'a> Compared<'a> {
    /// Compares the tenants of a snapshot, from which none is missing if `is_complete`.
    pub(in crate::commands) fn new(
        rules: &'a [Rule],
        matcher: &'a Matcher,
        snapshot: &'a Snapshot,
        is_complete: bool,
    ) -> Result<Self, Failure> {
        let rows = Rows {
            rules,
            matcher,
            is_complete,
        };
        let mut reconciliation = Reconciliation::new(matcher);
        let mut outcomes = Vec::with_capacity(snapshot.len());
        for (identity, tenant) in snapshot.tenants() {
            outcomes.push(reconciliation.add(identity, &rows.keys(tenant)?));
        }
        Ok(Self {
            rows,
            snapshot,
            outcomes,
            reconciliation,
        })
    }

    /// Passes on each row, what is matched first, if at all, so that the rest is at the end.
    pub(in crate::commands) fn each(
        &self,
        with_matched: bool,
        mut pass: impl FnMut(&Row<'a>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let differing = [Difference::Conflict, Difference::Unmatched, Difference::Pin];
        let matched = with_matched.then_some(Kind::Matched);
        for wanted in matched.into_iter().chain(differing.map(Kind::Differs)) {
            for ((identity, tenant), outcome) in self.snapshot.tenants().zip(&self.outcomes) {
                if kind(outcome) == wanted {
                    pass(&self.rows.tenant(identity, tenant, outcome)?)?;
                }
            }
        }
        for identity in self.reconciliation.pins_at_no_tenant() {
            pass(&self.rows.pin(identity))?;
        }
        for customer in self.reconciliation.without_tenant() {
            pass(&self.rows.customer(customer))?;
        }
        Ok(())
    }

    pub(super) fn counts(&self) -> Counts {
        Counts::of(&self.outcomes, &self.reconciliation)
    }
}

/// How many tenants, customers and pins there are of each kind.
#[derive(Debug)]
pub(super) struct Counts {
    tenants: usize,
    conflicts: usize,
    unmatched: usize,
    pinned_to_none: usize,
    customers: usize,
    pub(super) without_tenant: usize,
    pub(super) pins_at_no_tenant: usize,
}

impl Counts {
    fn of(outcomes: &[Outcome], reconciliation: &Reconciliation<'_>) -> Self {
        let count = |wanted: Difference| {
            let outcomes = outcomes.iter();
            outcomes
                .filter(|outcome| kind(outcome) == Kind::Differs(wanted))
                .count()
        };
        Self {
            tenants: outcomes.len(),
            conflicts: count(Difference::Conflict),
            unmatched: count(Difference::Unmatched),
            pinned_to_none: count(Difference::Pin),
            customers: reconciliation.customers(),
            without_tenant: reconciliation.without_tenant().count(),
            pins_at_no_tenant: reconciliation.pins_at_no_tenant().count(),
        }
    }

    pub(super) fn of_kind(&self, kind: Difference) -> usize {
        match kind {
            Difference::Conflict => self.conflicts,
            Difference::Unmatched => self.unmatched,
            Difference::NoTenant => self.without_tenant,
            Difference::Pin => self.pinned_to_none + self.pins_at_no_tenant,
        }
    }

    pub(super) fn summary(&self, is_complete: bool) -> String {
        let matched = self.tenants - self.conflicts - self.unmatched - self.pinned_to_none;
        let without = if is_complete {
            "without a tenant"
        } else {
            "undecided"
        };
        let mut summary = format!(
            "{} tenants: {matched} matched, {} unmatched, {} in conflict; {} customers: {} {without}",
            self.tenants, self.unmatched, self.conflicts, self.customers, self.without_tenant
        );
        for (count, pins) in [
            (self.pinned_to_none, "tenants pinned to no customer"),
            (self.pins_at_no_tenant, "pins of no tenant in the list"),
        ] {
            if count > 0 {
                summary.push_str(&format!("; {pins}: {count}"));
            }
        }
        summary
    }
}
