//! Writes the report to a file: all of it or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tenancy::Report;

use crate::exit::Failure;

/// The file that the report will be in. Until then nothing is in its place.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// Written beside the file, and put in its place when it is whole.
    Replaced(NamedTempFile),
    /// A pipe, a device or a file that somebody else has open, which cannot be replaced.
    Stream(File),
}

impl ReportFile {
    /// Makes sure that the report can be written, before anything is listed.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let target = target(path).map_err(|error| {
            Failure::usage(format!(
                "the report cannot be written to {}: {error}; choose another file",
                path.display()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            target,
        })
    }

    /// Writes the report.
    pub(crate) fn write(self, report: &Report) -> Result<(), String> {
        let written = match self.target {
            Target::Stream(mut file) => write(report, &mut file),
            Target::Replaced(mut file) => write(report, file.as_file_mut()).and_then(|()| {
                // A link is to go on leading to the file.
                let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
                file.persist(path).map(drop).map_err(|error| error.error)
            }),
        };
        written.map_err(|error| {
            format!(
                "the report could not be written to {}: {error}",
                self.path.display()
            )
        })
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
    builder.prefix(".tenancy-report-");
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
    Ok(Target::Replaced(file))
}

/// Whether the path stands for a file that is open already, such as `/dev/stdout`: it must not be replaced under its owner.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

fn write(report: &Report, file: &mut File) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    file.write_all(crate::escape::json(&text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        serde_json::from_str(r#"{"complete": true, "sources": []}"#).unwrap()
    }

    #[test]
    fn the_report_replaces_what_was_there_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.json");
        fs::write(&path, "before").unwrap();
        let file = ReportFile::open(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        file.write(&report()).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\n  \"complete\": true,\n  \"sources\": []\n}\n"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_report_that_is_not_written_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        drop(ReportFile::open(&folder.path().join("r.json")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told_before() {
        let folder = tempfile::tempdir().unwrap();
        let missing = ReportFile::open(&folder.path().join("no/r.json")).unwrap_err();
        assert!(
            missing
                .message
                .ends_with("r.json: its folder does not exist; choose another file"),
            "{missing:?}"
        );
        let itself = ReportFile::open(folder.path()).unwrap_err();
        assert!(
            itself
                .message
                .ends_with(": it is a folder; choose another file"),
            "{itself:?}"
        );
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
        ReportFile::open(&link).unwrap().write(&report()).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("complete"));
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode(), usual);
    }
}
