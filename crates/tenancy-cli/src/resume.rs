//! Reads the report of an earlier list, which a new one goes on from.

use std::fs;
use std::path::Path;

use tenancy::Report;

use crate::exit::Failure;

/// Reads the report of an earlier list.
pub(crate) fn read(path: &Path) -> Result<Report, Failure> {
    let failure = |why: String| {
        Failure::usage(format!(
            "{} cannot be resumed: {why}; give the file that `tenancy list --report FILE` wrote",
            path.display()
        ))
    };
    let text = fs::read_to_string(path).map_err(|error| failure(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failure(format!("it is no report ({error})")))
}
