//! Info: keeps a printable title and version, and nothing else.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Result};
use crate::markdown::neutral;
use crate::schema::{plain, text_of};

/// The document with a plain `info`. progenitor would send the version to the server; emit takes that out.
pub(crate) fn lower(document: &mut Value, _: &mut Diagnostics) -> Result<()> {
    let info = document["info"].take();
    let or = |text: String, fallback: &str| match text.as_str() {
        "" => fallback.to_owned(),
        _ => text,
    };
    let title = neutral(text_of(&info, "title").unwrap_or_default()).replace('\n', " ");
    let mut version = info.get("version").map(plain).unwrap_or_default();
    version.retain(|letter| letter.is_ascii_alphanumeric() || ".-_+".contains(letter));
    document["info"] = json!({"title": or(title, "API"), "version": or(version, "unversioned")});
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    #[test]
    fn a_version_that_no_header_takes_is_cleaned() {
        let lowered = after(
            lower,
            json!({"info": {"title": "A [b]", "version": "1.0 – beta", "x": 1}}),
            &mut Diagnostics::default(),
        )
        .unwrap();
        assert_eq!(
            lowered["info"],
            json!({"title": "A \\[b\\]", "version": "1.0beta"})
        );
        let lowered = after(lower, json!({}), &mut Diagnostics::default()).unwrap();
        assert_eq!(
            lowered["info"],
            json!({"title": "API", "version": "unversioned"})
        );
    }
}
