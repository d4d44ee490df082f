//! The file of `--report`: the report of a list, and what was written of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenancy::Report;

use super::atomic_file::AtomicFile;
use super::controls;
use crate::exit::Failure;

/// The report of a list, and of what was written of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename = "Report")]
pub(crate) struct Written {
    #[serde(flatten)]
    pub(crate) report: Report,
    /// The filters, as written: of the tenants that `sources` counts, only those that match all filters were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) filters: Vec<String>,
    /// The statuses of `--status`: tenants with others were not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<String>,
    /// How many rows the filters left out; absent without filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filtered_out: Option<u64>,
    /// The accounts that were not listed, because `--exclude-account` names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) excluded_accounts: Vec<String>,
    /// The configured accounts that were not listed, because `--account`, `--provider` or `--shard` chose others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) other_accounts: Vec<String>,
    /// The filters of `--exclude`: `sync` left the tenants that match one of them as they were in the database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// How many tenants these filters excluded; absent without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) excluded: Option<u64>,
    /// The options with which `list` wrote its rows, such as `--format ndjson --raw`; absent for `sync`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) written_with: Option<String>,
    /// Whether everything that was listed was written; absent if so.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub(crate) delivered: bool,
}

/// What to do about a file that is no report.
const WHICH: &str = "name a file that `tenancy list --report FILE` wrote";

fn yes() -> bool {
    true
}

impl Written {
    /// A report without filters.
    pub(crate) fn new(report: Report) -> Self {
        Self {
            report,
            filters: Vec::new(),
            statuses: Vec::new(),
            filtered_out: None,
            excluded_accounts: Vec::new(),
            other_accounts: Vec::new(),
            exclude: Vec::new(),
            excluded: None,
            written_with: None,
            delivered: true,
        }
    }

    /// Records that not everything was written. Resuming would lose the rest, so the checkpoints go.
    pub(crate) fn mark_undelivered(&mut self) {
        self.delivered = false;
        self.report.complete = false;
        for source in &mut self.report.sources {
            source.checkpoint = None;
        }
    }

    /// Reads the report of a list.
    pub(crate) fn of_list(path: &Path) -> Result<Self, Failure> {
        Self::load(path).map_err(|why| {
            let path = path.display();
            Failure::usage(format!("cannot read the report {path}: {why}; {WHICH}"))
        })
    }

    fn load(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| format!("it is not a report ({error})"))
    }

    /// Reads the report of an earlier list to resume, which must have had the same filters and options.
    pub(crate) fn read(
        path: &Path,
        filters: &[String],
        written_with: &str,
    ) -> Result<Self, Failure> {
        const ANEW: &str = "list again from the start";
        let failure = |why: &str, advice: &str| {
            let path = path.display();
            Failure::usage(format!("cannot resume from {path}: {why}; {advice}"))
        };
        let earlier = Self::load(path).map_err(|why| failure(&why, WHICH))?;
        if !earlier.delivered {
            let why = "some rows of its list were never written";
            return Err(failure(why, ANEW));
        }
        if earlier.filters != filters {
            let had = match earlier.filters.as_slice() {
                [] => "no filters".to_owned(),
                filters => format!("--filter {}", filters.join(" --filter ")),
            };
            let why = format!("its list had {had}");
            return Err(failure(&why, &format!("use the same filters, or {ANEW}")));
        }
        if let Some(options) = &earlier.written_with
            && options != written_with
        {
            let why = format!("its list was written with {options}");
            return Err(failure(&why, &format!("use the same options, or {ANEW}")));
        }
        Ok(earlier)
    }
}

/// The file that will hold the report.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    file: AtomicFile,
}

impl ReportFile {
    /// Opens the file before anything is listed, so that a path that cannot be written fails early.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let file = AtomicFile::open(path).map_err(|error| {
            let path = path.display();
            Failure::usage(format!(
                "cannot write the report to {path}: {error}; choose another file"
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Whether an output would replace the same file.
    pub(crate) fn replaces_same(&self, output: &AtomicFile) -> bool {
        self.file.replaces_same(output)
    }

    /// Removes the report of an earlier list, so that a killed process does not leave it beside the output of this one.
    pub(crate) fn remove_earlier(&self) -> Result<(), Failure> {
        self.file.remove_earlier().map_err(|error| {
            let path = self.path.display();
            Failure::machine(format!("cannot replace the report {path}: {error}"))
        })
    }

    /// Writes the report.
    pub(crate) fn write(self, written: &Written) -> Result<(), String> {
        let Self { path, file } = self;
        write(written, file)
            .map_err(|error| format!("cannot write the report to {}: {error}", path.display()))
    }
}

fn write(written: &Written, mut file: AtomicFile) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(written)?;
    text.push('\n');
    file.write_all(controls::escape_json(&text).as_bytes())?;
    file.commit()
}
