//! Codegen: from a provider's document to a client crate, in steps that are functions of a value.
//!
//! [`read`] → [`overlay`] → [`prune`] → [`lower`] → [`emit`]. A step that cannot go on says where in the document, and why.

pub mod check;
pub mod client_toml;
pub mod emit;
pub mod error;
mod extension;
pub mod lower;
mod markdown;
pub mod names;
pub mod overlay;
pub mod pointer;
pub mod prune;
pub mod read;
mod rust_type;
pub mod schema;
mod walk;

use serde_json::Value;

use emit::{Files, Settings};
use error::{Diagnostics, Error, Result};
use prune::Selection;

/// All that one crate is made of.
#[derive(Clone, Debug)]
pub struct Job {
    /// The provider's document, as read.
    pub document: Value,
    /// Its file name, which the overlay's `extends` should name.
    pub document_name: String,
    /// The corrections to it.
    pub overlay: Option<Value>,
    /// The operations that are asked for.
    pub selections: Vec<Selection>,
    /// What decides about the output beside the document.
    pub settings: Settings,
}

/// The files of the crate, and what there is to warn of.
///
/// # Errors
/// What a step could not do: the place in the document, and why.
pub fn generate(job: &Job) -> Result<(Files, Diagnostics)> {
    deep_stack(|| {
        let mut diagnostics = Diagnostics::default();
        let corrected = corrected(job, &mut diagnostics)?;
        let lowered = lower::lower(corrected.clone(), job.settings.strict, &mut diagnostics)?;
        let files = emit::emit(&corrected, &lowered, &job.settings, &mut diagnostics)?;
        Ok((files, diagnostics))
    })
}

/// The generated module alone, without the crate around it.
///
/// # Errors
/// As [`generate`].
pub fn generate_module(job: &Job) -> Result<(String, Diagnostics)> {
    deep_stack(|| {
        let mut diagnostics = Diagnostics::default();
        let corrected = corrected(job, &mut diagnostics)?;
        let lowered = lower::lower(corrected, job.settings.strict, &mut diagnostics)?;
        emit::untyped_values(&lowered, &job.settings, &mut diagnostics)?;
        let module = emit::module(&lowered, &job.settings, &mut diagnostics)?;
        Ok((module, diagnostics))
    })
}

/// The document as the overlay corrects it, and of it what the operations reach.
fn corrected(job: &Job, diagnostics: &mut Diagnostics) -> Result<Value> {
    let document = match &job.overlay {
        Some(overlay) => overlay::apply(
            job.document.clone(),
            overlay,
            &job.document_name,
            diagnostics,
        )?,
        None => job.document.clone(),
    };
    prune::prune(&document, &job.selections)
}

/// Schemas nest as deep as their authors like, and every step recurses into them.
fn deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let unwell = || {
        Error::at(
            "",
            "codegen itself failed: this is a fault of codegen, not of the document",
        )
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(512 << 20)
            .spawn_scoped(scope, work);
        thread.map_err(|_| unwell())?.join().map_err(|_| unwell())?
    })
}
