//! A file that replaces another atomically, once it is complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The names of temporary files begin and end with these.
const PREFIX: &str = ".tenancy-";
const SUFFIX: &str = ".unfinished";

/// The new content of a file. Until it is committed the old content stays; dropped, it leaves no trace.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    path: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// A temporary file in the same folder, which only its owner can read, and the permissions of the file it becomes.
    Temporary(NamedTempFile, fs::Permissions),
    /// A pipe, a device or an open descriptor, which cannot be replaced.
    Stream(File),
}

impl AtomicFile {
    /// Opens the file, and fails if it cannot be written.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // A symbolic link keeps pointing to the file.
        let path = resolve(path);
        Ok(Self {
            target: target(&path)?,
            path,
        })
    }

    /// Whether both would replace the same file.
    pub(crate) fn replaces_same(&self, other: &Self) -> bool {
        let replaces = |file: &Self| matches!(file.target, Target::Temporary(..));
        replaces(self) && replaces(other) && self.path == other.path
    }

    /// Removes the file that is to be replaced.
    pub(crate) fn remove_earlier(&self) -> io::Result<()> {
        match &self.target {
            Target::Temporary(..) => {
                fs::remove_file(&self.path).or_else(|error| match error.kind() {
                    io::ErrorKind::NotFound => Ok(()),
                    _ => Err(error),
                })
            }
            Target::Stream(_) => Ok(()),
        }
    }

    /// A handle that writes to the same place.
    pub(crate) fn handle(&self) -> io::Result<File> {
        match &self.target {
            Target::Temporary(file, _) => file.as_file().try_clone(),
            Target::Stream(file) => file.try_clone(),
        }
    }

    /// Replaces the file.
    pub(crate) fn commit(self) -> io::Result<()> {
        let Target::Temporary(file, permissions) = self.target else {
            return Ok(());
        };
        // Some disks say only now that they are full.
        file.as_file().sync_all()?;
        // A file system without permissions may refuse, and the content matters more.
        let _ = file.as_file().set_permissions(permissions);
        file.persist(self.path)
            .map(drop)
            .map_err(|error| error.error)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Temporary(file, _) => file.as_file_mut().write(bytes),
            Target::Stream(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether two paths lead to the same file, which need not exist.
pub(crate) fn are_same(one: &Path, other: &Path) -> bool {
    resolve(one) == resolve(other)
}

/// The path without links and relative parts, as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    // A descriptor's link leads to a file or pipe that must not be replaced.
    if is_descriptor(path) {
        return path.to_owned();
    }
    fs::canonicalize(path)
        .or_else(|_| Ok(fs::canonicalize(folder(path))?.join(path.file_name().unwrap_or_default())))
        .unwrap_or_else(|_: io::Error| path.to_owned())
}

fn is_database(path: &Path) -> bool {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut start));
    read.is_ok() && start == MAGIC
}

fn folder(path: &Path) -> &Path {
    let parent = path.parent();
    let named = parent.filter(|folder| !folder.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

fn target(path: &Path) -> io::Result<Target> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(io::Error::other("it is a directory")),
        Ok(found) if found.is_file() && !is_descriptor(path) && is_database(path) => {
            return Err(io::Error::other("it is an SQLite database"));
        }
        Ok(found) if !found.is_file() || is_descriptor(path) => {
            return Ok(Target::Stream(OpenOptions::new().append(true).open(path)?));
        }
        _ => {}
    }
    let folder = folder(path);
    if !folder.is_dir() {
        return Err(io::Error::other("its folder does not exist"));
    }
    remove_abandoned(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    let create = |builder: &tempfile::Builder<'_, '_>| create_locked(builder, folder);
    let file = create(&builder)?;
    let permissions = match fs::metadata(path) {
        Ok(found) => found.permissions(),
        Err(_) => {
            // An empty file shows what the umask leaves of a new file's permissions.
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
            create(&builder)?.as_file().metadata()?.permissions()
        }
    };
    Ok(Target::Temporary(file, permissions))
}

/// Creates a temporary file, locked for as long as it is open: [`remove_abandoned`] leaves it alone.
fn create_locked(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        // The error's own text names the temporary file.
        let created = builder.tempfile_in(folder);
        let file = created.map_err(|error| io::Error::from(error.kind()))?;
        // A file system without locks keeps abandoned files.
        let _ = file.as_file().lock();
        // It may have been removed before it was locked.
        if file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes the temporary files of processes that were killed, which are no longer locked.
fn remove_abandoned(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(is_temporary) {
        let opened = OpenOptions::new().read(true).write(true).open(entry.path());
        if let Ok(file) = opened
            && file.try_lock().is_ok()
        {
            // It matters to nobody if it stays.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_temporary(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let is_ours = name
        .to_str()
        .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
    // Opening anything else may block.
    is_ours && entry.file_type().is_ok_and(|kind| kind.is_file())
}

/// Whether the path names an open descriptor, such as `/dev/stdout`.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_replaces_the_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        fs::write(&path, "before").unwrap();
        let mut file = AtomicFile::open(&path).unwrap();
        file.write_all(b"after").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        file.commit().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn without_a_commit_no_trace_is_left() {
        let folder = tempfile::tempdir().unwrap();
        drop(AtomicFile::open(&folder.path().join("r.json")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_file_of_a_killed_process_is_removed_and_that_of_another_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let other = AtomicFile::open(&folder.path().join("other.json")).unwrap();
        let before = names();
        for name in [".tenancy-abc123.unfinished", ".tenancy-notes"] {
            fs::write(folder.path().join(name), "[").unwrap();
        }
        drop(AtomicFile::open(&folder.path().join("r.json")).unwrap());
        let mut kept = before.clone();
        kept.push(".tenancy-notes".into());
        kept.sort();
        assert_eq!(names(), kept);
        other.commit().unwrap();
    }

    #[test]
    fn a_path_that_cannot_be_written_fails_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let missing = AtomicFile::open(&folder.path().join("no/r.json")).unwrap_err();
        assert_eq!(missing.to_string(), "its folder does not exist");
        let itself = AtomicFile::open(folder.path()).unwrap_err();
        assert_eq!(itself.to_string(), "it is a directory");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (
            folder.path().join("real.json"),
            folder.path().join("link.json"),
        );
        fs::write(&real, "before").unwrap();
        let usual = fs::metadata(&real).unwrap().permissions().mode();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut file = AtomicFile::open(&link).unwrap();
        file.write_all(b"after").unwrap();
        file.commit().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "after");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode(), usual);
    }
}
