//! Mutate specs: changes every field of every spec in every way, and shows that no change passes unseen.
//!
//! A change counts as caught when codegen refuses it with an error that names the field, or when a snapshot of the tests
//! differs in a line that names it. Codegen and the snapshots are made in memory; [`whole`] runs some of the changes through
//! codegen, the compiler and the tests of a copy of the workspace.

mod fields;
mod naming;
mod spec;
mod verdict;
pub mod whole;

use std::fmt;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use crate::tasks::{TaskError, folders};
use client_codegen::Job;

pub use fields::{Change, Field};
use spec::Spec;
pub use spec::corrected;
pub use verdict::{Tally, Verdict};

/// One change of one field.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The provider whose spec it is.
    pub provider: String,
    /// Whether the field is one that the overlay adds.
    pub in_overlay: bool,
    /// The field.
    pub field: Field,
    /// What becomes of it.
    pub change: Change,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = if self.in_overlay {
            "overlay"
        } else {
            "openapi"
        };
        let Self {
            provider,
            field,
            change,
            ..
        } = self;
        write!(
            f,
            "specs/{provider}/{file}.yaml#{}: {change}",
            field.pointer
        )
    }
}

/// How much is done for each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As much as it takes to see that the change is caught: codegen is run only where the snapshot of what is declared
    /// does not show it.
    Enough,
    /// Codegen as well, whose word a contributor hears first.
    All,
}

/// Tries every change of every field of every spec.
///
/// # Errors
/// A spec cannot be generated as it is, or the snapshots are not of it.
pub fn in_memory(root: &Path, effort: Effort) -> Result<Tally, TaskError> {
    let mut tally = Tally::default();
    for provider in folders(&root.join("specs"))? {
        let spec = Spec::read(root, &provider)?;
        let mutants = spec.mutants();
        let verdicts = side_by_side(&mutants, |mutant| spec.judge(mutant, effort));
        tally.verdicts.extend(mutants.into_iter().zip(verdicts));
    }
    Ok(tally)
}

/// The same for each, on as many threads as the machine has cores; in order.
fn side_by_side<T: Sync, R: Send>(of: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> = of
            .chunks(of.len().div_ceil(threads).max(1))
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// Makes the change in the document that declares the field.
fn change(job: &mut Job, mutant: &Mutant) {
    let document = if mutant.in_overlay {
        job.overlay.as_mut()
    } else {
        Some(&mut job.document)
    };
    if let Some(document) = document {
        mutant.field.change(document, mutant.change);
    }
}
