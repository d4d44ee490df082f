//! Warns about files that others can read, and creates private folders.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;

use crate::output::message;

/// Warns if users other than the owner can read the file.
pub(super) fn warn(path: &Path) {
    const READ_BY_OTHERS: u32 = 0o044;
    if let Some(mode) = mode(path).filter(|mode| mode & READ_BY_OTHERS != 0) {
        let path = path.display();
        message::warning(&format!(
            "{path} holds a secret and other users can read it (mode {mode:03o}): run `chmod 600 {path}`"
        ));
    }
}

/// Whether users other than the owner have any access to the file.
pub(super) fn open_to_others(path: &Path) -> bool {
    mode(path).is_some_and(|mode| mode & 0o077 != 0)
}

/// Creates a folder, and those above it, that only their owner can access.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The permission bits of a regular file. A pipe has no lasting content to protect.
#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let found = path.metadata().ok()?;
    found.is_file().then(|| found.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}
