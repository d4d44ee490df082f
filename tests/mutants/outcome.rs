//! What a listing told: what it named, what it showed, and what it kept to itself.

use client_runtime::JsonTree;
use serde_json::Value;
use serde_json::value::RawValue;
use tenancy::{SourceReport, Tenant};
use tenancy_tests::Outcome;
use tenancy_tests::spec::Shape;

use crate::secret::SECRET;
use tenancy_tests::clean::{Clean, Flaws};

/// Reads what was sent by what is declared of it.
pub(crate) fn read(shape: &Shape, sent: &[u8], flaws: &mut Flaws) -> Option<Clean> {
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

pub(crate) fn check_hidden(outcome: &Outcome) -> Result<(), String> {
    if format!("{outcome:?}").contains(SECRET) {
        return Err("a secret is shown".to_owned());
    }
    Ok(())
}

/// `raw` is the record to the letter, without its secrets, which have these names.
pub(crate) fn check_raw(
    sent: &[u8],
    pointer: &str,
    secrets: &[String],
    tenant: &Tenant,
) -> Result<(), String> {
    let raw = tenant.raw.as_ref().ok_or("no `raw`")?.get();
    let Ok(sent) = std::str::from_utf8(sent) else {
        return Ok(());
    };
    // What is nested too deep to look for secrets in is left out.
    if sent.contains(&"[".repeat(65)) {
        return Ok(());
    }
    let is_mutated = |name: &String| {
        sent.contains(name.as_str()) && !sent.contains(&format!("\"{name}\":\"{SECRET}\""))
    };
    let is_named_twice = |name: &String| sent.matches(&format!("\"{name}\"")).count() > 1;
    // Under another name, an identity that is called a key is taken for a secret.
    let is_renamed_key = pointer.ends_with("_key") && sent.contains(&pointer.replace('/', "\"x_"));
    if secrets.iter().any(is_mutated)
        || secrets.iter().any(is_named_twice)
        || is_renamed_key
        || raw == sent.replace(SECRET, "<redacted>")
    {
        return Ok(());
    }
    Err(format!("`raw` is {raw}"))
}

/// Whether the report names a field or what it stands in.
pub(crate) fn named(report: &SourceReport, pointer: &str) -> bool {
    let pointer = pattern(pointer);
    report.omitted.iter().any(|field| {
        pointer
            .strip_prefix(field.path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// `/users/3/phone` as the report names it: `/users/*/phone`.
pub(crate) fn pattern(pointer: &str) -> String {
    let step = |step: &str| match step.parse::<usize>() {
        Ok(_) => "*".to_owned(),
        Err(_) => step.to_owned(),
    };
    pointer.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Whether a tenant has nothing that the expected one has not, and is not the same.
pub(crate) fn lacks_only(expected: &Value, tenant: &Value) -> bool {
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
