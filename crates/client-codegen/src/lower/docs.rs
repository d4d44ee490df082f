//! Docs: escapes descriptions, so that rustdoc takes nothing in them for code, a link or HTML.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Result};
use crate::markdown::{neutral, one_line};
use crate::schema::{list_mut, text_of};
use crate::walk;

/// The document whose descriptions are plain prose to rustdoc.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    walk::walk_all(document, &mut |schema, _| {
        reword(schema, neutral);
        Ok(())
    })?;
    walk::operations(document, &mut |_, _, operation, _| {
        reword(operation, neutral);
        list_mut(operation, "parameters").for_each(|parameter| reword(parameter, one_line));
        Ok(())
    })
}

fn reword(value: &mut Value, plain: fn(&str) -> String) {
    for key in ["description", "summary"] {
        if let Some(text) = text_of(value, key) {
            value[key] = json!(plain(text));
        }
    }
}
