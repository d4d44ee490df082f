//! What a listing made of a mutant: the tenant is right, or lacks the field and the report says so, or the record is
//! quarantined; anything else is silently wrong.

use std::fmt;

use client_runtime::JsonTree;
use serde_json::Value;
use serde_json::value::RawValue;
use tenancy::{FaultKind, RecordFault, SourceReport, Tenant};
use tenancy_tests::Outcome;
use tenancy_tests::replay::Played;
use tenancy_tests::spec::{Shape, Spec};

use crate::clean::{Clean, Flaws};
use crate::oracle::{self, Around};
use crate::secret::SECRET;

/// What a listing made of a mutant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// As the mutant says.
    Right,
    /// Without what is not as declared, and the report names it.
    LeftOut,
    /// The last of two that are not alike, and the report names it.
    LastOfTwo,
    /// No tenant, and the fault says where and why.
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
            Self::LeftOut => "left out",
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

    /// Judges a page that is mutated around its records.
    pub(crate) fn judge_page(&self, played: &Played) -> Verdict {
        self.page(&played.outcome)
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
                if !outcome.faults.is_empty() || !report.complete {
                    return Err(format!("listed, and yet {:?}", report.error));
                }
                check_raw(self.sent, &outcome.tenants[MUTANT])?;
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
        let provider = self.spec.provider;
        let expected = oracle::tenant(provider, self.around.parent.as_deref(), &read)
            .ok_or("a tenant without an identity")?;
        let contradicted = oracle::contradicted(provider, &read);
        let says = |path: &str| named(report, path);
        if let Some(unsaid) = contradicted.filter(|path| !says(path) && !says("/total_users")) {
            return Err(format!("nothing is said of {unsaid}"));
        }
        let is_told = |path: &&String| report.unknown_fields.contains(&pattern(path));
        if let Some(unsaid) = flaws.unknown.iter().find(|path| !is_told(path)) {
            return Err(format!(
                "nothing is said of {unsaid}, which is not declared"
            ));
        }
        if *tenant == expected {
            let unsaid = |path: &&String| !says(path) && !oracle::is_unread_time(provider, path);
            if let Some(unsaid) = flaws.unfit.iter().chain(&flaws.doubtful).find(unsaid) {
                return Err(format!("nothing is said of {unsaid}"));
            }
            let is_said = flaws.unfit.iter().any(|path| says(path));
            return Ok(match (is_said, flaws.doubtful.is_empty()) {
                (_, false) => Verdict::LastOfTwo,
                (true, true) => Verdict::LeftOut,
                (false, true) => Verdict::Right,
            });
        }
        if lacks_only(&expected, tenant) && says(self.pointer) {
            return Ok(Verdict::LeftOut);
        }
        Err(format!("{tenant} instead of {expected}"))
    }

    fn page(&self, outcome: &Outcome) -> Result<Verdict, String> {
        check_hidden(outcome)?;
        let report = &outcome.report.sources[0];
        let mut flaws = Flaws::default();
        let read = read(&self.spec.page, self.sent, &mut flaws);
        let around = read
            .as_ref()
            .map(|page| oracle::around(self.spec.provider, page));
        let parent = around.as_ref().and_then(|around| around.parent.as_deref());
        let of_page = |page: &Clean| match page.member(&self.spec.records) {
            Clean::List(records) => records.len(),
            _ => 0,
        };
        let sent = read.as_ref().map_or(0, of_page);
        let expected: Vec<_> = self.unharmed[..sent]
            .iter()
            .map(|tenant| with_parent(self.spec, tenant, parent))
            .collect();
        let listed: Vec<_> = outcome.tenants.iter().map(written).collect();
        if !report.complete {
            let said = report.error.is_some() && !outcome.faults.is_empty();
            let true_so_far = listed.iter().all(|tenant| expected.contains(tenant));
            return match (said && true_so_far, listed.is_empty()) {
                (true, false) => Ok(Verdict::Incomplete),
                (true, true) => Ok(Verdict::PageLost),
                (false, _) => Err(format!("incomplete, {:?}, {listed:?}", report.error)),
            };
        }
        let around = around.ok_or("complete, of what is no page")?;
        if around.refused {
            return Err("complete, although refused".to_owned());
        }
        if around
            .total
            .is_some_and(|total| total != expected.len() as u64)
        {
            return Err("complete, although the total is another".to_owned());
        }
        if around.total_is_absurd && report.left_out.is_empty() {
            return Err("complete, and nothing is said of a total that cannot be one".to_owned());
        }
        let unsaid = |path: &&String| is_read(self.spec, path) && !named(report, path);
        if let Some(unsaid) = flaws.unfit.iter().chain(&flaws.doubtful).find(unsaid) {
            return Err(format!("nothing is said of {unsaid}"));
        }
        if listed != expected || report.expected != around.total {
            return Err(format!(
                "{:?}: {listed:?} instead of {expected:?}",
                report.expected
            ));
        }
        Ok(if flaws.unfit.iter().any(|path| named(report, path)) {
            Verdict::LeftOut
        } else {
            Verdict::Right
        })
    }
}

