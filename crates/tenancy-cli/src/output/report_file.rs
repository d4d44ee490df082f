//! Writes the report to a file: all of it or nothing.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenancy::Report;

use crate::exit::Failure;
use crate::output::atomic_file::Replacement;

/// What a list came to, and what of it was written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename = "Report")]
pub(crate) struct Written {
    #[serde(flatten)]
    pub(crate) report: Report,
    /// The filters, as they were given: of the tenants in `sources`, only those that match all of them were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) filters: Vec<String>,
    /// How many rows the filters left out; absent without filters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filtered_out: Option<u64>,
    /// Whether everything that was listed was written; absent where it was.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub(crate) delivered: bool,
}

fn yes() -> bool {
    true
}

impl Written {
    /// Notes that not everything was written. A list that went on from here would lose what was not: it is to be refused.
    pub(crate) fn deny(&mut self) {
        self.delivered = false;
        self.report.complete = false;
        for source in &mut self.report.sources {
            source.checkpoint = None;
        }
    }
}

/// The file that the report will be in.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    file: Replacement,
}

impl ReportFile {
    /// Makes sure that the report can be written, before anything is listed.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let file = Replacement::of(path).map_err(|error| {
            Failure::usage(format!(
                "the report cannot be written to {}: {error}; choose another file",
                path.display()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Writes the report.
    pub(crate) fn write(self, written: &Written) -> Result<(), String> {
        let Self { path, file } = self;
        write(written, file).map_err(|error| {
            format!(
                "the report could not be written to {}: {error}",
                path.display()
            )
        })
    }
}

fn write(written: &Written, mut file: Replacement) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(written)?;
    text.push('\n');
    file.write_all(crate::output::escape::json(&text).as_bytes())?;
    file.put_in_place()
}
