//! Info: a title and a version that can be printed, and nothing else of it.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Result};
use crate::markdown::neutral;
use crate::schema::text_of;

/// The document with a plain `info`. progenitor would send the version to the server; emit takes that out.
pub(crate) fn lower(mut document: Value, _notes: &mut Diagnostics) -> Result<Value> {
    let info = document.get("info").cloned().unwrap_or_else(|| json!({}));
    let title = text_of(&info, "title")
        .map(neutral)
        .filter(|title| !title.is_empty());
    let version: String = info
        .get("version")
        .map(|version| {
            version
                .as_str()
                .map_or_else(|| version.to_string(), str::to_owned)
        })
        .unwrap_or_default()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || ".-_+".contains(*letter))
        .collect();
    let version = if version.is_empty() {
        "unversioned".to_owned()
    } else {
        version
    };
    let title = title.unwrap_or_else(|| "API".to_owned()).replace('\n', " ");
    document["info"] = json!({"title": title, "version": version});
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_no_header_takes_is_cleaned() {
        let lowered = lower(
            json!({"info": {"title": "A [b]", "version": "1.0 – beta", "x": 1}}),
            &mut Diagnostics::default(),
        )
        .unwrap();
        assert_eq!(
            lowered["info"],
            json!({"title": "A \\[b\\]", "version": "1.0beta"})
        );
        let lowered = lower(json!({}), &mut Diagnostics::default()).unwrap();
        assert_eq!(
            lowered["info"],
            json!({"title": "API", "version": "unversioned"})
        );
    }
}
