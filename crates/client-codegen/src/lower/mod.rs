//! Lower: from what providers publish to what progenitor takes, by small passes that keep a document's meaning.
//!
//! Each pass is a function of a document in a file of its own. Their order matters: a pass may rely on what those before
//! it did away with.

mod aliases;
mod all_of;
mod bodies;
mod choices;
mod component_names;
mod docs;
mod hoist;
mod info;
mod json_schema;
mod maps;
mod operation_ids;
mod parameters;
mod properties;
mod reach;
mod records;
mod references;
mod repair;
mod swagger2;
mod sweep;
mod tolerance;
mod unions;
mod wire;

use serde_json::Value;

use crate::error::{Diagnostics, Result};

/// One pass: a document to a document.
type Pass = fn(Value, &mut Diagnostics) -> Result<Value>;

/// The passes in their order. `strict` leaves out those that make a client tolerant of what a document does not say.
fn passes(strict: bool) -> Vec<(&'static str, Pass)> {
    let mut all: Vec<(&'static str, Pass)> = vec![
        ("swagger2", swagger2::lower),
        ("json_schema", json_schema::lower),
        ("repair", repair::lower),
        ("maps", maps::lower),
        ("references", references::lower),
        ("operation_ids", operation_ids::lower),
        ("bodies", bodies::lower),
        // What only a left-out body reached need not be lowered.
        ("sweep", sweep::lower),
        ("all_of", all_of::lower),
        ("unions", unions::lower),
        ("parameters", parameters::lower),
        ("sweep", sweep::lower),
        ("component_names", component_names::lower),
        ("hoist", hoist::lower),
        ("aliases", aliases::lower),
        ("choices", choices::describe),
        ("properties", properties::lower),
    ];
    if strict {
        all.push(("strict", tolerance::strict));
    } else {
        all.push(("tolerance", tolerance::lower));
        all.push(("records", records::lower));
        all.push(("wire", wire::lower));
    }
    all.push(("natives", choices::lower));
    all.push(("docs", docs::lower));
    all.push(("info", info::lower));
    all
}

/// All passes, one after the other.
///
/// # Errors
/// What a pass cannot lower: the place in the provider's document, and why.
pub(crate) fn lower(document: Value, strict: bool, diagnostics: &mut Diagnostics) -> Result<Value> {
    passes(strict)
        .into_iter()
        .try_fold(document, |document, (_, pass)| pass(document, diagnostics))
}
