//! Docs: descriptions become doc comments, so nothing in them may be taken for code, a link or HTML.

use serde_json::Value;

use crate::error::{Diagnostics, Result};
use crate::markdown::neutral;
use crate::walk;

/// The document whose descriptions are plain prose to rustdoc.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let plain = |value: &mut Value, one_line: bool| {
        for key in ["description", "summary"] {
            if let Some(Value::String(text)) = value.get(key) {
                let text = if one_line {
                    text.split_whitespace().collect::<Vec<_>>().join(" ")
                } else {
                    text.clone()
                };
                value[key] = Value::String(neutral(&text));
            }
        }
    };
    walk::walk_all(&mut document, &mut |schema, _| {
        plain(schema, false);
        Ok(())
    })?;
    walk::operations(&mut document, &mut |_, _, operation, _| {
        plain(operation, false);
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            plain(parameter, true);
        }
        Ok(())
    })?;
    Ok(document)
}
