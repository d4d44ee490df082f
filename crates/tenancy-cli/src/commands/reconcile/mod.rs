//! `tenancy reconcile`: compares tenants with customers.

mod completeness;
mod inputs;
mod records;
mod rows;
mod writer;

use tenancy_store::Identity;

use crate::args::{Difference, ReconcileArguments};
use crate::exit::{Exit, Failure};
use crate::matching::{Matcher, Outcome, Pins, Reconciliation};
use crate::output::{ListFormat, message};

use super::side::Side;
use completeness::Doubts;
use rows::{Kind, Rows, kind};
use writer::Writer;

pub(crate) fn run(arguments: &ReconcileArguments) -> Result<Exit, Failure> {
    // Exit code 1 is for differences.
    reconcile(arguments).map_err(|failure| Failure {
        exit: Exit::Usage,
        ..failure
    })
}

fn reconcile(arguments: &ReconcileArguments) -> Result<Exit, Failure> {
    let (rules, id) = (&arguments.rules, arguments.customer_id.as_deref());
    let customers = inputs::customers(&arguments.customers, arguments.query.as_deref(), id, rules)?;
    let pins = arguments.pins.as_deref().map(inputs::pins).transpose()?;
    let matcher = Matcher::new(rules, customers, pins.unwrap_or_else(Pins::new));
    let side = Side::read(&arguments.tenants)?;
    let mut doubts = Doubts::of(&side, arguments.report.as_deref())?;
    if arguments.accept_assumed {
        doubts.assumed.clear();
    }
    let rows = Rows {
        rules,
        matcher: &matcher,
        is_complete: doubts.is_empty(),
    };
    let mut reconciliation = Reconciliation::new(&matcher);
    let mut outcomes = Vec::with_capacity(side.snapshot.len());
    for (identity, tenant) in side.snapshot.tenants() {
        let keys = rows.keys(tenant).map_err(|failure| Failure {
            message: format!("{}: {}", side.name, failure.message),
            ..failure
        })?;
        outcomes.push(reconciliation.add(identity, &keys));
    }
    let tenants = || side.snapshot.tenants().zip(&outcomes);
    write(arguments.format, &rows, tenants, &reconciliation)?;
    let counts = Counts::of(&outcomes, &reconciliation);
    // An assumed list only matters for what is not in it.
    if counts.without_tenant + counts.pins_at_no_tenant == 0 {
        doubts.assumed.clear();
    }
    for doubt in doubts.incomplete.iter().chain(&doubts.assumed) {
        message::warning(doubt);
    }
    if !arguments.quiet {
        message::line(&counts.summary(rows.is_complete));
    }
    Ok(if !doubts.is_empty() {
        Exit::Partial
    } else if arguments
        .fail_on
        .iter()
        .any(|kind| counts.of_kind(*kind) > 0)
    {
        Exit::Nothing
    } else {
        Exit::Complete
    })
}

/// Writes the rows, what is matched first, so that the rest is at the end.
fn write<'a, T>(
    format: ListFormat,
    rows: &Rows<'a>,
    tenants: impl Fn() -> T,
    reconciliation: &Reconciliation<'a>,
) -> Result<(), Failure>
where
    T: Iterator<Item = ((&'a Identity, &'a str), &'a Outcome)>,
{
    let mut writer = Writer::start(format)?;
    let differing = [Difference::Conflict, Difference::Unmatched, Difference::Pin];
    let matched = (format != ListFormat::Table).then_some(Kind::Matched);
    for wanted in matched.into_iter().chain(differing.map(Kind::Differs)) {
        for ((identity, tenant), outcome) in tenants() {
            if kind(outcome) == wanted {
                writer.write(&rows.tenant(identity, tenant, outcome)?)?;
            }
        }
    }
    for identity in reconciliation.pins_at_no_tenant() {
        writer.write(&rows.pin(identity))?;
    }
    for customer in reconciliation.without_tenant() {
        writer.write(&rows.customer(customer))?;
    }
    writer.end()
}

/// How many tenants, customers and pins there are of each kind.
#[derive(Debug)]
struct Counts {
    tenants: usize,
    conflicts: usize,
    unmatched: usize,
    pinned_to_none: usize,
    customers: usize,
    without_tenant: usize,
    pins_at_no_tenant: usize,
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

    fn of_kind(&self, kind: Difference) -> usize {
        match kind {
            Difference::Conflict => self.conflicts,
            Difference::Unmatched => self.unmatched,
            Difference::NoTenant => self.without_tenant,
            Difference::Pin => self.pinned_to_none + self.pins_at_no_tenant,
        }
    }

    fn summary(&self, is_complete: bool) -> String {
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
