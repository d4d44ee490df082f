//! What a listing came to, and what is different between two.

use std::collections::BTreeSet;

use serde_json::Value;
use tenancy_tests::replay::Played;

/// The parts of a report that say something about the list; how it was fetched shows in the requests. What a document
/// declares, its client knows: `unknown_fields` is about the rest.
const OF_THE_REPORT: [&str; 4] = ["complete", "expected", "left_out", "quarantined"];

/// What a listing came to.
pub(crate) struct Observed {
    /// The tenants as their reader sees them, without `raw`.
    pub(crate) tenants: Vec<Value>,
    /// Their records as sent.
    pub(crate) raw: Vec<String>,
    report: Value,
    errors: Vec<String>,
    requests: Vec<String>,
}

impl Observed {
    pub(crate) fn of(played: Played) -> Self {
        let outcome = played.outcome;
        let raw = |tenant: &tenancy::Tenant| tenant.raw.as_ref().unwrap().get().to_owned();
        let written = |tenant: &tenancy::Tenant| {
            let mut tenant = tenant.clone();
            tenant.raw = None;
            serde_json::to_value(tenant).unwrap()
        };
        Self {
            raw: outcome.tenants.iter().map(raw).collect(),
            tenants: outcome.tenants.iter().map(written).collect(),
            report: serde_json::to_value(&outcome.report.sources[0]).unwrap(),
            errors: outcome.errors.iter().map(ToString::to_string).collect(),
            requests: played.requests,
        }
    }

    /// The list in few words.
    pub(crate) fn outline(&self) -> String {
        let complete = if self.report["complete"] == true {
            "complete"
        } else {
            "not complete"
        };
        format!("{complete}, tenants: {}", self.tenants.len())
    }

    /// What is different: fields of `Tenant` by their paths, parts of the report, the requests.
    pub(crate) fn moved(&self, other: &Self) -> BTreeSet<String> {
        let mut moved = BTreeSet::new();
        if self.tenants.len() == other.tenants.len() {
            for (before, after) in self.tenants.iter().zip(&other.tenants) {
                compare(before, after, "", &mut moved);
            }
        } else {
            moved.insert("tenants".to_owned());
        }
        let parts = OF_THE_REPORT
            .iter()
            .filter(|part| self.report[**part] != other.report[**part]);
        moved.extend(parts.map(|part| format!("report.{part}")));
        if self.errors != other.errors {
            moved.insert("error".to_owned());
        }
        if self.requests != other.requests {
            moved.insert("requests".to_owned());
        }
        moved
    }
}

/// Notes the paths at which two documents differ, e.g. `members[].phone`.
pub(crate) fn compare(before: &Value, after: &Value, path: &str, moved: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(one), Value::Object(two)) => {
            let dot = if path.is_empty() { "" } else { "." };
            let names: BTreeSet<_> = one.keys().chain(two.keys()).collect();
            for name in names {
                compare(
                    &before[name],
                    &after[name],
                    &format!("{path}{dot}{name}"),
                    moved,
                );
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            for (before, after) in one.iter().zip(two) {
                compare(before, after, &format!("{path}[]"), moved);
            }
        }
        _ if before == after => {}
        _ => drop(moved.insert(path.to_owned())),
    }
}
