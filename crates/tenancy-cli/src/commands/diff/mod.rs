//! `tenancy diff`: compares two lists, or a database at two points in time.

mod side;
mod table;

use tenancy_store::Difference;

use crate::args::{DiffArguments, DiffFormat};
use crate::exit::{Exit, Failure};
use crate::output::{Screen, controls, message, sink};

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
    let text = match arguments.format {
        DiffFormat::Table => table::text(&difference, Screen::stdout()),
        DiffFormat::Json => json(&difference)?,
    };
    sink::print(&text)?;
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

fn json(difference: &Difference) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(difference)
        .map_err(|error| Failure::machine(format!("cannot write the difference: {error}")))?;
    Ok(format!("{}\n", controls::escape_json(&text)))
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
