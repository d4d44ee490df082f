//! Reads the report of an earlier list, which a new one goes on from.

use std::fs;
use std::path::Path;

use crate::exit::Failure;
use crate::output::report_file::Written;

/// Reads the report of an earlier list, which has to have had the same filters: what they left out is not listed again.
pub(crate) fn read(path: &Path, filters: &[String]) -> Result<Written, Failure> {
    const WHICH: &str = "give the file that `tenancy list --report FILE` wrote";
    let failure = |why: &str, what_to_do: &str| {
        Failure::usage(format!(
            "{} cannot be resumed: {why}; {what_to_do}",
            path.display()
        ))
    };
    let text = fs::read_to_string(path).map_err(|error| failure(&error.to_string(), WHICH))?;
    let earlier: Written = serde_json::from_str(&text)
        .map_err(|error| failure(&format!("it is no report ({error})"), WHICH))?;
    if !earlier.delivered {
        let why = "not everything that was listed had been written when it ended";
        return Err(failure(why, "list anew"));
    }
    if earlier.filters != filters {
        let had = match earlier.filters.as_slice() {
            [] => "no filters".to_owned(),
            filters => format!("--filter {}", filters.join(" --filter ")),
        };
        return Err(failure(
            &format!("it had {had}"),
            "give the same, or list anew",
        ));
    }
    Ok(earlier)
}
