//! Warns of files with secrets in them that others can read.

use std::path::Path;

use crate::output::message;

/// Warns if others than the file's owner can read it.
#[cfg(unix)]
pub(crate) fn warn(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    /// Reading by the group and by everybody.
    const BY_OTHERS: u32 = 0o044;
    // What is no file, such as a pipe, has no lasting content that could be read.
    let Ok(found) = path.metadata() else { return };
    let mode = found.permissions().mode();
    if found.is_file() && mode & BY_OTHERS != 0 {
        message::warning(&format!(
            "{path} has a secret in it and can be read by others (mode {mode:03o}): chmod 600 {path}",
            path = path.display(),
            mode = mode & 0o777,
        ));
    }
}

/// Who can read a file is told by permissions only on Unix.
#[cfg(not(unix))]
pub(crate) fn warn(_: &Path) {}
