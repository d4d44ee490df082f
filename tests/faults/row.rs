//! One row of the table.

use provider_sim::Paging;
use tenancy::SourceReport;

use crate::answers::FINAL_CODE;
use crate::case::Case;

/// One row as it came out.
pub(crate) struct Row {
    pub(crate) order: usize,
    pub(crate) text: String,
    pub(crate) broken: Vec<String>,
}

fn outcome_of(source: &SourceReport) -> &'static str {
    match (source.complete, source.tenants) {
        (true, _) => "complete",
        (false, 0) => "nothing",
        (false, _) => "incomplete",
    }
}

/// Whether the fault breaks off a body whose tenants come out as it arrives. How many do depends on how the system cuts it
/// into pieces.
fn breaks_a_stream(case: &Case) -> bool {
    let breaks = ["cut short", "reset in the middle", "stalled body"];
    case.provider.paging() == Paging::OneBody
        && breaks.iter().any(|fault| case.fault.starts_with(fault))
}

pub(crate) fn row(order: usize, case: &Case, source: &SourceReport, expected: usize) -> Row {
    let omitted: u64 = source.omitted.iter().map(|field| field.records).sum();
    let error = source.error.as_deref().unwrap_or_default();
    let (outcome, tenants) = if breaks_a_stream(case) && !source.complete {
        ("incomplete", "some".to_owned())
    } else {
        (outcome_of(source), source.tenants.to_string())
    };
    let cells = [
        name(case),
        case.when.to_owned(),
        case.provider.name().to_owned(),
        outcome.to_owned(),
        format!("{:?}", source.certainty).to_lowercase(),
        format!("{tenants} of {expected}"),
        source.quarantined.to_string(),
        omitted.to_string(),
        source.duplicates.to_string(),
        source.requests.to_string(),
        source.retries.to_string(),
        normalised(error),
    ];
    Row {
        order,
        text: format!("| {} |", cells.join(" | ")),
        broken: Vec::new(),
    }
}

/// The text without what differs from run to run and from system to system: ports, numbers of requests, of errors.
fn normalised(error: &str) -> String {
    let error = digits_after(error, "127.0.0.1:", "PORT");
    let error = digits_after(&error, "req_", "N");
    digits_after(&error, " (os error ", "")
        .replace(" (os error )", "")
        .replace('|', "\\|")
}

fn digits_after(text: &str, prefix: &str, instead: &str) -> String {
    let mut parts = text.split(prefix);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(prefix);
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        if rest.len() < part.len() {
            out.push_str(instead);
        }
        out.push_str(rest);
    }
    out
}

fn name(case: &Case) -> String {
    let provider = tenancy_tests::provider(case.provider.name());
    match provider.final_codes.first() {
        Some(code) if case.fault == FINAL_CODE => format!("503 `{code}`"),
        _ => case.fault.to_owned(),
    }
}
