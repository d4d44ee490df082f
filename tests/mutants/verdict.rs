//! What a listing made of a mutant: the tenant is right, or lacks the field and the report says so, or the record is
//! quarantined; anything else is silently wrong.

use std::fmt;

use serde_json::Value;
use tenancy::{DriftKind, ListingErrorKind, QuarantinedRecord, SourceReport};
use tenancy_tests::Outcome;
use tenancy_tests::replay::Played;
use tenancy_tests::spec::Spec;

use crate::oracle::{self, Around};
use crate::outcome::{check_hidden, check_raw, lacks_only, named, pattern, read, written};
use crate::secret;
use tenancy_tests::clean::Flaws;
use tenancy_tests::providers::facts;

/// What a listing made of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// As the mutant says.
    Right,
    /// Without what is not as declared, and the report names it.
    Omitted,
    /// The last of two that are not alike, and the report names it.
    LastOfTwo,
    /// No tenant, and the quarantined record says where and why.
    Quarantined,
    /// The list is not complete, by the report's own word, and what was listed is right.
    Incomplete,
    /// The same, and nothing was listed.
    PageLost,
    /// Everything else.
    SilentlyWrong(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Right => "right",
            Self::Omitted => "left out",
            Self::LastOfTwo => "last of two",
            Self::Quarantined => "quarantined",
            Self::Incomplete => "incomplete",
            Self::PageLost => "page lost",
            Self::SilentlyWrong(_) => "SILENTLY WRONG",
        })
    }
}

/// One mutant among its neighbours.
pub(crate) struct Case<'a> {
    pub(crate) spec: &'a Spec,
    /// The record or the page as sent, with the mutation in it.
    pub(crate) sent: &'a [u8],
    /// Where the mutation is.
    pub(crate) pointer: &'a str,
    /// The tenants that the same page comes to without the mutation.
    pub(crate) unharmed: &'a [Value],
    /// What the page says beside its records.
    pub(crate) around: &'a Around,
}

/// The position of the mutant among its neighbours.
const MUTANT: usize = 1;

impl Case<'_> {
    /// Judges a page in which one record is mutated.
    pub(crate) fn judge_record(&self, played: &Played) -> Verdict {
        self.record(&played.outcome)
            .unwrap_or_else(Verdict::SilentlyWrong)
    }

    fn record(&self, outcome: &Outcome) -> Result<Verdict, String> {
        check_hidden(outcome)?;
        let mut tenants = outcome.tenants.iter().map(written).collect::<Vec<_>>();
        let neighbours = [&self.unharmed[0], &self.unharmed[2]];
        for neighbour in neighbours {
            let place = tenants.iter().position(|tenant| tenant == neighbour);
            tenants.remove(place.ok_or("a neighbour is lost")?);
        }
        let report = &outcome.report.sources[0];
        if report.tenants != outcome.tenants.len() as u64 {
            return Err("the report counts other tenants than were listed".to_owned());
        }
        match tenants.as_slice() {
            [] => quarantined(self.pointer, outcome),
            [tenant] => {
                if !outcome.errors.is_empty() || !report.complete {
                    return Err(format!("listed, and yet {:?}", report.error));
                }
                check_raw(
                    self.sent,
                    self.pointer,
                    &secret::names(&self.spec.record),
                    &outcome.tenants[MUTANT],
                )?;
                self.tenant(tenant, report)
            }
            _ => Err("more tenants than records".to_owned()),
        }
    }

    /// Judges the tenant that the mutated record became.
    fn tenant(&self, tenant: &Value, report: &SourceReport) -> Result<Verdict, String> {
        let mut flaws = Flaws::default();
        let read = read(&self.spec.record, self.sent, &mut flaws)
            .ok_or("a tenant of what is no record")?;
        let facts = facts(self.spec.provider);
        let expected = oracle::tenant(facts, self.around.parent.as_deref(), &read)
            .ok_or("a tenant without an identity")?;
        let contradicted = (facts.contradicted)(&read);
        let says = |path: &str| named(report, path);
        if let Some(unsaid) = contradicted.filter(|path| !says(path) && !says("/total_users")) {
            return Err(format!("nothing is said of {unsaid}"));
        }
        flaws
            .new_words
            .retain(|path| !oracle::is_ignored(facts, path));
        if let Some(unsaid) = not_counted(report, &flaws) {
            return Err(format!("{unsaid} is not declared, and not counted"));
        }
        if *tenant == expected {
            let unsaid = |path: &&String| !says(path) && !oracle::is_ignored(facts, path);
            if let Some(unsaid) = flaws.unfit.iter().chain(&flaws.doubtful).find(unsaid) {
                return Err(format!("nothing is said of {unsaid}"));
            }
            let is_said = flaws.unfit.iter().any(|path| says(path));
            return Ok(match (is_said, flaws.doubtful.is_empty()) {
                (_, false) => Verdict::LastOfTwo,
                (true, true) => Verdict::Omitted,
                (false, true) => Verdict::Right,
            });
        }
        if lacks_only(&expected, tenant) && says(self.pointer) {
            return Ok(Verdict::Omitted);
        }
        Err(format!("{tenant} instead of {expected}"))
    }
}

/// The mutant's record has to be the one error, with all that it takes to find it.
fn quarantined(pointer: &str, outcome: &Outcome) -> Result<Verdict, String> {
    let report = &outcome.report.sources[0];
    let [error] = outcome.errors.as_slice() else {
        return Err(format!("no tenant, and {} errors", outcome.errors.len()));
    };
    let ListingErrorKind::Record(QuarantinedRecord {
        position,
        path,
        reason,
        record,
        ..
    }) = &error.kind
    else {
        return Err(format!("no tenant, and {error}"));
    };
    // What may be anything is read down to the place that cannot be.
    let inside = path.strip_prefix(pointer);
    let is_inside = !pointer.is_empty() && inside.is_some_and(|rest| rest.starts_with('/'));
    let is_whole = error.account == "replayed"
        && *position == MUTANT as u64
        && (pointer.starts_with(path.as_str()) || is_inside)
        && !reason.is_empty()
        && !record.is_empty()
        && record.len() <= 4096;
    if !is_whole || report.complete || report.quarantined != 1 {
        return Err(format!("{error:?}, complete: {}", report.complete));
    }
    Ok(Verdict::Quarantined)
}

/// What the document does not know and the report does not count.
fn not_counted<'a>(report: &SourceReport, flaws: &'a Flaws) -> Option<&'a str> {
    let is_counted = |path: &str, kind: DriftKind| {
        let path = pattern(path);
        report
            .drift
            .iter()
            .any(|drift| drift.path == path && drift.kind == kind && drift.records == 1)
    };
    let fields = flaws
        .unknown
        .iter()
        .map(|path| (path, DriftKind::UnknownField));
    let words = flaws
        .new_words
        .iter()
        .map(|path| (path, DriftKind::UnknownValue));
    let nulls = flaws
        .nulls
        .iter()
        .filter(|path| !named(report, path))
        .map(|path| (path, DriftKind::UndeclaredNull));
    let mut uncounted = fields
        .chain(words)
        .chain(nulls)
        .filter(|(path, kind)| !is_counted(path, *kind));
    uncounted.next().map(|(path, _)| path.as_str())
}
