//! Validates the output that tests read against the schemas that the command prints.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::Sandbox;

pub(crate) static TENANT: LazyLock<Validator> = LazyLock::new(|| printed("tenant"));
pub(crate) static MEMBER: LazyLock<Validator> = LazyLock::new(|| printed("member"));
pub(crate) static REPORT: LazyLock<Validator> = LazyLock::new(|| printed("report"));

/// A schema as `tenancy schema` prints it.
pub(crate) fn printed(of: &str) -> Validator {
    let printed = Sandbox::new().run(&["schema", "--of", of]).stdout;
    jsonschema::validator_for(&serde_json::from_str(&printed).unwrap()).unwrap()
}

/// Validates every tenant and every member in an output, and returns how many there are.
pub(crate) fn validate_rows(stdout: &str) -> usize {
    let rows = rows(stdout);
    for row in &rows {
        let schema = if row.get("member").is_some() {
            &MEMBER
        } else {
            &TENANT
        };
        validate(schema, row);
    }
    rows.len()
}

/// Validates a report.
pub(crate) fn validate_report(report: &Value) {
    validate(&REPORT, report);
}

pub(crate) fn validate(schema: &Validator, value: &Value) {
    if let Err(error) = schema.validate(value) {
        panic!("{}: {error}: {value}", error.instance_path());
    }
}

pub(crate) fn rows(stdout: &str) -> Vec<Value> {
    let values: Vec<Value> = match serde_json::from_str(stdout) {
        Ok(Value::Array(values)) => values,
        _ => stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect(),
    };
    let has = |value: &Value, name| value.get(name).is_some();
    // The rows of `check` and `reconcile` have no schema.
    let has_schema = |value: &Value| !has(value, "usable") && !has(value, "kind");
    let is_row =
        |value: &Value| has(value, "provider") && has(value, "account") && has_schema(value);
    values.into_iter().filter(is_row).collect()
}
