//! Output that is printed at once: a table, or JSON.

use clap::ValueEnum;
use serde::Serialize;

use super::{controls, sink};
use crate::exit::Failure;

/// How a document is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    #[default]
    Table,
    Json,
}

impl DocumentFormat {
    /// Prints the table, or the value as JSON.
    pub(crate) fn print(
        self,
        value: &impl Serialize,
        table: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match self {
            Self::Table => sink::print(table()),
            Self::Json => print_json(value),
        }
    }
}

/// Prints a value as JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::machine(format!("cannot write the result: {error}")))?;
    sink::print(format!("{}\n", controls::escape_json(&text)))
}
