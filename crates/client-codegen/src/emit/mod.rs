//! Emits the crate of a lowered document: types that progenitor writes and steps rework, and a request type an operation.

mod choices;
mod client;
mod credentials;
mod docs;
mod example;
mod generate;
mod growth;
mod mock;
mod operations;
mod package;
mod paging;
mod presence;
mod property_lists;
mod requests;
mod source;
mod syntax;
mod untyped;
mod verify;
mod wire_names;

use serde_json::Value;

use client::Client;

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
    let operations = operations::operations(document)?;
    let types = types(document, options.strict)?;
    let client = Client::of(document, diagnostics);
    let module = client::module(&client, &types, document, &operations, &options.operations)?;
    let mock = mock::files(&client, &types, &operations, options)?;
    let has_mock = !mock.is_empty();
    let mut files = package::files(options, &client, &module, &types, &operations, has_mock);
    files.extend(mock);
    let source = source::text(corrected, &options.package.header());
    files.insert(source::FILE.to_owned(), source);
    Ok(files)
}

/// The types that progenitor writes, reworked, and those of choices.
fn types(document: &Value, strict: bool) -> Result<Vec<syn::Item>> {
    let mut types = generate::types(document)?;
    wire_names::restore(&mut types, document)?;
    presence::unwrap(&mut types);
    verify::verify(&types, document)?;
    growth::allow(&mut types, document);
    types.extend(choices::types(document, strict)?);
    docs::rewrite(&mut types);
    Ok(types)
}
