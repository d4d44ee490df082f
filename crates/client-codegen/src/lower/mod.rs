//! Lower: rewrites a published document into one that progenitor accepts, in small passes that keep its meaning.
//!
//! Each pass is a function on a document, in its own file. The order matters: a pass may rely on what earlier passes removed.

mod aliases;
mod all_of;
mod bodies;
mod choices;
mod component_names;
mod discriminators;
mod docs;
mod hoist;
mod json_schema;
mod maps;
mod operation_ids;
mod parameters;
mod properties;
mod records;
mod references;
mod repair;
mod security;
mod servers;
mod swagger2;
mod sweep;
mod tolerance;
mod unions;
mod wire;

pub(crate) use records::list_of_records;
use serde_json::{Map, Value};

use crate::error::{Diagnostics, Result};

/// One pass over a document.
type Pass = fn(&mut Value, &mut Diagnostics) -> Result<()>;

/// The passes in their order. `strict` leaves out those that make a client tolerant of what a document does not say.
fn passes(strict: bool) -> Vec<Pass> {
    let mut all: Vec<Pass> = vec![
        references::lower,
        swagger2::lower,
        json_schema::lower,
        repair::lower,
        maps::lower,
        discriminators::lower,
        security::lower,
        servers::lower,
        operation_ids::lower,
        bodies::lower,
        // What only a left-out body reached need not be lowered.
        sweep::lower,
        all_of::lower,
        unions::lower,
        parameters::lower,
        sweep::lower,
        component_names::lower,
        hoist::lower,
        aliases::lower,
        choices::describe,
        properties::lower,
    ];
    if strict {
        all.push(tolerance::strict);
    } else {
        all.extend([tolerance::lower as Pass, records::lower, wire::lower]);
    }
    all.extend([choices::lower as Pass, docs::lower]);
    all
}

/// All passes, one after the other.
///
/// # Errors
/// What a pass cannot lower: the place in the provider's document, and why.
pub(crate) fn lower(
    mut document: Value,
    strict: bool,
    diagnostics: &mut Diagnostics,
) -> Result<Value> {
    for pass in passes(strict) {
        pass(&mut document, diagnostics)?;
    }
    match diagnostics.skipped() {
        Some(reason) if document["paths"].as_object().is_none_or(Map::is_empty) => {
            Err(reason.clone())
        }
        _ => Ok(document),
    }
}

/// The document after one pass.
#[cfg(test)]
fn after(pass: Pass, mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    pass(&mut document, diagnostics)?;
    Ok(document)
}
