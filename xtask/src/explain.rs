//! `cargo xtask codegen --explain REV`: says what the specs mean now that they did not mean in a revision.

use std::path::Path;
use std::process::Command;

use client_codegen::{Accepted, FieldMap, correct, explain, markdown};

use crate::codegen::{provider_spec, providers};
use crate::error::{Error, Result, at};
use crate::tree::text;

/// The report on all providers as Markdown, and the number of breaking changes that no `specs/<p>/accepted.toml` accepts.
///
/// # Errors
/// git does not know the revision, or a spec cannot be read.
pub fn explain_since(root: &Path, revision: &str) -> Result<(String, usize)> {
    git(
        root,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{revision}^{{commit}}"),
        ],
    )
    .ok_or_else(|| Error::Usage(format!("git knows no revision `{revision}`")))?;
    let former = |path: &str| git(root, &["show", &format!("{revision}:{path}")]);
    let (mut report, mut pending) = (String::new(), 0);
    for provider in providers(root)? {
        let source = format!("specs/{provider}");
        let (document, options) = provider_spec(root, &provider)?;
        let after = correct(&document, &options).map_err(|error| at(&source, error))?;
        let Some(before) = former(&format!("crates/clients/{provider}/openapi.json")) else {
            report += &format!("### {provider}: new\n\n");
            continue;
        };
        let before = client_codegen::parse(&before).map_err(|error| at(&source, error))?;
        let coverage = former(&format!("tests/snapshots/field_coverage__{provider}.snap"));
        let map = FieldMap::parse(&coverage.unwrap_or_default());
        let accepted = root.join(&source).join("accepted.toml");
        let accepted = match accepted.exists() {
            true => Accepted::parse(&text(&accepted)?).map_err(|error| at(&source, error))?,
            false => Accepted::default(),
        };
        let changes = explain(&before, &after, &options.operations, &map);
        pending += accepted.pending(&changes).len();
        if !changes.is_empty() {
            report += &markdown(&provider, &changes, &accepted);
            report += "\n";
        }
    }
    if report.is_empty() {
        report = format!("The specs mean what they meant in {revision}.\n");
    }
    Ok((report, pending))
}

/// What a git command prints, if it succeeds.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}
