//! Public API: what a crate promises its users, one signature a line, read from its sources.
//!
//! `tree` parses the modules, `reach` follows `pub mod` and `pub use` from the root, `print` writes what is reached.
//! No compiler takes part, so that every toolchain gives the same lines; therefore types stand as the source writes them,
//! and auto traits (`Send`, `Sync`) and blanket implementations are not shown.

mod implementations;
mod parts;
mod print;
mod reach;
mod spacing;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::tasks::TaskError;

/// The public API of a crate, given its name and its sources by their paths under `src/`.
///
/// # Errors
/// A module is not there, or is no Rust; the message names it.
pub fn of_sources(name: &str, source: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let tree = tree::Tree::read(source)?;
    let reached = reach::Reached::from_root(&tree, &name.replace('-', "_"));
    Ok(print::lines(&tree, &reached).join("\n") + "\n")
}

/// The public API of one of the workspace's libraries, in `folder`.
///
/// # Errors
/// As [`of_sources`].
pub fn of_crate(name: &str, folder: &Path) -> Result<String, TaskError> {
    let read = |path: &str| fs::read_to_string(folder.join("src").join(path)).ok();
    of_sources(name, &read)
        .map_err(|reason| TaskError::Usage(format!("{}: {reason}", folder.display())))
}

/// The libraries that the workspace publishes: their names and folders, in the order of their names.
///
/// # Errors
/// A folder or a manifest cannot be read.
pub fn published(root: &Path) -> Result<Vec<(String, PathBuf)>, TaskError> {
    let mut found = Vec::new();
    let mut waiting = vec![root.join("crates")];
    while let Some(folder) = waiting.pop() {
        let manifest = folder.join("Cargo.toml");
        if !manifest.exists() {
            let entries = fs::read_dir(&folder).map_err(|source| file(&folder, source))?;
            waiting.extend(
                entries
                    .filter_map(|entry| Some(entry.ok()?.path()))
                    .filter(|path| path.is_dir()),
            );
            continue;
        }
        let text = fs::read_to_string(&manifest).map_err(|source| file(&manifest, source))?;
        let manifest: Manifest = toml::from_str(&text)
            .map_err(|error| TaskError::Usage(format!("{}: {error}", manifest.display())))?;
        if manifest.package.publish && folder.join("src/lib.rs").exists() {
            found.push((manifest.package.name, folder));
        }
    }
    found.sort();
    Ok(found)
}

fn file(path: &Path, source: std::io::Error) -> TaskError {
    TaskError::File {
        path: path.display().to_string(),
        source,
    }
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default = "yes")]
    publish: bool,
}

fn yes() -> bool {
    true
}
