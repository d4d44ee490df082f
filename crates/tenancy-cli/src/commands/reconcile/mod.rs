//! `tenancy reconcile`: compares tenants with customers.

pub(super) mod compared;
mod completeness;
pub(super) mod inputs;
mod record;
mod records;
mod rows;
mod writer;

use crate::args::ReconcileArguments;
use crate::exit::{Exit, Failure};
use crate::matching::{Matcher, Pins};
use crate::output::{ListFormat, message};

use super::side::{STDIN, Side};
use compared::Compared;
use completeness::Doubts;
use writer::Writer;

pub(crate) fn run(arguments: &ReconcileArguments) -> Result<Exit, Failure> {
    // Exit code 1 is for differences.
    reconcile(arguments).map_err(|failure| Failure {
        exit: Exit::Usage,
        ..failure
    })
}

fn reconcile(arguments: &ReconcileArguments) -> Result<Exit, Failure> {
    if arguments.tenants == STDIN && arguments.customers == STDIN {
        let message =
            "TENANTS and --customers are both `-`; only one of them can be standard input";
        return Err(Failure::usage(message));
    }
    let (rules, id) = (&arguments.rules, arguments.customer_id.as_deref());
    let customers = inputs::customers(&arguments.customers, arguments.query.as_deref(), id, rules)?;
    let pins = arguments.pins.as_deref().map(inputs::pins).transpose()?;
    let matcher = Matcher::new(rules, customers, pins.unwrap_or_else(Pins::new));
    let side = Side::read(&arguments.tenants)?;
    let mut doubts = Doubts::of(&side, arguments.report.as_deref())?;
    if arguments.accept_assumed {
        doubts.assumed.clear();
    }
    let is_complete = doubts.is_empty();
    let compared = Compared::new(rules, &matcher, &side.snapshot, is_complete);
    let compared = compared.map_err(|failure| Failure {
        message: format!("{}: {}", side.name, failure.message),
        ..failure
    })?;
    let mut writer = Writer::start(arguments.format)?;
    let with_matched = arguments.format != ListFormat::Table;
    compared.each(with_matched, |row| writer.write(row))?;
    writer.end()?;
    let counts = compared.counts();
    // An assumed list only matters for what is not in it.
    if counts.without_tenant + counts.pins_at_no_tenant == 0 {
        doubts.assumed.clear();
    }
    for doubt in doubts.incomplete.iter().chain(&doubts.assumed) {
        message::warning(doubt);
    }
    if !arguments.quiet {
        message::line(&counts.summary(is_complete));
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
