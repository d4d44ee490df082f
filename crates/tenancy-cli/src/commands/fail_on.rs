//! Judges a report by `--fail-on`.

use clap::ValueEnum;
use tenancy::{Certainty, Report, SourceReport};

use crate::args::FailOn;

/// How many fields a message names.
const NAMED: usize = 3;

/// What the report has of these kinds, one line per kind.
pub(super) fn failures(kinds: &[FailOn], report: &Report) -> Vec<String> {
    let variants = FailOn::value_variants().iter();
    let asked = variants.filter(|kind| kinds.contains(kind));
    asked.filter_map(|kind| failure(*kind, report)).collect()
}

fn failure(kind: FailOn, report: &Report) -> Option<String> {
    let sources = report.sources.iter();
    let found: Vec<_> = sources.filter_map(|source| found(kind, source)).collect();
    let name = kind.to_possible_value()?;
    (!found.is_empty()).then(|| format!("--fail-on {}: {}", name.get_name(), found.join("; ")))
}

/// The account, and what it has of this kind.
fn found(kind: FailOn, source: &SourceReport) -> Option<String> {
    let drift = source.drift.iter().map(|drift| drift.path.as_str());
    let omitted = source.omitted.iter().map(|field| field.path.as_str());
    let what = match kind {
        FailOn::Drift => named(drift.collect())?,
        FailOn::LeftOut => named(omitted.collect())?,
        FailOn::Assumed => (source.certainty == Certainty::Assumed).then(String::new)?,
        FailOn::Unproved => (source.certainty == Certainty::Unproved).then(String::new)?,
    };
    Some(format!("{} ({}){what}", source.account, source.provider))
}

/// Names the first of these fields and counts the others; `None` if there are none.
fn named(mut paths: Vec<&str>) -> Option<String> {
    paths.dedup();
    let more = paths.len().saturating_sub(NAMED);
    paths.truncate(NAMED);
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!paths.is_empty()).then(|| format!(" {}{more}", paths.join(", ")))
}
