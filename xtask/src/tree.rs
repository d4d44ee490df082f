//! Reads and writes files and folders.

use std::fs;
use std::path::{Path, PathBuf};

use client_codegen::Files;

use crate::error::{Result, on};

pub(crate) fn text(path: &Path) -> Result<String> {
    on(path, fs::read_to_string(path))
}

/// The names of the folders in a folder, sorted.
pub(crate) fn folders(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in on(path, fs::read_dir(path))? {
        let entry = on(path, entry)?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// All files under a folder by their paths in it; a folder that is not there has none.
pub(crate) fn read_tree(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(inside) = waiting.pop() {
        let path = folder.join(&inside);
        if !path.exists() {
            continue;
        }
        for entry in on(&path, fs::read_dir(&path))? {
            let entry = on(&path, entry)?;
            let name = inside.join(entry.file_name());
            if entry.path().is_dir() {
                waiting.push(name);
            } else {
                let bytes = on(&entry.path(), fs::read(entry.path()))?;
                let key = name
                    .iter()
                    .map(|part| part.to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/");
                files.insert(key, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(files)
}

/// Writes what differs, so that a build sees only real changes.
pub(crate) fn write_tree(folder: &Path, there: &Files, wanted: &Files) -> Result<()> {
    for (name, content) in wanted
        .iter()
        .filter(|(name, content)| there.get(*name) != Some(content))
    {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            on(parent, fs::create_dir_all(parent))?;
        }
        on(&path, fs::write(&path, content))?;
    }
    Ok(())
}

/// The way from one folder to another, with `/`.
pub(crate) fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from
        .iter()
        .zip(&to)
        .take_while(|(left, right)| left == right)
        .count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_two_folders() {
        assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/x")), "../../x");
        assert_eq!(relative(Path::new("/a"), Path::new("/a/b/c")), "b/c");
    }
}
