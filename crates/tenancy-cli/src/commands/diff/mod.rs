//! The subcommand `diff`: what differs between the tenants at two times.

mod side;
mod table;

use tenancy_store::Difference;

use crate::args::{DiffArguments, DiffFormat};
use crate::exit::{Exit, Failure};
use crate::output::Screen;
use crate::{output::escape, output::message, output::sink};

use side::Side;

/// Compares two sides.
pub(crate) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    // Whatever keeps the two from being compared, it is not that they differ.
    compare(arguments).map_err(|failure| Failure {
        exit: Exit::Usage,
        ..failure
    })
}

fn compare(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let sides = [&arguments.old, &arguments.new].map(|text| Side::read(text));
    let [old, new] = sides;
    let (old, new) = (old?, new?);
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
    // As programs that compare have it: 1 if something differs.
    Ok(if difference.is_empty() {
        Exit::Complete
    } else {
        Exit::Nothing
    })
}

fn json(difference: &Difference) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(difference)
        .map_err(|error| Failure::machine(format!("it cannot be written: {error}")))?;
    Ok(format!("{}\n", escape::json(&text)))
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
