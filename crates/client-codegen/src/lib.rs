//! Compiles an API description into a client crate, in steps that are pure functions of a JSON value.
//!
//! 1. **read** parses YAML or JSON and bundles the files to which a document refers;
//! 2. **overlay** applies the corrections;
//! 3. **prune** keeps the selected operations and the components that they reach;
//! 4. **lower** rewrites the document into one that progenitor accepts, without changing its meaning;
//! 5. **emit** has progenitor write the types, and writes the requests and the crate around them.
//!
//! The caller reads and writes the files. The same input always gives the same bytes. A step that fails names the place in the document
//! and the reason.
//!
//! ```
//! use client_codegen::{Options, Package, Selection};
//!
//! let document = client_codegen::parse(
//!     "openapi: 3.0.3
//! info: {title: Acme, version: '1'}
//! servers: [{url: https://api.acme.test}]
//! paths:
//!   /things:
//!     get:
//!       operationId: listThings
//!       responses:
//!         200: {description: ok, content: {application/json: {schema: {type: array, items: {type: string}}}}}
//! ",
//! )?;
//! let options = Options {
//!     document_name: "openapi.yaml".to_owned(),
//!     overlay: None,
//!     operations: vec![Selection::new("listThings")],
//!     examples: Default::default(),
//!     package: Package {
//!         name: "acme-client".to_owned(),
//!         version: "0.1.0".to_owned(),
//!         title: "Acme".to_owned(),
//!         description: "Client for Acme".to_owned(),
//!         license: None,
//!         source: "openapi.yaml".to_owned(),
//!         runtime: "../client-runtime".to_owned(),
//!         own_workspace: false,
//!     },
//!     strict: false,
//!     checked: true,
//! };
//! let generated = client_codegen::generate(&document, &options)?;
//! assert!(generated.files["src/generated.rs"].contains("pub struct Client"));
//! // The document declares no credentials.
//! assert_eq!(generated.diagnostics.warnings()[0].pointer, "#/security");
//! # Ok::<(), client_codegen::Error>(())
//! ```

mod client_toml;
mod emit;
mod error;
mod explain;
mod extension;
mod files;
mod lower;
mod markdown;
mod names;
mod options;
mod overlay;
mod pointer;
mod prune;
mod reach;
mod read;
mod rust_type;
mod schema;
mod walk;

use serde_json::Value;

pub use client_toml::{ClientToml, Source};
pub use error::{Diagnostics, Error, Result};
pub use explain::{Accepted, Change, FieldMap, Severity, explain, markdown};
pub use files::{Files, diff};
pub use options::{Options, Package, Paging, Selection};
pub use read::{FILES, bundle, parse};

/// A client crate.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The crate's files by their paths, with `/` as separator.
    pub files: Files,
    /// Warnings about what was reinterpreted or omitted.
    pub diagnostics: Diagnostics,
    /// The property that holds the list of records, of the first response with such a list; `a.b` for one further inside.
    pub records: Option<String>,
}

/// Generates a client crate.
///
/// # Errors
/// A step fails: the error names the place in the document, and the reason.
pub fn generate(document: &Value, options: &Options) -> Result<Generated> {
    deep_stack(|| {
        let mut diagnostics = Diagnostics::new(options.operations.is_empty());
        let corrected = corrected(document, options, &mut diagnostics)?;
        let lowered = lower::lower(corrected.clone(), options.strict, &mut diagnostics)?;
        let files = emit::emit(&corrected, &lowered, options, &mut diagnostics)?;
        let records = lower::list_of_records(&lowered).map(str::to_owned);
        Ok(Generated {
            files,
            diagnostics,
            records,
        })
    })
}

/// Applies the overlay and prunes the document to the selected operations: the first steps of [`generate`].
///
/// # Errors
/// An action of the overlay does not fit the document, or the document lacks a selected operation.
pub fn correct(document: &Value, options: &Options) -> Result<Value> {
    deep_stack(|| {
        let mut diagnostics = Diagnostics::new(options.operations.is_empty());
        corrected(document, options, &mut diagnostics)
    })
}

fn corrected(document: &Value, options: &Options, diagnostics: &mut Diagnostics) -> Result<Value> {
    let overlay = options.overlay.as_ref();
    let document = match overlay {
        Some(overlay) => &overlay::apply(
            document.clone(),
            overlay,
            &options.document_name,
            diagnostics,
        )?,
        None => document,
    };
    prune::prune(document, &options.operations, diagnostics)
}

/// Runs `work` on a large stack, because every step recurses into schemas, which may nest to any depth.
fn deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let panicked = || {
        Error::at(
            "",
            "codegen itself failed: a bug in codegen, not in the document",
        )
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(512 << 20)
            .spawn_scoped(scope, work);
        thread
            .map_err(|_| panicked())?
            .join()
            .map_err(|_| panicked())?
    })
}
