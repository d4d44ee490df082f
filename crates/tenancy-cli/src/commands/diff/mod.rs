//! `tenancy diff`: compares two lists, or a database at two points in time.

mod table;

use tenancy_store::Difference;

use crate::args::DiffArguments;
use crate::exit::{Exit, Failure};
use crate::output::{Screen, message};

use super::side::{STDIN, Side};

pub(crate) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    // Exit code 1 is for sides that differ.
    compare(arguments).map_err(|failure| Failure {
        exit: Exit::Usage,
        ..failure
    })
}

fn compare(arguments: &DiffArguments) -> Result<Exit, Failure> {
    if arguments.old == STDIN && arguments.new == STDIN {
        return Err(Failure::usage(
            "both sides are `-`, and standard input is only one list; name a file for the other side",
        ));
    }
    let (old, new) = (Side::read(&arguments.old)?, Side::read(&arguments.new)?);
    let difference = Difference::between(&old.snapshot, &new.snapshot)
        .map_err(|error| Failure::machine(error.to_string()))?;
    let table = || table::text(&difference, Screen::stdout());
    arguments.format.print(&difference, table)?;
    for doubt in doubts(&old, &new) {
        message::warning(&doubt);
    }
    if !arguments.quiet {
        message::line(&counted(&difference));
    }
    // As in other programs that compare.
    Ok(if difference.is_empty() {
        Exit::Complete
    } else {
        Exit::Nothing
    })
}

fn counted(difference: &Difference) -> String {
    format!(
        "{} created, {} changed, {} gone, {} unchanged",
        difference.created.len(),
        difference.changed.len(),
        difference.gone.len(),
        difference.unchanged
    )
}

/// Reasons to doubt that a side has all tenants.
fn doubts(old: &Side, new: &Side) -> Vec<String> {
    let mut doubts = Vec::new();
    for side in [old, new] {
        for doubt in side.snapshot.doubts() {
            doubts.push(format!("{}: {doubt}", side.name));
        }
    }
    let (before, after) = (old.accounts(), new.accounts());
    for (side, account) in before
        .difference(&after)
        .map(|account| (new, account))
        .chain(after.difference(&before).map(|account| (old, account)))
    {
        doubts.push(format!(
            "{} has no tenants of {} ({}); was that account listed?",
            side.name, account.account, account.provider
        ));
    }
    doubts
}
