//! `BENCHMARKS.md`: prose by hand, with a part for each case that is replaced by what was measured.

use std::fs;
use std::path::Path;

use crate::tasks::TaskError;

/// Puts what was measured in the place of what stands in the document's part of that name.
pub(super) fn replace(root: &Path, name: &str, text: &str) -> Result<(), TaskError> {
    let path = root.join("BENCHMARKS.md");
    let failed = |source| TaskError::File {
        path: path.display().to_string(),
        source,
    };
    let document = fs::read_to_string(&path).map_err(failed)?;
    let changed = with_part(&document, name, text).ok_or_else(|| {
        TaskError::Usage(format!(
            "BENCHMARKS.md has no part `{name}`: write `{}` and `{}` where it belongs",
            begin(name),
            end(name)
        ))
    })?;
    fs::write(&path, changed).map_err(failed)
}

fn begin(name: &str) -> String {
    format!("<!-- measured: {name} -->")
}

fn end(name: &str) -> String {
    format!("<!-- end: {name} -->")
}

fn with_part(document: &str, name: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(&begin(name))?;
    let (_, after) = rest.split_once(&end(name))?;
    Some(format!(
        "{before}{}\n\n{}\n\n{}{after}",
        begin(name),
        text.trim(),
        end(name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_the_prose_stays() {
        let document = "# A\n<!-- measured: x -->\nold\n<!-- end: x -->\nprose\n<!-- measured: y -->\n<!-- end: y -->\n";
        let changed = with_part(document, "x", "new\n").unwrap();
        assert_eq!(
            changed,
            "# A\n<!-- measured: x -->\n\nnew\n\n<!-- end: x -->\nprose\n<!-- measured: y -->\n<!-- end: y -->\n"
        );
        assert_eq!(with_part(&changed, "x", "new").unwrap(), changed);
        assert_eq!(with_part(document, "z", "new"), None);
    }
}
