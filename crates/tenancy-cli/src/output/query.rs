//! Writes the results of a query, one line each.

use std::io;

use super::controls;
use super::format::Format;
use super::json::Object;
use crate::select::field::Row;
use crate::select::query::Program;

/// The most that is written of a row, in bytes: a query may have results without end.
const LARGEST: usize = 64 * 1024 * 1024;
/// How much of an error is shown, in characters: it may quote a whole tenant.
const SHOWN: usize = 200;

/// The results of a query.
pub(super) struct Results {
    program: Program,
    /// How many rows the query failed for.
    failures: u64,
    /// The first of them, and why.
    first: Option<String>,
}

impl Results {
    pub(super) fn new(program: Program) -> Self {
        Self {
            program,
            failures: 0,
            first: None,
        }
    }

    /// Writes the results for an input, or those up to an error.
    fn write(&self, input: &str, out: &mut Vec<u8>) -> Result<(), String> {
        let start = out.len();
        for result in self.program.run(input) {
            out.extend_from_slice(controls::escape_json(&result?).as_bytes());
            out.push(b'\n');
            if out.len() - start > LARGEST {
                return Err("it has more than 64 MiB of results".to_owned());
            }
        }
        Ok(())
    }
}

impl Format for Results {
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let columns = &[];
        let input = serde_json::to_string(&Object { row, columns })?;
        if let Err(why) = self.write(&input, out) {
            self.failures += 1;
            let (id, account, provider) =
                (&row.tenant.id, &row.tenant.account, &row.tenant.provider);
            self.first.get_or_insert_with(|| {
                let why: String = why.chars().take(SHOWN).collect();
                format!("`{id}` of {account} ({provider}): {why}")
            });
        }
        Ok(())
    }

    fn failure(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        let failures = self.failures;
        Some(format!(
            "--query failed for {failures} of the rows, of which results are missing; first for the tenant {first}"
        ))
    }
}
