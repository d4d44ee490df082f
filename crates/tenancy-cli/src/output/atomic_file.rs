//! A file that takes the place of another when it is whole, and not before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// What will be in a file. Until it is put there, what was in the file stays; dropped, it leaves no trace.
#[derive(Debug)]
pub(crate) struct Replacement {
    path: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// Written beside the file.
    Beside(NamedTempFile),
    /// A pipe, a device or a file that somebody else has open, which cannot be replaced.
    Stream(File),
}

impl Replacement {
    /// Makes sure that the file can be written.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            target: target(path)?,
        })
    }

    /// Puts what was written in its place.
    pub(crate) fn put_in_place(self) -> io::Result<()> {
        let Target::Beside(file) = self.target else {
            return Ok(());
        };
        // Some disks say only now that they are full.
        file.as_file().sync_all()?;
        // A link is to go on leading to the file.
        let path = fs::canonicalize(&self.path).unwrap_or(self.path);
        file.persist(path).map(drop).map_err(|error| error.error)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Beside(file) => file.as_file_mut().write(bytes),
            Target::Stream(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn target(path: &Path) -> io::Result<Target> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(io::Error::other("it is a folder")),
        Ok(found) if !found.is_file() || is_descriptor(path) => {
            return Ok(Target::Stream(OpenOptions::new().append(true).open(path)?));
        }
        _ => {}
    }
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(io::Error::other("its folder does not exist"));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tenancy-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file has them: the umask takes from these.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // The error's own text names the temporary file, which means nothing to the reader.
    let file = builder
        .tempfile_in(folder)
        .map_err(|error| io::Error::from(error.kind()))?;
    Ok(Target::Beside(file))
}

/// Whether the path stands for a file that is open already, such as `/dev/stdout`: it must not be replaced under its owner.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_replaces_what_was_there_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        fs::write(&path, "before").unwrap();
        let mut file = Replacement::of(&path).unwrap();
        file.write_all(b"after").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        file.put_in_place().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_put_in_place_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        drop(Replacement::of(&folder.path().join("r.json")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_before() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Replacement::of(&folder.path().join("no/r.json")).unwrap_err();
        assert_eq!(missing.to_string(), "its folder does not exist");
        let itself = Replacement::of(folder.path()).unwrap_err();
        assert_eq!(itself.to_string(), "it is a folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_goes_on_leading_to_its_file_and_the_file_is_as_readable_as_any() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (
            folder.path().join("real.json"),
            folder.path().join("link.json"),
        );
        fs::write(&real, "before").unwrap();
        let usual = fs::metadata(&real).unwrap().permissions().mode();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut file = Replacement::of(&link).unwrap();
        file.write_all(b"after").unwrap();
        file.put_in_place().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "after");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode(), usual);
    }
}
