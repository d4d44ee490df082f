//! `tenancy completions` and `tenancy man`: print what clap generates from the arguments.

use clap::CommandFactory;

use crate::args::{Arguments, CompletionsArguments, ManArguments};
use crate::exit::{Exit, Failure};
use crate::output::sink;

pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "tenancy",
        &mut script,
    );
    sink::print(&script)?;
    Ok(Exit::Complete)
}

pub(crate) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    let out = &arguments.out;
    std::fs::create_dir_all(out)
        .and_then(|()| clap_mangen::generate_to(Arguments::command(), out))
        .map_err(|error| {
            Failure::machine(format!(
                "cannot write the manual pages to {}: {error}",
                out.display()
            ))
        })?;
    Ok(Exit::Complete)
}