/// Whether a list's tenants or its completeness depend on a field of the page.
fn is_read(spec: &Spec, pointer: &str) -> bool {
    let read: &[&str] = match spec.provider {
        "omnidim" => &[
            "/success",
            "/organizations",
            "/total_organizations",
            "/reseller_organization",
            "/reseller_organization/id",
        ],
        "layers" => &["/items", "/nextCursor"],
        _ => &["/sub_accounts", "/total"],
    };
    read.contains(&pointer)
}

fn read(shape: &Shape, sent: &[u8], flaws: &mut Flaws) -> Option<Clean> {
    // A byte that is no UTF-8 is no text, like half of a surrogate pair.
    let text: String = sent
        .utf8_chunks()
        .flat_map(|chunk| {
            [
                chunk.valid(),
                if chunk.invalid().is_empty() {
                    ""
                } else {
                    "\\udcff"
                },
            ]
        })
        .collect();
    let raw: &RawValue = serde_json::from_str(&text).ok()?;
    Clean::read(shape, &JsonTree::read(raw), flaws)
}

/// The mutant's record has to be the one fault, with all that it takes to find it.
fn quarantined(pointer: &str, outcome: &Outcome) -> Result<Verdict, String> {
    let report = &outcome.report.sources[0];
    let [fault] = outcome.faults.as_slice() else {
        return Err(format!("no tenant, and {} faults", outcome.faults.len()));
    };
    let FaultKind::Record(RecordFault {
        position,
        path,
        reason,
        record,
        ..
    }) = &fault.kind
    else {
        return Err(format!("no tenant, and {fault}"));
    };
    let is_whole = fault.account == "replayed"
        && *position == MUTANT as u64
        && pointer.starts_with(path.as_str())
        && !reason.is_empty()
        && !record.is_empty()
        && record.len() <= 4096;
    if !is_whole || report.complete || report.quarantined != 1 {
        return Err(format!("{fault:?}, complete: {}", report.complete));
    }
    Ok(Verdict::Quarantined)
}

fn check_hidden(outcome: &Outcome) -> Result<(), String> {
    if format!("{outcome:?}").contains(SECRET) {
        return Err("a secret is shown".to_owned());
    }
    Ok(())
}

/// `raw` is the record to the letter, without its secret.
fn check_raw(sent: &[u8], tenant: &Tenant) -> Result<(), String> {
    let raw = tenant.raw.as_ref().ok_or("no `raw`")?.get();
    let Ok(sent) = std::str::from_utf8(sent) else {
        return Ok(());
    };
    // What is nested too deep to look for secrets in is left out.
    if sent.contains(&"[".repeat(65)) {
        return Ok(());
    }
    let is_mutated_secret =
        sent.contains("auth_token") && !sent.contains(&format!("\"auth_token\":\"{SECRET}\""));
    let named_twice = sent.matches("auth_token").count() > 1;
    if is_mutated_secret || named_twice || raw == sent.replace(SECRET, "<redacted>") {
        return Ok(());
    }
    Err(format!("`raw` is {raw}"))
}

/// Whether the report names a field or what it stands in.
fn named(report: &SourceReport, pointer: &str) -> bool {
    let pointer = pattern(pointer);
    report.left_out.iter().any(|field| {
        pointer
            .strip_prefix(field.path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// `/users/3/phone` as the report names it: `/users/*/phone`.
fn pattern(pointer: &str) -> String {
    let step = |step: &str| match step.parse::<usize>() {
        Ok(_) => "*".to_owned(),
        Err(_) => step.to_owned(),
    };
    pointer.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Whether a tenant has nothing that the expected one has not, and is not the same.
fn lacks_only(expected: &Value, tenant: &Value) -> bool {
    match (expected, tenant) {
        (Value::Object(expected), Value::Object(tenant)) => tenant
            .iter()
            .all(|(name, value)| expected.get(name).is_some_and(|it| lacks_only(it, value))),
        (Value::Array(expected), Value::Array(tenant)) if expected.len() == tenant.len() => {
            expected
                .iter()
                .zip(tenant)
                .all(|(expected, tenant)| lacks_only(expected, tenant))
        }
        (Value::Array(expected), Value::Array(tenant)) => {
            tenant.iter().all(|element| expected.contains(element))
        }
        _ => expected == tenant,
    }
}

/// The tenant as its reader sees it, without `raw`.
pub(crate) fn written(tenant: &Tenant) -> Value {
    let mut tenant = tenant.clone();
    tenant.raw = None;
    serde_json::to_value(tenant).unwrap_or_default()
}

fn with_parent(spec: &Spec, tenant: &Value, parent: Option<&str>) -> Value {
    let mut tenant = tenant.clone();
    if let (Value::Object(members), "omnidim") = (&mut tenant, spec.provider) {
        match parent {
            Some(parent) => members.insert("parent_id".to_owned(), parent.into()),
            None => members.remove("parent_id"),
        };
    }
    tenant
}
