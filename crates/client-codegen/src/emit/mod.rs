//! Emits the crate of a lowered document, in steps that rework progenitor's output.

mod api_version;
mod choices;
mod client;
mod credentials;
mod docs;
mod example;
mod generate;
mod operations;
mod package;
mod presence;
mod property_lists;
mod server;
mod source;
mod streams;
mod syntax;
mod untyped;
mod verify;
mod wire_names;

use serde_json::Value;

use crate::error::{Diagnostics, Result};
use crate::files::Files;
use crate::options::Options;

/// Writes the crate of a lowered document; `corrected` is the document before lowering, which the crate carries.
///
/// # Errors
/// The generator refuses the document, or its output is not what the document asks for.
pub(crate) fn emit(
    corrected: &Value,
    document: &Value,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Result<Files> {
    untyped::find(document, options.strict, options.checked, diagnostics)?;
    let module = reworked(document, options.strict, diagnostics)?;
    let mut files = package::files(&options.package, &module, document);
    let source = source::text(corrected, &options.package.header());
    files.insert(source::FILE.to_owned(), source);
    Ok(files)
}

/// Runs the steps on the generated code.
fn reworked(document: &Value, strict: bool, diagnostics: &mut Diagnostics) -> Result<syn::File> {
    let operations = operations::operations(document);
    let mut generated = generate::generate(document)?;
    if let Some(streams) = streams::document(document) {
        generated.calls.extend(generate::generate(&streams)?.calls);
    }
    wire_names::restore_in_types(&mut generated.types, document)?;
    wire_names::restore_in_calls(&mut generated.calls, &operations)?;
    generated.calls.iter_mut().for_each(api_version::remove);
    presence::unwrap(&mut generated.types);
    verify::verify(&generated.types, document)?;
    generated.types.extend(choices::types(document, strict)?);
    docs::rewrite(&mut generated);
    client::module(&generated, document, &operations, diagnostics)
}
