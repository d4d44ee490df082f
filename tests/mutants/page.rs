//! Judges a page that is mutated around its records.

use serde_json::Value;
use tenancy::{Drift, DriftKind, SourceReport};
use tenancy_tests::Outcome;
use tenancy_tests::replay::Played;
use tenancy_tests::spec::Spec;

use crate::oracle;
use crate::outcome::{check_hidden, lacks_only, pattern, read, written};
use crate::verdict::{Case, Verdict};
use tenancy_tests::clean::{Clean, Flaws};
use tenancy_tests::providers::facts;

/// Judges a page that is mutated around its records.
pub(crate) fn judge(case: &Case<'_>, played: &Played) -> Verdict {
    verdict(case, &played.outcome).unwrap_or_else(Verdict::SilentlyWrong)
}

fn verdict(case: &Case<'_>, outcome: &Outcome) -> Result<Verdict, String> {
    check_hidden(outcome)?;
    let report = &outcome.report.sources[0];
    let mut flaws = Flaws::default();
    let page = read(&case.spec.page, case.sent, &mut flaws);
    let expected = expected(case, page.as_ref());
    let listed: Vec<_> = outcome.tenants.iter().map(written).collect();
    let is_true = |(listed, expected): (&Value, &Value)| lacks_only(expected, listed);
    let all_true = listed.len() <= expected.len() && listed.iter().zip(&expected).all(is_true);
    if !report.complete {
        let said = report.error.is_some() && !outcome.errors.is_empty();
        return match (said && all_true, listed.is_empty()) {
            (true, false) => Ok(Verdict::Incomplete),
            (_, true) if said => Ok(Verdict::PageLost),
            _ => Err(format!("incomplete, {:?}, {listed:?}", report.error)),
        };
    }
    if listed.len() != expected.len() || !all_true {
        return Err(format!("{listed:?} instead of {expected:?}"));
    }
    if let Some(unsaid) = flaws.unknown.iter().find(|path| !counts(report, path)) {
        return Err(format!("{unsaid} is not declared, and not counted"));
    }
    let doubts = flaws.unfit.iter().chain(&flaws.doubtful);
    let doubts: Vec<_> = doubts.filter(|path| is_read(case.spec, path)).collect();
    if let Some(unsaid) = doubts.iter().find(|path| !names(report, path)) {
        return Err(format!("nothing is said of {unsaid}"));
    }
    if !doubts.is_empty() || names(report, case.pointer) {
        return Ok(Verdict::Omitted);
    }
    let page = page.ok_or("complete, of what is no page")?;
    let around = oracle::around(facts(case.spec.provider), &page);
    if around.refused {
        return Err("complete, although refused".to_owned());
    }
    if around.total_is_absurd && report.omitted.is_empty() {
        return Err("complete, and nothing is said of a total that cannot be one".to_owned());
    }
    let differs = around
        .total
        .is_some_and(|total| total != expected.len() as u64);
    if differs || report.expected != around.total {
        return Err(format!("complete, of {:?}", around.total));
    }
    match (listed == expected, report.omitted.is_empty()) {
        (true, true) => Ok(Verdict::Right),
        (_, false) => Ok(Verdict::Omitted),
        (false, true) => Err(format!("{listed:?} instead of {expected:?}")),
    }
}

/// The tenants that a page has to come to. Where the list was sent twice, and once as something else, they are those of
/// the list.
fn expected(case: &Case<'_>, page: Option<&Clean>) -> Vec<Value> {
    let parent = page.and_then(|page| oracle::around(facts(case.spec.provider), page).parent);
    let sent = match page.map(|page| case.spec.names().fold(page, Clean::member)) {
        Some(Clean::List(records)) => records.len(),
        // Some servers write an empty list as null.
        _ if is_null(case) => 0,
        _ => case.unharmed.len(),
    };
    case.unharmed[..sent]
        .iter()
        .map(|tenant| with_parent(case.spec, tenant, parent.as_deref()))
        .collect()
}

/// Whether the list, or what it stands in, was sent as null, and not twice.
fn is_null(case: &Case<'_>) -> bool {
    let Ok(sent) = serde_json::from_slice::<Value>(case.sent) else {
        return false;
    };
    if sent.is_null() {
        return true;
    }
    let mut place = Some(&sent);
    for step in case.spec.names() {
        let name = format!("\"{step}\"");
        let windows = case.sent.windows(name.len());
        let is_once = windows.filter(|window| *window == name.as_bytes()).count() == 1;
        place = place.and_then(|place| place.get(step)).filter(|_| is_once);
        if place.is_some_and(Value::is_null) {
            return true;
        }
    }
    false
}

/// Whether a list's tenants or its completeness depend on a field of the page.
fn is_read(spec: &Spec, pointer: &str) -> bool {
    facts(spec.provider).read.contains(&pointer)
}

/// Whether the report names a field of the page, or what it stands in, or what stands in it.
fn names(report: &SourceReport, pointer: &str) -> bool {
    let is_within = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let pointer = pattern(pointer);
    report.omitted.iter().any(|field| {
        // What the tenants come without is named by its place in the page as well.
        let path = field.path.strip_prefix("page ").unwrap_or(&field.path);
        is_within(&pointer, path) || is_within(path, &pointer)
    })
}

fn with_parent(spec: &Spec, tenant: &Value, parent: Option<&str>) -> Value {
    let mut tenant = tenant.clone();
    if let (Value::Object(members), Some(_)) = (&mut tenant, facts(spec.provider).parent) {
        match parent {
            Some(parent) => members.insert("parent_id".to_owned(), parent.into()),
            None => members.remove("parent_id"),
        };
    }
    tenant
}

/// Whether the report counts a field that is not declared. One in a record stands in the record's own pointer.
fn counts(report: &SourceReport, pointer: &str) -> bool {
    let path = format!("page {}", pattern(pointer));
    let is_counted = |drift: &Drift| drift.path == path && drift.kind == DriftKind::UnknownField;
    report.drift.iter().any(is_counted) && report.unknown_fields.contains(&path)
}
