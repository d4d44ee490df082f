//! `tenancy changes`: writes what runs changed as events.

use std::io;

use tenancy_store::Changes;

use super::side::LOCK_TIMEOUT;
use crate::args::ChangesArguments;
use crate::config::database;
use crate::exit::{Exit, Failure};
use crate::output::{events, message};

pub(crate) fn run(arguments: &ChangesArguments) -> Result<Exit, Failure> {
    let address = database::to_read(arguments.database.as_deref())?;
    let destination = events::open(arguments.output.as_deref())?;
    let changes =
        Changes::after(&address, arguments.since, LOCK_TIMEOUT).map_err(database::failure)?;
    let next = changes.resume_after();
    let doubts = changes.doubts().to_vec();
    let written = match events::write(changes, destination) {
        Ok(written) => written,
        // Nobody reads the rest.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Complete),
        Err(error) => {
            let text = format!("the changes could not be written: {error}");
            return Err(Failure::machine(text));
        }
    };
    for doubt in &doubts {
        message::error(doubt);
    }
    if !arguments.quiet {
        let changes = if written == 1 { "change" } else { "changes" };
        message::line(&format!(
            "{written} {changes}; continue with --since {next}"
        ));
    }
    Ok(if doubts.is_empty() {
        Exit::Complete
    } else {
        Exit::Partial
    })
}
