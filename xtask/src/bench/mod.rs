//! Bench: what tenancy costs beside what it stands on, measured side by side in one run, and told as tables.

mod cases;
mod compare;
mod document;
mod machine;
mod markdown;
mod program;
mod sample;

use std::path::Path;

use cases::Bench;
pub use cases::Scale;
use program::Programs;

use crate::tasks::TaskError;

/// A case of the benchmarks: a section of `BENCHMARKS.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Lists of growing length, beside the floor, the raw client and the loop by hand.
    Lists,
    /// Records a second from memory, on one core and on two.
    Normalise,
    /// Latency that is hidden.
    Latency,
    /// One body of hundreds of megabytes.
    LargeBody,
    /// A thousand accounts at once.
    Accounts,
    /// Time a record and memory, as lists grow.
    Growth,
}

impl Case {
    /// All of them, in the order of the document.
    pub const ALL: [Self; 6] = [
        Self::Lists,
        Self::Normalise,
        Self::Latency,
        Self::LargeBody,
        Self::Accounts,
        Self::Growth,
    ];

    /// The name by which the command and the document know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Normalise => "normalise",
            Self::Latency => "latency",
            Self::LargeBody => "large-body",
            Self::Accounts => "accounts",
            Self::Growth => "growth",
        }
    }
}

/// Runs the cases one after the other and prints each one's tables; `write` puts them into `BENCHMARKS.md` as well.
///
/// # Errors
/// A program cannot be built or fails, two subjects do not list the same tenants, or the document cannot be written.
pub fn bench(
    root: &Path,
    cases: &[Case],
    scale: &Scale,
    optimised: bool,
    write: bool,
) -> Result<(), TaskError> {
    let about = machine::describe(optimised)?;
    let bench = Bench {
        programs: Programs::build(root, optimised)?,
        scale: scale.clone(),
        judged: optimised,
    };
    for case in cases {
        let tables = match case {
            Case::Lists => bench.lists(),
            Case::Normalise => bench.normalise(),
            Case::Latency => bench.latency(),
            Case::LargeBody => bench.large_body(),
            Case::Accounts => bench.accounts(),
            Case::Growth => bench.growth(),
        }?;
        let name = case.name();
        let text = format!("{tables}\n`cargo xtask bench --case {name}`: {about}.\n");
        println!("## {name}\n\n{text}");
        if write {
            document::replace(root, name, &text)?;
        }
    }
    Ok(())
}
