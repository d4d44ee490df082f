//! Whole: some changes through all that a contributor runs: codegen, the compiler and the tests, in a copy of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::naming::{names, refuses};
use super::spec::{Spec, content};
use super::{Mutant, Verdict, change};
use crate::tasks::{TaskError, codegen_workspace, file_error, folders};

/// What is copied anew for each change: what a change or its codegen may have written.
const WRITTEN: [&str; 2] = ["specs", "crates/clients"];

/// What is no part of the workspace's sources.
const LEFT_BEHIND: [&str; 2] = ["target", ".git"];

/// What is run after codegen. The test that tries all changes would do in the copy what is being done here.
const TESTS: [&[&str]; 2] = [
    &[
        "-p",
        "xtask",
        "--test",
        "specs",
        "--test",
        "public_api",
        "--",
        "--skip",
        "every_change",
    ],
    &["-p", "tenancy-tests", "--lib", "--tests"],
];

/// Makes so many changes, chosen by `seed`, each in a copy of the workspace, and says what codegen and the tests make of it.
/// `told` hears of each as it is done.
///
/// # Errors
/// A file cannot be read or written, or cargo cannot be run.
pub fn run(
    root: &Path,
    count: usize,
    seed: u64,
    told: &mut dyn FnMut(&Mutant, &Verdict),
) -> Result<bool, TaskError> {
    let mut specs = Vec::new();
    for provider in folders(&root.join("specs"))? {
        specs.push(Spec::read(root, &provider)?);
    }
    let mut all: Vec<(&Spec, Mutant)> = specs
        .iter()
        .flat_map(|spec| spec.mutants().into_iter().map(move |mutant| (spec, mutant)))
        .collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut all);
    let work = root.join("target/mutate-specs");
    let tree = work.join("tree");
    mirror(root, &tree, Path::new(""))?;
    let mut caught = true;
    for (spec, mutant) in all.into_iter().take(count) {
        for part in WRITTEN {
            mirror(root, &tree, Path::new(part))?;
        }
        write(spec, &mutant, &tree)?;
        let verdict = match codegen_workspace(&tree, false) {
            Err(TaskError::Codegen { failure, .. })
                if refuses(&failure.to_string(), &mutant.field) =>
            {
                Verdict::Refused(failure.to_string())
            }
            Ok(()) | Err(TaskError::Codegen { .. }) => test(&tree, &work, &mutant)?,
            Err(other) => return Err(other),
        };
        caught &= !matches!(verdict, Verdict::Missed(_));
        told(&mutant, &verdict);
    }
    Ok(caught)
}

/// Writes the changed document. JSON is YAML.
fn write(spec: &Spec, mutant: &Mutant, tree: &Path) -> Result<(), TaskError> {
    let mut job = spec.job.clone();
    change(&mut job, mutant);
    let (name, document) = match &job.overlay {
        Some(overlay) if mutant.in_overlay => ("overlay.yaml", overlay),
        _ => (job.document_name.as_str(), &job.document),
    };
    let path = tree.join("specs").join(&mutant.provider).join(name);
    fs::write(&path, format!("{document:#}\n")).map_err(|source| file_error(&path, source))
}

/// Runs the tests, and sees which snapshots differ in a line that names the field.
fn test(tree: &Path, work: &Path, mutant: &Mutant) -> Result<Verdict, TaskError> {
    for stale in pending(tree)? {
        fs::remove_file(&stale).map_err(|source| file_error(&stale, source))?;
    }
    let mut passed = true;
    for arguments in TESTS {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["test", "--quiet", "--no-fail-fast"])
            .args(arguments)
            .current_dir(tree)
            .env("CARGO_TARGET_DIR", work.join("target"))
            .env("INSTA_UPDATE", "new")
            .output()
            .map_err(|source| file_error(tree, source))?;
        passed &= output.status.success();
    }
    let mut shown = Vec::new();
    for new in pending(tree)? {
        let old = new.with_extension("");
        let text = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        let (before, after): (BTreeSet<_>, BTreeSet<_>) =
            (content(&text(&old)), content(&text(&new)));
        let mut changed = before.symmetric_difference(&after);
        if changed.any(|line| names(line, &mutant.field.name)) {
            let name = old.file_stem().unwrap_or_default();
            shown.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(match (shown.is_empty(), passed) {
        (false, _) => Verdict::Shown(shown),
        (true, true) => Verdict::Missed("all tests pass".to_owned()),
        (true, false) => Verdict::Missed("tests fail, and no snapshot names it".to_owned()),
    })
}

/// The snapshots that differ, as the tests wrote them.
fn pending(tree: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let mut found = Vec::new();
    for folder in ["tests/snapshots", "xtask/tests/snapshots"] {
        for path in entries(&tree.join(folder))? {
            if path.extension().is_some_and(|ending| ending == "new") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Makes a part of the copy what it is in the workspace. What is the same stays untouched, so that cargo builds only what
/// has changed.
fn mirror(root: &Path, tree: &Path, part: &Path) -> Result<(), TaskError> {
    let (from, to) = (root.join(part), tree.join(part));
    fs::create_dir_all(&to).map_err(|source| file_error(&to, source))?;
    for path in entries(&from)? {
        let inside = part.join(path.file_name().unwrap_or_default());
        if LEFT_BEHIND.iter().any(|name| inside == Path::new(name)) {
            continue;
        }
        if path.is_dir() {
            mirror(root, tree, &inside)?;
            continue;
        }
        let wanted = fs::read(&path).map_err(|source| file_error(&path, source))?;
        let copy = tree.join(&inside);
        if fs::read(&copy).ok().as_ref() != Some(&wanted) {
            fs::write(&copy, wanted).map_err(|source| file_error(&copy, source))?;
        }
    }
    for path in entries(&to)? {
        let original = from.join(path.file_name().unwrap_or_default());
        if !original.exists() {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(|source| file_error(&path, source))?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| file_error(folder, source))? {
        paths.push(entry.map_err(|source| file_error(folder, source))?.path());
    }
    paths.sort();
    Ok(paths)
}
