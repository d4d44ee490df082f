//! `tenancy diff`: compares two lists, or a database at two points in time.

mod side;
mod table;

use tenancy_store::Difference;

use crate::args::DiffArguments;
use crate::exit::{Exit, Failure};
use crate::output::{Screen, message};

use side::Side;

pub(crate) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    // Exit code 1 is for sides that differ.
    compare(arguments).map_err(|failure| Failure {
        exit: Exit::Usage,
        ..failure
    })
}

fn compare(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let (old, new) = (Side::read(&arguments.old)?, Side::read(&arguments.new)?);
    let difference = Difference::between(&old.snapshot, &new.snapshot)
        .map_err(|error| Failure::machine(error.to_string()))?;
    let table = || table::text(&difference, Screen::stdout());
    arguments.format.print(&difference, table)?;
    for doubt in side::doubts(&old, &new) {
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
